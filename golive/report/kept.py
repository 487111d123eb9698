"""Reports that are kept with a release's records: `results.json` of the runs that signers have read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from golive.verdict import Unobservable, Verdict


@dataclass(frozen=True)
class KeptReport:
    """One report. `release`: product to `VERSION (COMMIT)`; `verdicts`: line id to verdict."""

    path: Path
    sha256: str
    finished: datetime
    release: Mapping[str, str]
    verdicts: Mapping[str, Verdict]

    def __str__(self) -> str:
        return f"report {self.path.name}"


def read_reports(folder: Path) -> list[KeptReport]:
    """Return the reports (`*.json`) of a folder, newest first.

    Raises:
        Unobservable: there is no such folder, or a file in it is no report: it may be the newest.
    """
    if not folder.is_dir():
        raise Unobservable(f"{folder} is no folder", "Correct [PRODUCT.attestations] reports")
    return sorted((_read(p) for p in sorted(folder.glob("*.json"))), key=lambda r: r.finished, reverse=True)


def _read(path: Path) -> KeptReport:
    try:
        content = path.read_bytes()
        raw = json.loads(content)
        finished = datetime.fromisoformat(raw["finished"])
        if finished.tzinfo is None:
            raise ValueError(f"finished is {raw['finished']!r}, a time without its zone")
        verdicts = {str(row["id"]): Verdict(row["verdict"]) for row in raw["lines"]}
        release = {str(k): str(v) for k, v in raw["release"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unobservable(
            f"{path.name} is no results.json: {type(error).__name__} {error}", "Put the run's results.json there"
        ) from None
    return KeptReport(path, hashlib.sha256(content).hexdigest(), finished, release, verdicts)
