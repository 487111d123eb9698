"""Whether a service's deployments say that a rollout is over and went well. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

TROUBLE = re.compile(r"unable to|failed|rolling back|rolled back|unhealthy|was stopped", re.IGNORECASE)
SEMVER = re.compile(r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


def is_semver(tag: str) -> bool:
    """Say whether a tag is a version of three numbers, with or without `v`. Source: semver.org."""
    return SEMVER.fullmatch(tag) is not None


def rollout_state(deployments: Sequence[Mapping[str, Any]]) -> str:
    """Return the rollout state of the primary deployment, `no primary deployment` when there is none."""
    primary = [d for d in deployments if d.get("status") == "PRIMARY"]
    return str(primary[0].get("rolloutState", "")) if primary else "no primary deployment"


def others(deployments: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the task definitions (`api:1`) of the deployments that are not the primary one."""
    return [_short(str(d.get("taskDefinition", ""))) for d in deployments if d.get("status") != "PRIMARY"]


def troubles(events: Sequence[Mapping[str, Any]], since: datetime) -> list[str]:
    """Return the messages since a moment that speak of tasks that could not be placed, started or kept."""
    return [str(e["message"]) for e in events if e["createdAt"] >= since and TROUBLE.search(str(e["message"]))]


def trouble_window(deployments: Sequence[Mapping[str, Any]], now: datetime, least: timedelta) -> datetime:
    """Return since when events count: since the last deployment became steady, at least for `least`."""
    ended = [d["updatedAt"] for d in deployments if d.get("status") == "PRIMARY" and d.get("updatedAt")]
    return min([*ended, now - least])


def odd_ones(digests: Mapping[str, str]) -> str:
    """Return which tasks run another digest than most do, as a sentence; empty when all run one."""
    counts: dict[str, list[str]] = {}
    for task, digest in digests.items():
        counts.setdefault(digest, []).append(task)
    if len(counts) < 2:
        return ""
    rows = sorted(counts.items(), key=lambda row: len(row[1]))
    return "; ".join(f"{', '.join(tasks)}: {digest[:19]}" for digest, tasks in rows)


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
