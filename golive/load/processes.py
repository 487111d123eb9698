"""Asks each copy of the API for its memory and when it started, in Prometheus' text format, while load is put on it."""

from __future__ import annotations

import re
import time
from typing import Any

import requests

from golive.guard.http import GuardedSession
from golive.redaction import redact_text
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.load import Timeouts
from golive.target.load_runs import ProcessMetrics
from golive.verdict import Unobservable

LINE = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>[^}]*)\})?\s+(?P<value>[-+.\deEinfNa]+)(?:\s+\d+)?$")
LABEL = re.compile(r'([a-zA-Z_]\w*)\s*=\s*"([^"]*)"')


class Processes:
    """The copies of the API, each a process that says what it holds. None of them: `look` gives nothing."""

    def __init__(self, target: ProductTarget, timeouts: Timeouts) -> None:
        self.settings = target.k6.processes if target.k6 else None
        self.instances = list(target.api.instances) if target.api and self.settings else []
        self._session = GuardedSession(
            [i.url for i in self.instances], ca_file=target.api.ca_file if target.api else None,
            connect_timeout=timeouts.connect, read_timeout=timeouts.read, run=run_id(),
        )  # fmt: skip

    def look(self) -> list[dict[str, Any]]:
        """One sample of each: `at`, `instance`, `resident` (bytes), `started` (s since 1970), `counters`; or `error`.

        A counter that is not there yet is 0: libraries show one when it was first counted up.
        """
        return [self._one(i.id, i.url) for i in self.instances]

    def _one(self, instance: str, url: str) -> dict[str, Any]:
        assert self.settings is not None
        seen: dict[str, Any] = {"at": time.time(), "instance": instance}
        try:
            answer = self._session.get(url.rstrip("/") + self.settings.path, allow_redirects=False)
            return seen | read_process(answer.text, self.settings)
        except (Unobservable, requests.RequestException, ValueError) as error:
            return seen | {"error": redact_text(str(error))[:300]}


def read_process(text: str, settings: ProcessMetrics) -> dict[str, Any]:
    """`resident`, `started` and the `counters` out of the text. Raises ValueError when one of the first is not there.

    Several processes behind one address are added up; they started when the newest of them did.
    Source: prometheus.io/docs/instrumenting/exposition_formats, writing_clientlibs (process metrics).
    """
    values: dict[str, list[float]] = {}
    asked = {word: _selector(metric) for word, metric in settings.counters.items()}
    counters = dict.fromkeys(asked, 0.0)
    for row in text.splitlines():
        if found := LINE.match(row):
            name, value = found["name"], float(found["value"])
            values.setdefault(name, []).append(value)
            labels = set(LABEL.findall(found["labels"] or ""))
            for word, (wanted, having) in asked.items():
                if name == wanted and having <= labels:
                    counters[word] += value
    missing = [name for name in (settings.resident, settings.started) if not values.get(name)]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)} at {settings.path}")
    held = {"resident": sum(values[settings.resident]), "started": max(values[settings.started])}
    return held | ({"counters": counters} if counters else {})


def _selector(metric: str) -> tuple[str, set[tuple[str, str]]]:
    """Name and labels of `NAME{label="value"}`."""
    return metric.partition("{")[0].strip(), set(LABEL.findall(metric))
