"""Whether a bucket's policy refuses who comes without TLS."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judges.clear_objects import refuses_clear_text

BOTH = ["arn:aws:s3:::files", "arn:aws:s3:::files/*"]
RULE: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": BOTH,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    "change",
    [{}, {"Principal": {"AWS": "*"}}, {"Action": ["s3:*"]}, {"Resource": "*"},
     {"Condition": {"BoolIfExists": {"aws:SecureTransport": False}}}],
)  # fmt: skip
def test_a_rule_that_refuses(change: dict[str, Any]) -> None:
    assert refuses_clear_text({"Statement": [RULE | change]}, "files")
    assert refuses_clear_text({"Statement": RULE | change}, "files")


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": "arn:aws:iam::1:role/x"}},
        {"Action": "s3:GetObject"},
        {"Resource": BOTH[1]},
        {"Condition": {}},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalAccount": "1"}}},
    ],
)
def test_a_rule_that_does_not(change: dict[str, Any]) -> None:
    assert not refuses_clear_text({"Statement": [RULE | change]}, "files")


def test_no_policy() -> None:
    assert not refuses_clear_text({}, "files")
