"""Recovery procedures, and users' quotas, of made-up observations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.aws.restore_drill import RestoreFacts as DatabaseFacts
from fixtures.documents.markdown import read
from fixtures.documents.recovery import Procedure, names_in
from fixtures.drills.recovery import RecoveryFacts
from fixtures.redis.snapshot import RestoreFacts as RedisFacts
from golive.catalogue import load_catalogue
from tests.judges.quota_of_users import Enforcement, enforcement_problems
from tests.judges.recovery import procedure_problems, unknown_names
from tests.judges.recovery_drill import recovery_problems, trace_problems

WHOLE: dict[str, Any] = {
    "store": "vectors", "place": "r.md#Vectors", "prerequisites": "the texts", "steps": ("embed",),
    "commands": ("python -m tools.embed --missing",), "validation": "a search finds it", "duration": "2 h",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"prerequisites": ""}, "no prerequisites"),
        ({"steps": ()}, "no numbered steps"),
        ({"validation": ""}, "no validation"),
        ({"duration": "soon"}, "no expected duration"),
        ({"commands": ("aws s3 ls",)}, "no command that rebuilds"),
    ],
)
def test_procedures(changes: dict[str, Any], words: str) -> None:
    found = "\n".join(procedure_problems("vectors", Procedure(**WHOLE | changes), "r.md#Vectors"))
    assert words in found
    assert bool(found) == bool(words)


def test_a_procedure_that_is_not_there_is_said() -> None:
    assert procedure_problems("redis", None, "r.md#Redis") == ["recovery of redis: there is no r.md#Redis"]


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("aws rds restore-db-instance-from-db-snapshot --db-instance-identifier new", []),
        ("aws rds describe-db-instances --db-instance-identifier old", [("database instance", "old")]),
        ("aws s3 sync s3://copies/a s3://files", [("bucket", "copies"), ("bucket", "files")]),
        ("aws secretsmanager restore-secret --secret-id=app/jwt", [("secret", "app/jwt")]),
        ('aws rds reboot-db-instance --db-instance-identifier "$NAME"', []),
        ("psql --service other", []),
    ],
)
def test_names_in_commands(command: str, names: list[tuple[str, str]]) -> None:
    assert [(named.kind, named.name) for named in names_in(command)] == names


def test_names_that_are_not_there_are_said() -> None:
    found = Procedure(**WHOLE | {"commands": ("aws s3 ls s3://gone", "aws s3 ls s3://here")})
    assert len(unknown_names([found], {"bucket": {"here"}})) == 1


def test_sections_hold_steps_commands_and_parts() -> None:
    section = read(
        "# A\n\n## B\n\nBefore: `x`\n\n1. do\n\n   ```sh\n   aws a \\\n     b\n   ```\n2. then `y`\n\n## C\n\nend\n"
    )
    a = section.parts[0]
    b, c = a.parts
    assert (b.steps, b.commands) == (["do", "then `y`"], ["x", "aws a    b", "y"])
    assert (c.heading, c.text) == ("C", "end\n")


QUOTA: dict[str, Any] = {
    "sent": 120, "admitted": 100, "instances": 2, "retry_after": ["40"] * 20, "remaining": [*range(99, -1, -1)],
    "remaining_promised": True, "window": 60,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"admitted": 120}, "120 of 120 requests in one window over 2 instances were admitted"),
        ({"admitted": 90}, "tolerance is 10 percent"),
        ({"retry_after": ["", *["40"] * 19]}, "1 of 20 refusals give no Retry-After"),
        ({"remaining": [None] * 100}, "100 of 100 admitted answers do not say"),
        ({"remaining": [50] * 100}, "50 requests are left"),
        ({"window": 30}, "window is 0.5 min"),
    ],
)
def test_quotas(changes: dict[str, Any], words: str) -> None:
    problems = enforcement_problems(load_catalogue()["AURA-5.1.2.4"], Enforcement(**QUOTA | changes))
    found = "\n".join(problem for problem in problems if problem)
    assert words in found
    assert bool(found) == bool(words)


NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
DATABASE: dict[str, Any] = {
    "source": "db", "backup": "snapshot s", "moment": NOW - timedelta(hours=3), "minutes": 60,
    "tables": {"public.t": {"rows": 3, "compared": 3, "missing": 0}},
}  # fmt: skip
REDIS: dict[str, Any] = {
    "snapshot": "daily", "created": NOW - timedelta(hours=5), "size_bytes": 10, "keys": 4, "marker": "m",
    "marker_live": True, "marker_restored": True, "marker_same": True, "seconds": 1800,
}  # fmt: skip


def recovery(database: dict[str, Any], redis: dict[str, Any]) -> RecoveryFacts:
    return RecoveryFacts(
        run="golive-1", started=NOW, database=DatabaseFacts(**DATABASE | database), redis=RedisFacts(**REDIS | redis)
    )


@pytest.mark.parametrize(
    ("database", "redis", "days", "words"),
    [
        ({}, {}, 1, ""),
        ({}, {}, 32, "drill age is 32 days"),
        ({"minutes": 240}, {}, 1, "recovery time is 4.5 h"),
        ({}, {"created": NOW - timedelta(hours=30)}, 1, "data loss is 30 h"),
        ({}, {"problem": "short read"}, 1, "can't be loaded: short read"),
        ({}, {"marker_same": False}, 1, "came back without m"),
        ({"problem": "no space", "minutes": None}, {}, 1, "no space"),
        ({"tables": {"public.t": {"rows": 0, "compared": 3, "missing": 3}}}, {}, 1, "public.t"),
    ],
)
def test_recoveries(database: dict[str, Any], redis: dict[str, Any], days: int, words: str) -> None:
    line, finished = load_catalogue()["AURA-11.2.2.4"], NOW - timedelta(days=days)
    problems = recovery_problems(line, recovery(database, redis), finished, NOW)
    found = "\n".join(problem for problem in problems if problem)
    assert words in found
    assert bool(found) == bool(words)


def test_a_recorded_recovery_has_left_traces() -> None:
    facts, made = recovery({}, {}), "RestoreDBInstanceFromDBSnapshot"
    assert trace_problems(facts, {made: ["golive-1-a"], "DeleteDBInstance": ["golive-1-a"]}, "r.json") == []
    assert "shows none of golive-1" in trace_problems(facts, {made: ["golive-2-a"]}, "r.json")[0]
    assert "never removed" in trace_problems(facts, {made: ["golive-1-a"]}, "r.json")[0]
