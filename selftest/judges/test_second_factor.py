"""Policies that deny acting without a second factor, and where a token may hide in an answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judges.second_factor import denied_without, tokens_in

ABSENT = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
DENY: dict[str, Any] = {"Effect": "Deny", "NotAction": ["iam:EnableMFADevice"], "Resource": ["*"], "Condition": ABSENT}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"NotAction": None, "Action": ["*"]}, True),
        ({"Effect": "Allow"}, False),
        ({"NotAction": ["iam:*"]}, False),
        ({"NotAction": ["s3:GetObject"]}, False),
        ({"NotAction": None, "Action": ["s3:*"]}, False),
        ({"Resource": ["arn:aws:s3:::one"]}, False),
        ({"Condition": {"Bool": ABSENT["BoolIfExists"]}}, False),
        ({"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}}, False),
        ({"Condition": {**ABSENT, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
    ],
)
def test_denied_without(changes: dict[str, Any], wanted: bool) -> None:
    statement = {k: v for k, v in {**DENY, **changes}.items() if v is not None}
    assert denied_without([statement]) is wanted
    assert not denied_without([])


def test_tokens_are_found_wherever_they_are() -> None:
    token = "t" * 20
    answer = {"challenge": f"c{token}", "user": {"keys": [f"k{token}"]}, "message": "a sentence of many words"}
    headers = {"Set-Cookie": f"session=s{token}; Path=/", "X-Token": f"Bearer x{token}", "Server": "a" * 30}
    assert tokens_in(answer, headers) == [f"c{token}", f"k{token}", f"s{token}", f"x{token}"]
