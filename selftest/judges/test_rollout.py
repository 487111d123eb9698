"""Rollouts, restarts and rules on made-up observations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.judges.restarts import TaskSeen, restarts
from tests.judges.rollout import is_semver, odd_ones, others, rollout_state, trouble_window, troubles
from tests.judges.routing import Request, forwards_to

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRIMARY = {"status": "PRIMARY", "rolloutState": "COMPLETED", "taskDefinition": "arn/api:2", "updatedAt": NOW}


@pytest.mark.parametrize(("tag", "is_one"), [("2.0.1", True), ("v2.0.1-rc.1", True), ("latest", False), ("2.0", False)])
def test_versions_are_known(tag: str, is_one: bool) -> None:
    assert is_semver(tag) is is_one


def test_state_is_that_of_the_primary_deployment() -> None:
    old = {"status": "ACTIVE", "rolloutState": "IN_PROGRESS", "taskDefinition": "arn/api:1"}
    assert rollout_state([old, PRIMARY]) == "COMPLETED"
    assert others([old, PRIMARY]) == ["api:1"]
    assert rollout_state([old]) == "no primary deployment"
    assert rollout_state([]) == "no primary deployment"


def test_events_of_trouble_count_since_the_rollout_ended() -> None:
    events = [
        {"createdAt": NOW - timedelta(minutes=5), "message": "(service api) was unable to place a task"},
        {"createdAt": NOW - timedelta(minutes=4), "message": "(service api) has reached a steady state."},
        {"createdAt": NOW - timedelta(days=3), "message": "(service api) was unable to place a task"},
    ]
    since = trouble_window([PRIMARY], NOW, timedelta(hours=1))
    assert since == NOW - timedelta(hours=1)
    assert len(troubles(events, since)) == 1


def test_odd_task_is_named_first() -> None:
    assert odd_ones({"a": "sha256:1", "b": "sha256:1"}) == ""
    assert odd_ones({"a": "sha256:1", "b": "sha256:2", "c": "sha256:1"}).startswith("b: sha256:2")


def seen(**values: Any) -> TaskSeen:
    known: dict[str, Any] = {"started": NOW - timedelta(days=1), "stopped": None, "exit_codes": {}, "stop_code": ""}
    return TaskSeen("task 1", **(known | values))


def test_young_task_without_an_order_is_a_restart() -> None:
    young, since = seen(started=NOW - timedelta(minutes=1)), NOW - timedelta(minutes=15)
    assert restarts([young], since, [])
    assert not restarts([young], since, [NOW - timedelta(minutes=2)])
    assert restarts([young], since, [NOW - timedelta(hours=2)])
    assert not restarts([seen()], since, [])


def test_crash_of_late_counts_and_an_ordered_stop_does_not() -> None:
    since = NOW - timedelta(minutes=15)
    at = NOW - timedelta(minutes=3)
    assert restarts([seen(stopped=at, exit_codes={"api": 137})], since, [])
    assert restarts([seen(stopped=at, stop_code="EssentialContainerExited")], since, [])
    assert not restarts([seen(stopped=at, exit_codes={"api": 0}, stop_code="ServiceSchedulerInitiated")], since, [])
    assert not restarts([seen(stopped=NOW - timedelta(hours=1), exit_codes={"api": 1})], since, [])


def rule(priority: str, to: str, **values: list[str]) -> dict[str, Any]:
    keys = {"path": ("path-pattern", "PathPatternConfig"), "host": ("host-header", "HostHeaderConfig")}
    conditions = [{"Field": keys[k][0], keys[k][1]: {"Values": v}} for k, v in values.items()]
    return {
        "Priority": priority,
        "Conditions": conditions,
        "Actions": [{"Type": "forward", "TargetGroupArn": to}] if to else [{"Type": "fixed-response"}],
    }


def test_first_rule_that_matches_decides() -> None:
    rules = [rule("default", ""), rule("20", "web", host=["App.example.com"]), rule("10", "api", path=["/api/*"])]
    assert forwards_to(rules, Request("app.example.com", "/api/v1")) == "api"
    assert forwards_to(rules, Request("app.example.com", "/login")) == "web"
    assert forwards_to(rules, Request("example.com", "/login")) == "fixed-response"
    assert forwards_to([*rules, rule("5", "web", path=["/api/v2*"])], Request("x", "/api/v2/a")) == "web"
    assert forwards_to([], Request("x", "/")) == "no rule"


def test_the_heaviest_group_of_a_split_counts() -> None:
    groups = [{"TargetGroupArn": "blue", "Weight": 1}, {"TargetGroupArn": "green", "Weight": 9}]
    split = {
        "Priority": "1",
        "Conditions": [],
        "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
    }
    assert forwards_to([split], Request("x", "/")) == "green"
