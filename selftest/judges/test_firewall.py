"""What a firewall let through or stopped, and how it is set."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.api.corpus import ATTACKS, BENIGN
from tests.judges.firewall import passed, settings_problems, stopped

RATE = {"Name": "rate", "Statement": {"RateBasedStatement": {}}, "Action": {"Block": {}}}
GROUP: dict[str, Any] = {
    "Name": "sql",
    "Statement": {"ManagedRuleGroupStatement": {"Name": "group"}},
    "OverrideAction": {"None": {}},
}


def test_attacks_that_pass_are_named() -> None:
    assert passed([("script in query", 403), ("look-up in header", 200)], 403) == ["look-up in header was answered 200"]


def test_look_alikes_must_be_answered_as_any_other() -> None:
    statuses = [("a name in query", 200), ("an address in body", 403)]
    assert stopped(statuses, {"query": 200, "body": 401}) == ["an address in body was answered 403, a plain text 401"]


def test_a_web_acl_that_blocks_and_logs() -> None:
    assert settings_problems({"Name": "acl", "Rules": [GROUP, RATE]}, ["arn"]) == []


@pytest.mark.parametrize(
    ("rules", "logs", "said"),
    [
        ([GROUP | {"OverrideAction": {"Count": {}}}, RATE], ["arn"], "rule sql only counts"),
        ([GROUP, RATE | {"Action": {"Count": {}}}], ["arn"], "rule rate only counts"),
        ([GROUP], ["arn"], "no rule limits the rate"),
        ([GROUP, RATE], [], "logs nothing"),
        (
            [GROUP | {"Statement": {"ManagedRuleGroupStatement": {"ExcludedRules": [{"Name": "x"}]}}}, RATE],
            ["arn"],
            "rule sql only counts",
        ),
    ],
)
def test_a_web_acl_that_does_not(rules: list[dict[str, Any]], logs: list[str], said: str) -> None:
    assert any(said in problem for problem in settings_problems({"Name": "acl", "Rules": rules}, logs))


def test_none_at_all() -> None:
    assert settings_problems(None, []) == ["no web ACL is in front of the load balancer that serves"]


def test_the_corpus_is_large_enough_and_of_all_places() -> None:
    assert len(set(ATTACKS)) >= 30
    assert len(set(BENIGN)) >= 10
    assert {probe.place for probe in ATTACKS} == {probe.place for probe in BENIGN} == {"query", "body", "header"}
