"""A Prometheus server: scrapes the products' processes every two seconds and answers instant queries of its HTTP API.

What it knows it scraped. Of the query language it understands a selector with matchers, alone or within `timestamp()`;
anything else is refused as a real server refuses what it can't parse. Source: prometheus.io/docs, HTTP API; a sample
older than five minutes is stale, and a failed scrape leaves `up` alone, at 0.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import APIRouter
from prometheus_client.parser import text_string_to_metric_families
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import Simulator

EVERY, STALE = 2.0, 300.0
KEPT = ("app_info", "app_started_timestamp_seconds", "process_start_time_seconds")
"""Series that are kept of a scrape beside `up`: what tells the processes apart. The rest would be for dashboards."""
_DECLARED = tuple(f"# TYPE {name} " for name in KEPT)
_SELECTOR = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s*")
_MATCHER = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)')
Labels = dict[str, str]


class PrometheusBehaviour(Behaviour):
    """Further ways in which a watch can be blind."""

    dropped: list[str] = Field(default=[], description="instances that nobody scrapes any more")


@dataclass
class Scraped:
    """One target: its labels, and name to (time, value) of the last scrape."""

    labels: Labels
    url: str
    samples: dict[str, tuple[float, float]] = field(default_factory=dict)
    at: float = 0.0


class Prometheus(Simulator):
    name = "prometheus"
    behaviour_type = PrometheusBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.targets = [
            Scraped({"job": f"{product}-api", "instance": instance.id}, f"{instance.url}/metrics")
            for product, known in settings.products.items()
            for instance in known.instances
        ]
        worker = f"http://{settings.host}:{settings.celery.metrics_port}/metrics"
        self.targets.append(Scraped({"job": "worker", "instance": "worker"}, worker))
        threading.Thread(target=self._loop, name="scrapes", daemon=True).start()

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        kind = {400: "bad_data", 401: "unauthorized", 404: "not_found", 503: "unavailable"}.get(status, "internal")
        return JSONResponse({"status": "error", "errorType": kind, "error": message or kind}, status)

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1")

        @router.api_route("/query", methods=["GET", "POST"])
        async def query(request: Request) -> dict[str, Any]:
            self._authorise(request)
            asked = request.query_params.get("query") or str((await request.form()).get("query") or "")
            return {"status": "success", "data": {"resultType": "vector", "result": self._vector(asked, time.time())}}

        @router.get("/targets")
        async def targets(request: Request) -> dict[str, Any]:
            self._authorise(request)
            active = [
                {"labels": t.labels, "scrapeUrl": t.url, "lastScrape": t.at, "health": self._health(t)}
                for t in self.targets
                if t.labels["instance"] not in self.behaviour.dropped
            ]
            return {"status": "success", "data": {"activeTargets": active, "droppedTargets": []}}

        return router

    def _authorise(self, request: Request) -> None:
        if self.account(self.key_of(request)) is None:
            raise self.refuse(401, "invalid token")

    def _health(self, target: Scraped) -> str:
        return {1.0: "up", 0.0: "down"}.get(target.samples.get("up", (0.0, -1.0))[1], "unknown")

    def _vector(self, asked: str, now: float) -> list[dict[str, Any]]:
        inner = re.fullmatch(r"\s*timestamp\s*\((.*)\)\s*", asked)
        name, fits = self._selector(inner[1] if inner else asked)
        found = []
        for target in self.targets:
            sample = target.samples.get(name)
            if sample and now - sample[0] <= STALE and fits(target.labels | {"__name__": name}):
                shown = target.labels if inner else {"__name__": name} | target.labels
                value = f"{sample[0]:.3f}" if inner else f"{sample[1]:g}"
                found.append({"metric": shown, "value": [now, value]})
        return found

    def _selector(self, text: str) -> tuple[str, Callable[[Labels], bool]]:
        """The metric's name and whether labels fit. Raises RefusedError as the server does for what it can't parse."""
        read = _SELECTOR.fullmatch(text)
        rest, matchers = (read[2] or "" if read else ""), []
        while rest and (matcher := _MATCHER.match(rest)):
            matchers.append(matcher.groups())
            rest = rest[matcher.end() :]
        if read is None or rest.strip():
            raise self.refuse(400, f'invalid parameter "query": parse error in {text!r}')

        def fits(labels: Labels) -> bool:
            return all(_fits(labels.get(label, ""), operator, value) for label, operator, value in matchers)

        return read[1], fits

    def _loop(self) -> None:
        wait, http = threading.Event(), httpx.Client(timeout=2, trust_env=False)
        while not wait.wait(EVERY):
            for target in self.targets:
                if target.labels["instance"] in self.behaviour.dropped:
                    target.samples = {}
                else:
                    _scrape(http, target)


def _scrape(http: httpx.Client, target: Scraped) -> None:
    now = time.time()
    try:
        text = http.get(target.url).raise_for_status().text
        # The parser takes milliseconds for what is thrown away: a process tells hundreds of series.
        wanted = "".join(f"{row}\n" for row in text.splitlines() if row.startswith((*KEPT, *_DECLARED)))
        families = text_string_to_metric_families(wanted)
        kept = {s.name: (now, s.value) for f in families for s in f.samples if s.name in KEPT}
        target.samples = {"up": (now, 1.0), **kept}
    except (httpx.HTTPError, ValueError):
        target.samples = {"up": (now, 0.0)}
    target.at = now


def _fits(seen: str, operator: str, wanted: str) -> bool:
    if operator in ("=", "!="):
        return (seen == wanted) == (operator == "=")
    return (re.fullmatch(wanted, seen) is not None) == (operator == "=~")
