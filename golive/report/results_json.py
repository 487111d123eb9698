"""results.json: the run as it is, for programs."""

from __future__ import annotations

import json
import math
from pathlib import Path

from golive.catalogue import Catalogue
from golive.report.atomic import write_whole
from golive.results import Run


def write_json(run: Run, catalogue: Catalogue, path: Path) -> None:  # noqa: ARG001 - all writers are called alike
    """Write `run.as_json()`: strict JSON (NaN and infinities, which JSON has no word for, as strings)."""
    write_whole(path, json.dumps(strict(run.as_json()), ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def strict(value: object) -> object:
    """Return JSON-able data in which every number is one that JSON can write."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(k): strict(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(v) for v in value]
    return value
