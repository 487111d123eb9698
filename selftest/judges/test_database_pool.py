"""Judging connections to PostgreSQL, with made-up drills."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.postgres.pool import SLOW, Outcome, PoolFacts
from golive.catalogue import load_catalogue
from golive.verdict import Unobservable
from tests.judges.database_pool import database_pool_problems

LINE = load_catalogue()["AURA-5.1.2.2"]
GOOD = {
    "bound": 10, "max_connections": 100, "requests": 200, "failed": 0, "before": 4, "peak": 10, "server_peak": 20,
    "after": 10, "idle_in_transaction": 0, "backends": 10, "new_sessions": 6, "ended": 10, "failed_after_restart": 0,
}  # fmt: skip


def said(**changes: Any) -> list[str]:
    return [p for p in database_pool_problems(LINE, PoolFacts(**(GOOD | changes)), "drill") if p]


def test_a_pool_that_holds_is_well() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"peak": 11}, "11 connections of the API at once"),
        ({"server_peak": 81}, "peak connections is 81"),
        ({"new_sessions": 41}, "is a connection made for each request"),
        ({"idle_in_transaction": 1}, "idle in transaction is 1"),
        ({"after": 11}, "stay after the load"),
        ({"failed": 21}, "21 of 200 requests were refused"),
        ({"failed": 200, "too_slow": 179}, "21 of 200 requests were refused"),
        ({"failed": 200, "too_slow": 200, "failed_alone": 4}, "does each give its connection back"),
        ({"failed": 1, "too_slow": 1, "failed_alone": 1}, "does each give its connection back"),
        ({"failed": 100, "too_slow": 100, "peak": 11}, "11 connections of the API at once"),
        ({"failed_after_restart": 1}, "failed after restart is 1"),
        ({"ended": 0}, "could be ended"),
    ],
)
def test_each_part_is_told(changes: dict[str, int], words: str) -> None:
    (problem,) = said(**changes)
    assert words in problem


@pytest.mark.parametrize("changes", [{"peak": 0}, {"max_connections": 0}, {"requests": 20}])
def test_without_load_or_connections_nothing_is_known(changes: dict[str, int]) -> None:
    with pytest.raises(Unobservable):
        said(**changes)


def test_a_deployment_that_is_too_slow_for_the_load_is_no_finding_and_no_pass() -> None:
    assert said(failed=20, too_slow=20) == []
    with pytest.raises(Unobservable, match="too busy"):
        said(failed=21, too_slow=21)


def test_what_fails_late_or_may_come_later_is_slow_and_what_fails_at_once_was_refused() -> None:
    assert Outcome("status 503", SLOW).is_slow
    assert not Outcome("status 503", SLOW / 2).is_slow
    assert not Outcome("", 2 * SLOW).is_slow
    assert Outcome("status 503", SLOW / 2, later=1).is_slow
    assert not Outcome("", SLOW / 2, later=1).is_slow
