"""How long an apply took, and how long it was silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.terraform.settling import FAILURE
from tests.judges.applying import duration, longest_silence

START = datetime(2026, 11, 22, tzinfo=UTC)


def _times(*minutes: float) -> list[datetime]:
    return [START + timedelta(minutes=m) for m in minutes]


def test_from_first_to_last() -> None:
    assert duration(_times(0, 3, 61)) == 61
    assert longest_silence(_times(61, 0, 3)) == 58
    assert longest_silence(_times(5)) == 0


@given(st.lists(st.floats(0, 1000), min_size=1))
def test_no_silence_is_longer_than_the_whole(minutes: list[float]) -> None:
    assert longest_silence(_times(*minutes)) <= duration(_times(*minutes)) + 1e-6


@pytest.mark.parametrize(
    ("message", "is_failure"),
    [
        ("(service api) was unable to place a task because no container instance met all of its requirements.", True),
        ("(service api) deployment failed: tasks failed to start.", True),
        ("rolling back to deployment ecs-svc/1", False),
        ("deployment was rolled back", True),
        ("(service) has reached a steady state.", False),
        ("Finished DB Instance backup", False),
        ("Failover to replica node failed", True),
    ],
)
def test_what_reads_as_failed(message: str, is_failure: bool) -> None:
    assert bool(FAILURE.search(message)) is is_failure
