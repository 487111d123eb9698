"""Judges a recovery drill, performed or recorded. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from fixtures.drills.recovery import MADE, REMOVED, RecoveryFacts
from golive.catalogue import Line
from tests.judges.restore import no_copy, structure_problems, table_problems


def recovery_problems(line: Line, facts: RecoveryFacts, finished: datetime, now: datetime) -> list[str | None]:
    """What did not come back, or not in time."""
    redis, found = facts.redis, list[str | None](no_copy(facts.database))
    if not found:
        found += [*table_problems(facts.database), *structure_problems(facts.database)]
    if redis.problem:
        found.append(f"Redis was not recovered: snapshot {redis.snapshot} can't be loaded: {redis.problem}")
    elif not (redis.marker_live and redis.marker_same):
        found.append(
            f"Redis was not recovered: snapshot {redis.snapshot} came back without {redis.marker} as it is live"
        )
    age = (now - finished) / timedelta(days=1)
    found.append(line.limit("drill_age").problem(max(0.0, age), of="the newest recovery drill"))
    if facts.hours is not None:
        found.append(line.limit("recovery_time").problem(facts.hours, of="recovery of database and Redis"))
    found.append(line.limit("data_loss").problem(facts.lost_hours, of="the older of the two backups"))
    return found


def trace_problems(facts: RecoveryFacts, traces: Mapping[str, Sequence[str]], source: str) -> list[str]:
    """What a record says that the audit trail does not."""
    made = {name for event in MADE for name in traces.get(event, ()) if name.startswith(facts.run)}
    if not made:
        return [f"{source} tells of a restore, and the account's trail shows none of {facts.run} at that time"]
    left = made - set(traces.get(REMOVED, ()))
    return [f"{name}, restored in {source}, was never removed" for name in sorted(left)]
