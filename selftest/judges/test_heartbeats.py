"""Hosts that a monitoring service hears, and those it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.observability.heartbeats import Heartbeat
from tests.judges.heartbeats import ages, unheard

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOSTS = {"one": ["one"], "two": ["two", "10.0.1.7"]}


def test_a_host_is_known_by_its_id_or_its_address() -> None:
    heard = [Heartbeat("one", True, NOW), Heartbeat("10.0.1.7:9090", True, NOW - timedelta(minutes=2))]
    assert unheard(HOSTS, heard) == {}
    assert ages(HOSTS, heard, NOW) == {"one": 0.0, "two": 2.0}


def test_missing_and_dead_hosts_are_told_apart() -> None:
    assert unheard(HOSTS, [Heartbeat("one", False, NOW)]) == {
        "one": "its heartbeat says down",
        "two": "no series tells of it",
    }


def test_another_host_s_series_is_not_taken_for_it() -> None:
    assert "two" in unheard(HOSTS, [Heartbeat("one", True, NOW), Heartbeat("10.0.1.70:9090", True, NOW)])
