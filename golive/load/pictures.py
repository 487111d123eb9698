"""What a load run looks like, as data that a report draws: plain JSON, so that it travels with the evidence.

Over time: `{"picture": "over time", "title", "unit", "x": [seconds], "lines": {name: [value or None]}, "limits":
{name: value}, "phases": {name: [begin, end]}}`; `right` names the lines that have an axis of their own.
Spread: `{"picture": "spread", "title", "unit", "rows": {operation: [p50, p95, p99, longest]}, "limits"}`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from golive.load.artefact import Artefact
from golive.load.figures import Figures, told
from golive.load.opening import AnyResults

SLICES = 60
PERCENTILE = re.compile(r"(^|_)p(50|95|99)(_|$)")
"""In the name of a limit of a response time."""
ROWS = 12
Picture = dict[str, Any]


def pictures(artefact: Artefact, results: AnyResults) -> dict[str, Picture]:
    """The pictures of a run by name: latency, throughput, errors, operations. Without limits."""
    begin = artefact.run.started.timestamp()
    last = max(p.begins + p.ramp + p.seconds for p in artefact.run.phases)
    width = max(1.0, results.finest, last / SLICES)
    window = (begin, begin + math.ceil(last / width) * width)
    slices = results.figures((), window=window, slices=width)
    whole = results.figures(("operation",), window=window)
    common = {"x": [round(s.begin - begin, 1) for s in slices], "phases": _phases(artefact)}
    return {
        "latency": {
            "picture": "over time", "title": "Response times", "unit": "ms", **common, "limits": {},
            "lines": {"p50": _of(slices, "p50"), "p95": _of(slices, "p95"), "p99": _of(slices, "p99")},
        },
        "throughput": {
            "picture": "over time", "title": "Throughput and users", "unit": "req/s", **common, "limits": {},
            "lines": {"requests a second": _of(slices, "rate"), "users": _users(results, slices, width)},
            "right": ["users"],
        },
        "errors": {
            "picture": "over time", "title": "Errors", "unit": "percent", **common, "limits": {},
            "lines": {"errors": [_plain(100 * (told(s, "errors") or 0.0)) for s in slices]},
        },
        "operations": {
            "picture": "spread", "title": "Response times by operation", "unit": "ms", "limits": {},
            "rows": {f.operation: _spread(f) for f in sorted(whole, key=_slowest)[:ROWS] if _plain(told(f, "p99"))},
        },
    }  # fmt: skip


def limited(picture: Picture, limits: Mapping[str, tuple[float, str]]) -> Picture:
    """The picture with those of a line's limits (name to value and unit) that can be drawn in it."""
    if picture["unit"] == "percent":
        drawn = {n: v for n, (v, unit) in limits.items() if unit == "percent" and "error" in n}
    else:
        times = {"ms": 1.0, "s": 1000.0} if picture["unit"] == "ms" else {}
        drawn = {n: v * times[unit] for n, (v, unit) in limits.items() if unit in times and PERCENTILE.search(n)}
    return {**picture, "limits": drawn}


def over_time(title: str, unit: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> Picture:
    """A picture of sampled series that share their times, such as the memory of each process over a soak."""
    times = sorted({t for points in series.values() for t, _ in points})
    lines = {}
    for name, points in series.items():
        known = dict(points)
        lines[name] = [_plain(known.get(t, math.nan)) for t in times]
    return {
        "picture": "over time",
        "title": title,
        "unit": unit,
        "x": times,
        "limits": {},
        "phases": {},
        "lines": lines,
    }


def _phases(artefact: Artefact) -> dict[str, list[float]]:
    return {p.scenario: [p.begins, p.begins + p.ramp + p.seconds] for p in artefact.run.phases}


def _of(slices: Sequence[Figures], name: str) -> list[float | None]:
    return [_plain(told(s, name)) for s in slices]


def _users(results: AnyResults, slices: Sequence[Figures], width: float) -> list[float | None]:
    known = results.users(width)
    return [next((n for t, n in known if s.begin - width / 2 <= t < s.begin + width / 2), None) for s in slices]


def _spread(figures: Figures) -> list[float | None]:
    return [_plain(told(figures, name)) for name in ("p50", "p95", "p99", "longest")]


def _slowest(figures: Figures) -> float:
    return -(_plain(told(figures, "p99")) or 0.0)


def _plain(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) or math.isinf(value) else round(value, 2)
