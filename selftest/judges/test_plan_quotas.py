"""Quotas of plans, judged on made-up answers."""

from __future__ import annotations

from tests.judges.plan_quotas import Spent, error, problems

REASON = '{"quota": "voice_agents"}'


def spent(statuses: tuple[int, ...], *, most: int = 3, before: int = 1, told: int = 3, reason: str = REASON) -> Spent:
    refused = tuple(reason for s in statuses if s >= 300)
    return Spent("voice_agents", most, before, statuses, told, refused)


def test_exactly_what_is_left_is_admitted() -> None:
    good = spent((201, 402, 201, 402))
    assert problems(good, (402, 429)) == []
    assert error([good]) == 0


def test_one_more_and_one_less_are_told() -> None:
    more, less = spent((201, 201, 201), told=4), spent((201, 402, 402), told=2)
    assert problems(more, (402,)) == ["of 3 requests at once 3 used voice_agents, where the quota leaves 2"]
    assert "1 used voice_agents, where the quota leaves 2" in problems(less, (402,))[0]
    assert error([more, less]) == 2


def test_a_refusal_has_the_right_status_and_says_why() -> None:
    assert "is answered 500" in problems(spent((201, 201, 500)), (402,))[0]
    assert problems(spent((201, 201, 402), reason="no"), (402,)) == [
        "a refusal over voice_agents does not name the quota"
    ]


def test_a_count_that_differs_from_what_was_used_is_told() -> None:
    assert problems(spent((201, 201, 402), told=1), (402,)) == [
        "the tenant is told that it used 1 voice_agents, and it used 3"
    ]


def test_a_quota_of_nothing_admits_nothing() -> None:
    nothing = spent((402, 402), most=0, before=0, told=0)
    assert problems(nothing, (402,)) == []
