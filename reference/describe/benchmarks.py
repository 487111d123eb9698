"""What the pipeline's micro-benchmarks measured, on each commit that was deployed: pytest-benchmark's JSON."""

from __future__ import annotations

import random
import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.describe.scans import keep
from reference.simulators.github_history import Commit, Repository

if TYPE_CHECKING:
    from reference.settings import Settings

ARTIFACT, WORKFLOW, ROUNDS = "benchmarks", "test-suite", 40
SECONDS = {
    "test_serialize_lead": 41e-6,
    "test_serialize_conversation": 93e-6,
    "test_read_token": 58e-6,
    "test_tenant_of_request": 4.4e-6,
    "test_audio_key": 7.1e-6,
    "test_score_lead": 26e-6,
}
"""Benchmark to the median of a round."""
MACHINE = {
    "node": "runner", "machine": "x86_64", "system": "Linux", "release": "6.8.0",
    "python_version": "3.12.4", "cpu": {"brand_raw": "AMD EPYC 7763 64-Core Processor", "count": 4, "arch": "X86_64"},
}  # fmt: skip


def benchmarked(settings: Settings, product: str) -> str:
    """Keep the measurements of each commit that was deployed as the artifact of its run; the artifact's name."""
    repository = Repository.of(settings, product)
    for commit in repository.commits:
        if repository.digests(commit.sha):
            keep(settings, product, WORKFLOW, f"{ARTIFACT}@{commit.sha}", report(commit))
    return ARTIFACT


def path_of(settings: Settings, product: str, sha: str) -> Path:
    """The file of the measurements on a commit."""
    name = f"{ARTIFACT}@{sha}"
    return settings.part_folder("forge") / product / WORKFLOW / name / f"{name}.json"


def report(commit: Commit) -> dict[str, Any]:
    """A file of pytest-benchmark: the same rounds for the same commit, with a little noise."""
    at = datetime.fromtimestamp(commit.at + 400, UTC).isoformat()
    return {
        "machine_info": MACHINE,
        "commit_info": {"id": commit.sha, "time": at, "dirty": False, "project": "api", "branch": "main"},
        "benchmarks": [measured(name, seconds, commit.sha) for name, seconds in SECONDS.items()],
        "datetime": at,
        "version": "5.1.0",
    }


def measured(name: str, seconds: float, sha: str) -> dict[str, Any]:
    """One benchmark: its rounds in seconds, and what follows from them."""
    chance = random.Random(f"{name} {sha}")  # noqa: S311
    data = [seconds * (1 + abs(chance.gauss(0, 0.02))) for _ in range(ROUNDS)]
    stats = {
        "min": min(data), "max": max(data), "mean": statistics.fmean(data), "stddev": statistics.stdev(data),
        "median": statistics.median(data), "rounds": len(data), "iterations": 100, "data": data,
    }  # fmt: skip
    return {"group": None, "name": name, "fullname": f"benchmarks/test_api.py::{name}", "params": None, "stats": stats}
