"""Judges the recovery of the whole state: the stores came back, and an instance of the API works on them. Pure."""

from __future__ import annotations

from fixtures.drills.recovered import RecoveredFacts
from golive.catalogue import Line
from tests.judges.restore import no_copy, structure_problems, table_problems


def recovered_problems(line: Line, facts: RecoveredFacts, source: str) -> list[str | None]:
    """What did not come back, does not work, or was too late."""
    if gone := no_copy(facts.database):
        return list(gone)
    redis = facts.redis
    if redis is None:
        return [f"Redis was not recovered in {source}"]
    if redis.problem:
        return [
            f"Redis was not recovered: snapshot {redis.snapshot} ({redis.size_bytes} bytes) can't be loaded: "
            f"{redis.problem}. Take one that can be, and restore it"
        ]
    found: list[str | None] = [*table_problems(facts.database), *structure_problems(facts.database)]
    if not (redis.marker_live and redis.marker_same):
        found.append(f"Redis was not recovered: snapshot {redis.snapshot} came back without {redis.marker}")
    found += _files(facts)
    found += _instance(facts)
    if facts.hours is not None:
        found.append(line.limit("recovery_time").problem(facts.hours, of="recovery of the whole state", hint=source))
    found.append(line.limit("data_loss").problem(facts.lost_hours, of="the oldest of the backups", hint=source))
    return found


def _files(facts: RecoveredFacts) -> list[str]:
    if not facts.files:
        return ["the recovered database names no file, so nothing shows that files come back. Are its tables empty?"]
    if not facts.files_missing_count:
        return []
    return [
        f"{facts.files_missing_count} of {facts.files} files that the recovered database names can't be recovered, "
        f"such as {', '.join(facts.files_missing[:3])}: their bucket keeps no version of them. Is versioning on, or "
        "does a lifecycle rule expire old versions too early?"
    ]


def _instance(facts: RecoveredFacts) -> list[str]:
    of = "the API instance on the recovered stores"
    if facts.problem:
        return [f"{of} does not work: {facts.problem}"]
    if not any(call.marker is not None for call in facts.calls):
        return [f"{of} was asked for nothing that was written before the backup"]
    found = [f"{of}: {call.operation} answers {call.status}, want {call.wanted} ({call.said})"
             for call in facts.calls if call.status != call.wanted]  # fmt: skip
    found += [
        f"{of}: {call.operation} does not return what the synthetic user wrote before the backup"
        for call in facts.calls
        if call.status == call.wanted and call.marker is False
    ]
    found += [f"{of} reports {unwell}" for unwell in facts.unwell]
    for store, sessions in (("database", facts.database_sessions), ("Redis", facts.redis_sessions)):
        if sessions <= 0:
            found.append(
                f"{of} opened no session at the recovered {store} while it answered: it answers from another one. "
                "Correct what drills.recovered.start gives it"
            )
    return found
