"""A run of the smoke checks as its results tell it, and the pipeline's job that ran them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

PASSED, FAILED = "passed", "failed"


@dataclass(frozen=True)
class Outcome:
    """What the smoke checks said: `failed` and `unseen` are sentences, one a line that did not pass."""

    lines: int
    failed: tuple[str, ...]
    unseen: tuple[str, ...]
    seconds: float


def outcome(results: Mapping[str, Any]) -> Outcome:
    """Return what a `results.json` tells. A waived line did not pass: after a release that has to be looked at."""
    lines: list[Mapping[str, Any]] = list(results.get("lines", []))
    told = {line["id"]: f"{line['id']} {line['verdict']}: {_first(line.get('message', ''))}" for line in lines}
    began, ended = (datetime.fromisoformat(str(results[key])) for key in ("started", "finished"))
    return Outcome(
        len(lines),
        tuple(told[line["id"]] for line in lines if line["verdict"] == FAILED),
        tuple(told[line["id"]] for line in lines if line["verdict"] not in (PASSED, FAILED)),
        (ended - began) / timedelta(seconds=1),
    )


def job_problems(name: str, jobs: Sequence[Mapping[str, Any]], sha: str, deployed: datetime) -> list[str]:
    """What is wrong with the pipeline's job that looks at a release once it is out.

    Args:
        jobs: as the forge gives those of this name on the released commit.
        deployed: when the rollout was done; what began before looked at the release before.
    """
    if not jobs:
        return [f"job {name}: did not run for {sha[:12]}"]
    newest = max(jobs, key=lambda job: str(job.get("started_at") or ""))
    problems = []
    if newest.get("conclusion") != "success":
        problems.append(f"job {name}: is {newest.get('conclusion') or newest.get('status')} for {sha[:12]}")
    if not newest.get("started_at"):
        return [*problems, f"job {name}: has not begun"]
    began = datetime.fromisoformat(str(newest["started_at"]))
    if began < deployed:
        problems.append(
            f"job {name}: began at {began:%H:%M:%S}Z, before the rollout was done at {deployed:%H:%M:%S}Z: "
            "it looked at the release before. Run it again"
        )
    return problems


def _first(message: str) -> str:
    return message.strip().partition("\n")[0][:200]
