"""Says which replicas follow their primary. Pure: arrivals of a marker in, sentences out."""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.postgres.replication import Arrival


def replica_problem(arrival: Arrival, patience: float) -> str | None:
    """Return what keeps a replica from serving reads of what the primary holds, its delay aside."""
    if arrival.refused:
        return f"{arrival.replica}: takes no connection: {arrival.refused}. Does it run?"
    if not arrival.in_recovery:
        return (
            f"{arrival.replica}: is not in recovery, so it is no replica. Does the reader's name lead to the primary?"
        )
    if arrival.seconds is None:
        why = "its replay is paused: pg_wal_replay_resume()" if arrival.paused else "does it stream, and replay?"
        return f"{arrival.replica}: a row written to the primary was not there after {patience:g} s; {why}"
    return None


def following(arrivals: Sequence[Arrival]) -> int:
    """Count the replicas that are replicas and showed the marker."""
    return sum(a.in_recovery and a.seconds is not None and not a.refused for a in arrivals)
