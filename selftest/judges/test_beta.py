"""A group of testers is of people from outside who agreed and are there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.judges.beta import Member, active, admitted, real

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def member(email: str = "ada@post.net", *, consented: bool = True, enabled: bool = True, days: float = 1) -> Member:
    return Member(email, consented, enabled, NOW - timedelta(days=days))


def test_staff_and_tests_are_nobody() -> None:
    outside = [member(), member("bob@notours.com")]
    assert real([*outside, member("eve@ours.com"), member("eve@qa.OURS.com")], ["ours.com"]) == outside


def test_who_did_not_agree_or_is_off_is_no_member() -> None:
    assert admitted([member(), member(consented=False), member(enabled=False)]) == [member()]


def test_the_active_are_those_who_were_there() -> None:
    never = Member("ann@post.net", consented=True, enabled=True, seen=None)
    assert active([member(days=13), member(days=15), never, member()], NOW, 14) == 50.0
