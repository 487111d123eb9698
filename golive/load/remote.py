"""The series of one load run in the Prometheus that k6 wrote them to, as it keeps them: nothing is interpolated.

Source: Prometheus' HTTP API, `query` with a range selector (samples as they were written) and `query_range` of a bare
selector (the last sample before each step).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from golive.load.histograms import Histogram
from golive.prometheus import PrometheusApi
from golive.target.load import Timeouts
from golive.target.load_runs import RemoteResults
from golive.verdict import Unobservable

SEEN = 240.0
"""Seconds between two looks: a sample is answered for five minutes, then the series is taken for gone."""
LARGEST = 256 * 1024 * 1024
"""Bytes of an answer."""
Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Written:
    """A counter or gauge: its labels and (seconds since the epoch, value), in order of time."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    def at(self, moment: float) -> float:
        """The value last written by then, 0 before the first."""
        return next((value for t, value in reversed(self.points) if t <= moment), 0.0)


class RemoteSeries:
    """Reads the series with certain labels.

    Args:
        labels: what all series of the run have.
        begin, end: of the time that is looked at, in seconds since the epoch.
    """

    def __init__(
        self, settings: RemoteResults, labels: Mapping[str, str], begin: float, end: float, timeouts: Timeouts
    ) -> None:
        self.labels, self.begin, self.end = dict(labels), begin, end
        self.server = PrometheusApi(
            str(settings.url), settings.ca_file, settings.token, timeouts, "PRODUCT.k6.prometheus", LARGEST
        )

    @property
    def url(self) -> str:
        """The server's address."""
        return self.server.url

    def close(self) -> None:
        """End the connections."""
        self.server.http.close()

    def selector(self, name: str) -> str:
        """The run's series of a metric; the name is a regular expression."""
        pairs = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in sorted(self.labels.items())]
        return "{" + ", ".join([f'__name__=~"{name}"', *pairs]) + "}"

    def written(self, name: str) -> list[Written]:
        """All that was written of counters or gauges. Raises Unobservable when the server does not answer so."""
        seconds = math.ceil(self.end - self.begin)
        rows = self.server.matrix("query", {"query": f"{self.selector(name)}[{seconds}s]", "time": f"{self.end:.3f}"})
        found = []
        for row in rows:
            points = tuple((float(t), float(v)) for t, v in row.get("values", []) if math.isfinite(float(v)))
            if points:
                found.append(Written(row["metric"], points))
        return found

    def histograms(self, name: str, moments: list[float]) -> list[dict[Labels, Histogram]]:
        """Each native histogram as it was at each of the moments, by labels. Moments are in order, evenly apart.

        One that was written before and not again is still what it was.
        """
        step = moments[1] - moments[0] if len(moments) > 1 else SEEN
        parts = max(1, math.ceil(step / SEEN))
        step /= parts
        back = max(0, math.ceil((moments[0] - self.begin) / step))
        rows = self.server.matrix("query_range", {
            "query": self.selector(name), "start": f"{moments[0] - back * step:.3f}",
            "end": f"{moments[-1]:.3f}", "step": f"{step:.6f}",
        })  # fmt: skip
        found: list[dict[Labels, Histogram]] = [{} for _ in moments]
        for row in rows:
            labels = frozenset(row["metric"].items())
            seen = [(float(t), raw) for t, raw in row.get("histograms", [])]
            for place, moment in enumerate(moments):
                last = next((raw for t, raw in reversed(seen) if t <= moment + step / 1000), None)
                if last is not None:
                    found[place][labels] = self._histogram(last)
        return found

    def _histogram(self, raw: Any) -> Histogram:
        try:
            return Histogram.read(raw)
        except (KeyError, TypeError, ValueError) as error:
            raise Unobservable(f"{self.url} answered a histogram that is none: {error}") from None
