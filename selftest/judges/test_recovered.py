"""The recovery of the whole state, of made-up observations; and the version of a file at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.drills.files import version_at
from fixtures.drills.recovered import RecoveredFacts
from golive.catalogue import load_catalogue
from tests.judges.recovered import recovered_problems

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "started": NOW,
    "database": {
        "source": "db", "backup": "snapshot s", "moment": NOW - timedelta(hours=3), "minutes": 60,
        "tables": {"public.t": {"rows": 3, "compared": 3, "missing": 0}},
    },
    "redis": {
        "snapshot": "daily", "created": NOW - timedelta(hours=5), "size_bytes": 10, "keys": 4, "marker": "m",
        "marker_live": True, "marker_restored": True, "marker_same": True, "seconds": 1800,
    },
    "files": 3,
    "calls": [{"operation": "list", "wanted": 200, "status": 200, "marker": True}],
    "database_sessions": 2,
    "redis_sessions": 1,
    "hours": 2,
}  # fmt: skip
LIST: dict[str, Any] = WHOLE["calls"][0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"hours": 5}, "recovery time is 5 h"),
        ({"redis": None}, "Redis was not recovered"),
        ({"redis": WHOLE["redis"] | {"problem": "short read"}}, "can't be loaded: short read"),
        ({"redis": WHOLE["redis"] | {"marker_same": False}}, "came back without m"),
        ({"redis": WHOLE["redis"] | {"created": NOW - timedelta(hours=30)}}, "data loss is 30 h"),
        ({"database": WHOLE["database"] | {"problem": "no space"}}, "no space"),
        ({"database": WHOLE["database"] | {"differences": ["policy missing in the copy: p"]}}, "policy missing"),
        ({"files": 0}, "names no file"),
        ({"files_missing": ["t.c: k"], "files_missing_count": 2}, "2 of 3 files"),
        ({"problem": "start.sh ended with 1"}, "does not work: start.sh ended with 1"),
        ({"calls": []}, "asked for nothing"),
        ({"calls": [LIST, {"operation": "play", "wanted": 200, "status": 502, "said": "k"}]}, "play answers 502"),
        ({"calls": [LIST | {"marker": False}]}, "list does not return"),
        ({"unwell": ["s3: down"]}, "reports s3: down"),
        ({"database_sessions": 0}, "no session at the recovered database"),
        ({"redis_sessions": 0}, "no session at the recovered Redis"),
    ],
)
def test_recovered(changes: dict[str, Any], words: str) -> None:
    facts = RecoveredFacts.model_validate(WHOLE | changes)
    problems = recovered_problems(load_catalogue()["AURA-6.1.2.5"], facts, "drill performed in this run")
    found = "\n".join(problem for problem in problems if problem)
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize(("hours", "wanted"), [([], None), ([1], 1), ([-3, -1, 2], -1), ([0, 4], 0), ([3, 2], 2)])
def test_the_version_of_a_moment(hours: list[int], wanted: int | None) -> None:
    versions = [{"LastModified": NOW + timedelta(hours=hour), "VersionId": hour} for hour in hours]
    found = version_at(versions, NOW)
    assert (found and found["VersionId"]) == wanted
