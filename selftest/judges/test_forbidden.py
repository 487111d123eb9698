from __future__ import annotations

from typing import Any

import pytest

from tests.judges.forbidden import Things, federation_problems, forbidden, unconditional_problems

SUB = "token.actions.githubusercontent.com:sub"
AUD = "token.actions.githubusercontent.com:aud"


def _trust(principal: Any, condition: Any = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Statement": [statement | ({"Condition": condition} if condition else {})]}


def test_at_least_forty_actions_are_forbidden() -> None:
    everything = Things(("r",), ("d",), ("c",), ("k",), ("b",), ("s",), ("fb",), ("fs",))
    for delivers in (True, False):
        assert len({a for actions, _ in forbidden(everything, delivers=delivers) for a in actions}) >= 40


def test_what_has_no_thing_is_not_asked() -> None:
    assert all(places for _, places in forbidden(Things(), delivers=False))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (None, ["aud", "sub"]),
        ({"StringEquals": {AUD: "sts.amazonaws.com"}}, ["sub"]),
        ({"StringEquals": {AUD: "x"}, "StringLike": {SUB: "repo:*"}}, ["more than one repository"]),
        ({"StringEquals": {AUD: "x"}, "StringLike": {SUB: "repo:owner/app:ref:refs/heads/*"}}, []),
    ],
)
def test_a_provider_is_asked_who_it_is(condition: Any, said: list[str]) -> None:
    problems = federation_problems(_trust({"Federated": "arn:aws:iam::1:oidc-provider/x"}, condition))
    assert len(problems) == len(said)
    assert all(word in problem for word, problem in zip(said, problems, strict=True))


def test_anybody_needs_a_condition() -> None:
    assert unconditional_problems(_trust({"AWS": "*"})) != []
    assert unconditional_problems(_trust("*")) != []
    assert unconditional_problems(_trust({"AWS": "*"}, {"StringEquals": {"sts:ExternalId": "x"}})) == []
    assert unconditional_problems(_trust({"Service": "ecs-tasks.amazonaws.com"})) == []
