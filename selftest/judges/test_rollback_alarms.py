"""Alarms as rollback rules: what they would do is replayed, and every way to get one wrong is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.catalogue import load_catalogue
from golive.rollback import Action, Rule
from golive.verdict import Unobservable
from tests.judges import rollback_streams as streams
from tests.judges.alarm_definition import Definition, Watched, define
from tests.judges.metric_math import calculate
from tests.judges.rollback_rules import api_rule, latest, memory_rule, voice_rule
from tests.judges.rollback_standing import deaf, unwired
from tests.judges.rollback_vectors import at_percentile, at_work, disagreements, seconds_to

LINES = load_catalogue()
VOICE, API, MEMORY = (LINES[f"SEI-4.1.1.1.{n}"] for n in (1, 2, 4))
SPOKEN = Watched("m", "voice_latency", "p95", 60)
BY_VOICE = Definition("voice", (SPOKEN,), "m", "GreaterThanThreshold", 5, 5, 5, "notBreaching")
RATIO = (
    "IF(FILL(r, 0) >= 40, 100 * (FILL(s, 0) + FILL(b, 0) + FILL(c, 0)) / FILL(r, 1),"
    " IF(FILL(r, 0) > 0, 0, IF(o > 0, 100, 0)))"
)
COUNTED = tuple(
    Watched(i, w, "Sum", 60)
    for i, w in (
        ("r", "requests"), ("s", "server_errors"), ("b", "balancer_errors"), ("c", "connection_errors"),
        ("o", "outside_failures"),
    )
)  # fmt: skip
BY_API = Definition("api", COUNTED, RATIO, "GreaterThanThreshold", 5, 3, 3, "notBreaching")
USED = (Watched("u", "memory", "Maximum", 60), Watched("k", "out_of_memory_kills", "Sum", 60))
BY_MEMORY = Definition(
    "memory", USED, "IF(FILL(k, 0) > 0, 100, u)", "GreaterThanThreshold", 95, 10, 10, "breaching"
)  # fmt: skip


def voice(definition: Definition) -> list[str]:
    rule = voice_rule(VOICE)
    return disagreements(definition, rule, streams.voice(5, 5, 24), at_percentile("voice_latency", 95), 390)


def api(definition: Definition) -> list[str]:
    return disagreements(definition, api_rule(API), streams.api(5, 3), streams.api_bucket, 240)


def memory(definition: Definition) -> list[str]:
    rule = memory_rule(MEMORY)
    return disagreements(definition, rule, streams.memory(95, 10), streams.memory_bucket, latest(rule))


def test_alarms_that_are_the_rules_decide_as_the_rules_do() -> None:
    assert [voice(BY_VOICE), api(BY_API), memory(BY_MEMORY)] == [[], [], []]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"threshold": 50}, "slow for longer"),
        ({"compare": "GreaterThanOrEqualToThreshold"}, "exactly at the limit"),
        ({"watched": (replace(SPOKEN, statistic="Average"),)}, "one turn in eight"),
        ({"watched": (replace(SPOKEN, statistic="Maximum"),), "threshold": 9.5}, "one turn in eight"),
        ({"periods": 4, "needed": 4}, "a minute too short"),
        ({"periods": 9, "needed": 9}, "slow for longer"),
        ({"periods": 10, "needed": 5}, "one fast minute in between"),
        ({"missing": "breaching"}, "nobody speaks"),
        ({"missing": "missing"}, "nobody speaks, then one slow minute"),
    ],
)  # fmt: skip
def test_a_voice_alarm_that_is_wrong_is_told(changed: dict[str, Any], where: str) -> None:
    found = voice(replace(BY_VOICE, **changed))
    assert any(where in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("expression", "where"),
    [
        ("100 * s / r", "nobody answers behind the balancer"),
        ("100 * (FILL(s, 0) + FILL(b, 0)) / r", "three requests a minute"),
        ("IF(r >= 40, 100 * (FILL(s, 0) + FILL(b, 0)) / r, 0)", "probes from outside fail"),
        ("IF(FILL(r, 0) >= 40, 100 * (FILL(s, 0) + FILL(b, 0)) / r, 100)", "probes from outside succeed"),
        ("FILL(s, 0) + FILL(b, 0)", "just under the limit"),
    ],
)
def test_an_api_alarm_that_is_wrong_is_told(expression: str, where: str) -> None:
    found = api(replace(BY_API, expression=expression))
    assert any(where in sentence for sentence in found), found


def test_a_memory_alarm_that_is_wrong_is_told() -> None:
    average = (replace(USED[0], statistic="Average"), USED[1])
    assert any("average low" in s for s in memory(replace(BY_MEMORY, watched=average)))
    assert any("killed for memory" in s for s in memory(replace(BY_MEMORY, expression="u")))
    assert any("saying nothing" in s for s in memory(replace(BY_MEMORY, missing="notBreaching")))


def test_every_set_of_vectors_holds_some_that_go_back_and_some_that_do_not() -> None:
    sets: list[tuple[Rule, list[Any], Any]] = [
        (voice_rule(VOICE), streams.voice(5, 5, 24), at_percentile("voice_latency", 95)),
        (api_rule(API), streams.api(5, 3), streams.api_bucket),
        (memory_rule(MEMORY), streams.memory(95, 10), streams.memory_bucket),
    ]
    for rule, vectors, summed in sets:
        fired = [seconds_to(at_work(rule, v, summed), Action.ROLLBACK, v.onset) is not None for v in vectors]
        assert sum(fired) >= 3
        assert len(fired) - sum(fired) >= 3


def test_silence_is_heard_only_where_missing_data_is_a_breach() -> None:
    counted = Watched("m", "voice_latency", "SampleCount", 60)
    alarm = Definition("silence", (counted,), "m", "LessThanThreshold", 1, 3, 3, "breaching")
    silent = streams.silent("voice_latency")
    assert deaf(alarm, silent, silent, 6) is None
    assert "stays quiet" in str(deaf(replace(alarm, missing="notBreaching"), silent, silent, 6))
    assert "while everything reports" in str(deaf(replace(alarm, threshold=99), silent, silent, 6))
    assert "goes off 300 s after" in str(deaf(alarm, silent, silent, 4))


@pytest.mark.parametrize(
    ("alarms", "said"),
    [
        ({"alarmNames": ["a"], "enable": True, "rollback": True}, None),
        ({"alarmNames": ["b"], "enable": True, "rollback": True}, "its deployments watch b"),
        ({}, "watch none"),
        ({"alarmNames": ["a"], "enable": False, "rollback": True}, "do not watch alarms"),
        ({"alarmNames": ["a"], "enable": True, "rollback": False}, "do not roll back by alarms"),
    ],
)
def test_an_alarm_that_takes_nothing_back_is_told(alarms: dict[str, Any], said: str | None) -> None:
    found = unwired("service api", {"alarms": alarms}, "a")
    assert found is None if said is None else said in str(found)


RAW: dict[str, Any] = {
    "AlarmName": "x", "Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "D", "Value": "v"}],
    "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 3, "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip


def test_an_alarm_over_an_unknown_metric_is_told() -> None:
    assert define(RAW, lambda _: "word").needed == 3
    with pytest.raises(AssertionError, match="alarm x watches N M D=v, which is no series of the target"):
        define(RAW, lambda _: None)


@pytest.mark.parametrize(
    "changed",
    [
        {"ComparisonOperator": "GreaterThanUpperThreshold"},
        {"MetricName": None, "Metrics": [{"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"}]},
        {"MetricName": None, "Metrics": []},
    ],
)
def test_an_alarm_that_can_not_be_followed_is_not_judged(changed: dict[str, Any]) -> None:
    with pytest.raises(Unobservable):
        define(RAW | changed, lambda _: "word")


@pytest.mark.parametrize(
    ("seen", "missing", "goes_off"),
    [
        ("0-X-X", "breaching", False),
        ("-----", "breaching", True),
        ("-----", "notBreaching", False),
        ("-----", "missing", False),
        ("0XX-X", "notBreaching", True),
        ("--X--", "notBreaching", False),
        ("--X--", "breaching", True),
        ("--X--", "missing", True),
        ("--X--", "ignore", False),
    ],
)
def test_missing_data_is_treated_as_the_guide_of_cloudwatch_says(seen: str, missing: str, goes_off: bool) -> None:
    """The rows of its table for three of three, at the last of five looks."""
    alarm = Definition("x", (Watched("m", "w", "Sum", 60),), "m", "GreaterThanThreshold", 1, 3, 3, missing)
    points = [None if c == "-" else 2.0 if c == "X" else 0.0 for c in seen]
    assert alarm._alarms(points) is goes_off


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("100 * a / b", 50), ("IF(a > 0 AND b > 0, 1, 2)", 1), ("IF(n > 0, 1, 2)", None), ("FILL(n, 7)", 7),
        ("a / 0", None), ("SUM([a, n, b])", 3), ("AVG([a, b])", 1.5), ("-a", -1), ("ABS(-a)", 1), ("a + n", None),
        ("MAX([n])", None), ("a != b || n", None),
    ],
)  # fmt: skip
def test_metric_math(expression: str, value: float | None) -> None:
    assert calculate(expression, {"a": 1.0, "b": 2.0, "n": None}) == value


@pytest.mark.parametrize("expression", ["RATE(a)", "a[0]", "lambda: a", "z", "a b", "__import__('os')"])
def test_metric_math_that_is_unknown_is_not_guessed(expression: str) -> None:
    with pytest.raises(Unobservable):
        calculate(expression, {"a": 1.0})


@settings(deadline=None)
@given(st.lists(st.sampled_from([1.0, 5.0, 5.01, 9.0]), min_size=1, max_size=30))
def test_the_alarm_and_the_rule_agree_on_any_full_series(values: list[float]) -> None:
    samples = [(60.0 * n + i, v) for n, v in enumerate(values) for i in range(20)]
    length = 60.0 * len(values)
    vector = streams.Vector("any", {"voice_latency": samples}, length, 0)
    decided = seconds_to(at_work(voice_rule(VOICE), vector, at_percentile("voice_latency", 95)), Action.ROLLBACK, 0)
    assert BY_VOICE.goes_off(vector.streams, length) == decided


def test_a_rule_is_late_after_its_duration_a_bucket_and_half_a_minute() -> None:
    assert latest(memory_rule(MEMORY)) == timedelta(minutes=11, seconds=30).total_seconds()
