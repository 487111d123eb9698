"""k6's own summary: its totals, by which half a result file is noticed, and its thresholds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from golive.verdict import Unobservable

COUNTED = ("http_reqs", "iterations", "dropped_iterations")


@dataclass(frozen=True)
class Summary:
    """`counts`: k6's totals. `thresholds`: metric and expression to whether it held."""

    counts: dict[str, float]
    thresholds: dict[str, bool]
    users_at_most: float


def read_summary(path: Path) -> Summary:
    """Read what `--summary-export` or `handleSummary` wrote. Raises Unobservable when it is neither."""
    try:
        metrics = json.loads(path.read_bytes())["metrics"]
        counts = {name: float(_values(metrics[name])["count"]) for name in COUNTED if name in metrics}
        users = float(_values(metrics["vus_max"])["max"]) if "vus_max" in metrics else 0.0
        held = {f"{n}: {e}": _held(t, m) for n, m in metrics.items() for e, t in (m.get("thresholds") or {}).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unobservable(
            f"{path} is no summary of k6: {type(error).__name__} {error}", "Run the load again"
        ) from None
    return Summary(counts, held, users)


def _values(metric: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = metric.get("values", metric)
    return values


def _held(threshold: object, metric: dict[str, Any]) -> bool:
    """`--summary-export` says true where a threshold was crossed, `handleSummary` says `ok`."""
    if isinstance(threshold, dict):
        return bool(threshold["ok"])
    return not threshold if "values" not in metric else bool(threshold)
