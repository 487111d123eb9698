"""Judging replicas, with made-up arrivals."""

from __future__ import annotations

from fixtures.postgres.replication import Arrival
from tests.judges.replicas import following, replica_problem

GOOD = Arrival("one", 0.1, in_recovery=True)


def test_a_replica_that_shows_the_marker_is_well() -> None:
    assert replica_problem(GOOD, 3) is None
    assert following([GOOD]) == 1


def test_the_primary_under_the_reader_name_is_no_replica() -> None:
    primary = Arrival("one", 0.01, in_recovery=False)
    assert "no replica" in str(replica_problem(primary, 3))
    assert following([primary]) == 0


def test_paused_replay_is_named() -> None:
    assert "paused" in str(replica_problem(Arrival("one", None, in_recovery=True, paused=True), 3))


def test_a_refused_connection_is_told_and_counts_for_nothing() -> None:
    gone = Arrival("one", refused="closed")
    assert "closed" in str(replica_problem(gone, 3))
    assert following([gone, GOOD]) == 1
