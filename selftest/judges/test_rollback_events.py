"""Alarms over controls, signs of a breach and satisfaction as rollback rules: each way to get one wrong is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.attestations.watch import Suspicion
from fixtures.helpdesk.ratings import Rating
from golive.catalogue import load_catalogue
from tests.judges import rollback_event_rules as events
from tests.judges import satisfaction
from tests.judges.alarm_definition import Definition, Watched
from tests.judges.complaints import unnotified
from tests.judges.log_filters import blind
from tests.judges.rollback_probe_streams import greatest
from tests.judges.rollback_rules import latest
from tests.judges.rollback_vectors import disagreements

LINES = load_catalogue()
BREACH, CONTROLS, SATISFIED = (LINES[f"SEI-4.1.{n}"] for n in ("1.2.1", "1.2.4", "2.1.1"))
OVER, REACHED = "GreaterThanThreshold", "GreaterThanOrEqualToThreshold"
NOW, HOUR = datetime(2026, 11, 22, 12, tzinfo=UTC), timedelta(hours=1)
SIGNS = ["used", "crossed"]
ANY = "IF(FILL(u, 0) > 0, 1, IF(FILL(c, 0) > 0, 1, IF(FILL(r, 0) > 20, 1, IF(FILL(e, 0) > 10, 1, 0))))"
BY_SIGNS = Definition(
    "signs",
    (Watched("u", "used", "Sum", 60), Watched("c", "crossed", "Sum", 60), Watched("r", events.REFUSALS, "Maximum", 60),
     Watched("e", events.EXPORT, "Maximum", 60)),
    ANY, OVER, 0, 1, 1, "notBreaching",
)  # fmt: skip
BY_UNMET = Definition("unmet", (Watched("m", events.UNMET, "Maximum", 300),), "m", OVER, 0, 2, 2, "notBreaching")
BY_OFF = Definition("off", (Watched("o", events.OFF, "Sum", 60),), "o", OVER, 0, 1, 1, "notBreaching")
ASKED = (
    Watched("b", satisfaction.BAD, "Maximum", 900), Watched("n", satisfaction.ANSWERS, "Maximum", 900),
    Watched("m", satisfaction.MONTH, "Maximum", 900),
)  # fmt: skip
BY_BAD = Definition("bad", ASKED, "IF(FILL(n, 0) >= 20, b, 0)", OVER, 20, 2, 2, "notBreaching")
BY_DROP = Definition("drop", ASKED, "IF(FILL(n, 0) >= 20, b - m, 0)", REACHED, 10, 2, 2, "notBreaching")
BY_ESCALATED = Definition(
    "escalated", (Watched("e", satisfaction.ESCALATED, "Maximum", 900),), "e", OVER, 2, 2, 2, "notBreaching"
)


def wrong(definition: Definition) -> list[str]:
    """What is said of an alarm, by its name."""
    match definition.name:
        case "signs":
            vectors = events.breach(SIGNS, 20, 10, 60)
            return disagreements(definition, events.breach_rule(BREACH), vectors, events.signs_told(SIGNS, 20, 10), 120)
        case "unmet":
            rule, vectors, summed = events.compliance_rule(CONTROLS), events.compliance(2, 300), greatest(events.UNMET)
        case "off":
            rule, vectors, summed = events.switched_off_rule(CONTROLS), events.switched_off(60), greatest(events.OFF)
        case "bad":
            rule, summed = satisfaction.satisfaction_rule(SATISFIED), satisfaction.bad_bucket
            vectors = satisfaction.satisfaction(20, 900, 2, 20)
        case "drop":
            rule, summed = satisfaction.drop_rule(SATISFIED), satisfaction.drop_bucket
            vectors = satisfaction.drop(10, 900, 2, 20)
        case _:
            rule, summed = satisfaction.escalations_rule(SATISFIED), greatest(satisfaction.ESCALATED)
            vectors = satisfaction.escalations(3, 900, 2)
    return disagreements(definition, rule, vectors, summed, latest(rule))


def test_alarms_that_are_the_rules_decide_as_the_rules_do() -> None:
    assert [wrong(d) for d in (BY_SIGNS, BY_UNMET, BY_OFF, BY_BAD, BY_DROP, BY_ESCALATED)] == [[]] * 6


@pytest.mark.parametrize(
    ("alarm", "changed", "where"),
    [
        (BY_SIGNS, {"expression": ANY.replace("> 20", ">= 20")}, "an old bookmark"),
        (BY_SIGNS, {"expression": ANY.replace("> 10", ">= 10")}, "an export that was planned"),
        (BY_SIGNS, {"expression": ANY.replace("FILL(c, 0) > 0", "0 > 1")}, "crossed, once"),
        (BY_SIGNS, {"periods": 5, "needed": 5}, "used, once"),
        (BY_UNMET, {"periods": 1, "needed": 1}, "once too few"),
        (BY_UNMET, {"periods": 2, "needed": 1}, "in turns"),
        (BY_UNMET, {"missing": "breaching"}, "nobody evaluates"),
        (BY_OFF, {"periods": 3, "needed": 3}, "the trail is, once"),
        (BY_BAD, {"compare": REACHED}, "at the border"),
        (BY_BAD, {"expression": "b"}, "a few answers, all bad"),
        (BY_BAD, {"periods": 1, "needed": 1}, "too few are satisfied, once"),
        (BY_DROP, {"compare": OVER}, "'the drop'"),
        (BY_DROP, {"expression": "IF(FILL(n, 0) >= 20, b, 0)"}, "as bad as the whole month"),
        (BY_ESCALATED, {"threshold": 1.0}, "one too few"),
    ],
)
def test_an_alarm_that_is_wrong_is_told(alarm: Definition, changed: dict[str, Any], where: str) -> None:
    found = wrong(replace(alarm, **changed))
    assert any(where in sentence for sentence in found), found


def test_ratings_are_counted_by_their_window() -> None:
    given = [Rating(NOW - n * HOUR, good=n > 2) for n in range(48)]
    found = satisfaction.shares(given, [NOW, NOW - 20 * HOUR, NOW - 90 * HOUR], 24 * HOUR)
    assert found == {NOW: (12.5, 24), NOW - 20 * HOUR: (0.0, 24)}


def test_a_regulator_is_told_in_time() -> None:
    def case(**more: Any) -> Suspicion:
        return Suspicion.model_validate({"id": "7", "reported": NOW - 80 * HOUR} | more)

    assert unnotified([case(), case(notifiable=True, notified=NOW - 10 * HOUR)], NOW, 72 * HOUR) == []
    assert "is not notified 80.0 h" in unnotified([case(notifiable=True)], NOW, 72 * HOUR)[0]
    assert "was notified 79.0 h" in unnotified([case(notifiable=True, notified=NOW - HOUR)], NOW, 72 * HOUR)[0]


PLACE = {"namespace": "Own", "metric": "Uses", "statistic": "Sum", "Stage": "live"}
INTO = {"metricNamespace": "Own", "metricName": "Uses", "dimensions": {"Stage": "$.stage"}}


@pytest.mark.parametrize(
    ("into", "event", "why"),
    [
        ([INTO], {"stage": "live"}, None),
        ([INTO], {"stage": "test"}, "with {'Stage': 'test'}"),
        ([INTO | {"metricName": "Others"}], {"stage": "live"}, "counts into Own Others"),
        ([{k: v for k, v in INTO.items() if k != "dimensions"}], {}, "with no dimensions"),
        ([], {}, "counts into nothing"),
    ],
)
def test_a_filter_counts_into_the_series(into: list[Any], event: dict[str, str], why: str | None) -> None:
    said = blind("honey", {"filterName": "f", "metricTransformations": into}, PLACE, event)
    assert (said is None) if why is None else (said is not None and why in said)
