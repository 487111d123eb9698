"""What is too wide in a policy, and who is too many in a trust policy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judges.privileges import identity_of, trust_problems, wide_statements

TASKS = "ecs-tasks.amazonaws.com"
READER = "arn:aws:iam::111122223333:user/reader"


def policy(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Sid": "One", **statement}]}


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ({"Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/*"}, None),
        ({"Action": "ecr:GetAuthorizationToken", "Resource": "*"}, None),
        ({"Action": "*", "Resource": "*", "Effect": "Deny"}, None),
        ({"Action": "*", "Resource": "*"}, "by wildcard *"),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}, "by wildcard s3:*"),
        ({"NotAction": ["iam:*"], "Resource": "*"}, "NotAction"),
        ({"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b/*"}, "NotResource"),
        ({"Action": ["s3:PutObject"], "Resource": "*"}, "on everything"),
        ({"Action": ["iam:PassRole", "ecs:RunTask"], "Resource": "*"}, "on everything"),
    ],
)
def test_what_is_too_wide(statement: dict[str, Any], word: str | None) -> None:
    found = wide_statements(policy(**statement))
    assert found == [] if word is None else word in found[0]


def trust(principal: Any, **more: Any) -> dict[str, Any]:
    return policy(Action="sts:AssumeRole", Principal=principal, **more)


@pytest.mark.parametrize(
    ("principal", "fine"),
    [
        ({"Service": TASKS}, True),
        ({"Service": TASKS, "AWS": READER}, True),
        ({"Service": [TASKS, "ec2.amazonaws.com"]}, False),
        ("*", False),
        ({"AWS": "*"}, False),
        ({"AWS": "arn:aws:iam::999999999999:root"}, False),
        ({"Federated": "accounts.google.com"}, False),
    ],
)
def test_who_may_take_a_role(principal: Any, fine: bool) -> None:
    assert (trust_problems(trust(principal), [TASKS], [READER]) == []) is fine
    assert trust_problems(trust(principal, Effect="Deny"), [TASKS], [READER]) == []


def test_the_identity_behind_a_session() -> None:
    assert identity_of(READER) == READER
    assert identity_of("arn:aws:sts::1:assumed-role/golive/run") == "arn:aws:iam::1:role/golive"
