"""What makes a bucket public, and what removes its old versions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judges.buckets import FLAGS, flags_off, old_versions_days, public_statements


def test_each_switch_counts_and_a_missing_block_has_none() -> None:
    assert flags_off(dict.fromkeys(FLAGS, True)) == []
    assert flags_off({**dict.fromkeys(FLAGS, True), "RestrictPublicBuckets": False}) == ["RestrictPublicBuckets"]
    assert flags_off({}) == list(FLAGS)


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ["arn:aws:iam::1:root", "*"]}}, True),
        ({"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}}, True),
        ({"Principal": {"Service": "cloudfront.amazonaws.com"}}, False),
        ({"Principal": "*", "Condition": {"StringEquals": {"AWS:SourceArn": "arn:x"}}}, False),
        ({"Principal": "*", "Condition": {"StringLike": {"aws:Referer": "*"}}}, True),
        ({"Principal": "*", "Effect": "Deny"}, False),
    ],
)
def test_everybody_in_a_policy(statement: dict[str, Any], public: bool) -> None:
    policy = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Sid": "One", **statement}}
    assert bool(public_statements(policy)) is public


def test_the_shortest_enabled_rule_decides() -> None:
    def rule(days: int, status: str = "Enabled") -> dict[str, Any]:
        return {"ID": f"d{days}", "Status": status, "NoncurrentVersionExpiration": {"NoncurrentDays": days}}

    assert old_versions_days([]) == (float("inf"), "")
    assert old_versions_days([{"ID": "x", "Status": "Enabled", "Expiration": {"Days": 1}}])[1] == ""
    assert old_versions_days([rule(90), rule(1, "Disabled"), rule(30)]) == (30, "d30")
