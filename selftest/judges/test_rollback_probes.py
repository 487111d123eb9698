"""Alarms over probes and sums as rollback rules: each way to get one wrong is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from golive.catalogue import load_catalogue
from golive.rollback import Action
from tests.judges import rollback_probe_streams as streams
from tests.judges import rollback_tls_streams
from tests.judges.alarm_definition import Definition, Watched
from tests.judges.revenue import losses
from tests.judges.rollback_rules import (
    database_rule,
    latest,
    open_door_rule,
    revenue_rule,
    sign_in_rule,
    sign_ins_rule,
    tls_rule,
)
from tests.judges.rollback_vectors import at_work, disagreements, seconds_to

LINES = load_catalogue()
DATABASE, SIGN_IN, REVENUE = (LINES[f"SEI-4.1.{n}"] for n in ("1.1.3", "1.2.3", "2.1.2"))
OVER = "GreaterThanThreshold"
PROBED = (
    Watched("i", streams.WRITES[0], "Sum", 30),
    Watched("o", streams.WRITES[1], "Sum", 30),
    Watched("b", streams.BEATS, "Sum", 30),
)
LOST = "IF(FILL(b, 0) > 0, IF(MIN([FILL(i, 3), FILL(o, 3)]) >= 2, 1, 0), 0)"
BY_DATABASE = Definition("database", PROBED, LOST, OVER, 0, 5, 5, "notBreaching")
BY_SIGN_IN = Definition("sign-in", (Watched("f", streams.SIGN_IN, "Sum", 30),), "f", OVER, 0, 4, 3, "notBreaching")
COUNTED = tuple(
    Watched(i, w, "Sum", 30) for i, w in (("a", streams.ATTEMPTS), ("b", streams.BROKEN), ("r", streams.REFUSED))
)
SHARE = "IF(FILL(a, 0) >= 20, 100 * FILL(b, 0) / FILL(a, 1), 0)"
BY_SIGN_INS = Definition("sign-ins", COUNTED, SHARE, OVER, 20, 4, 4, "notBreaching")
BY_DOOR = Definition("door", (Watched("d", streams.OPEN_DOORS, "Sum", 30),), "d", OVER, 0, 1, 1, "notBreaching")
BY_LOSS = Definition("loss", (Watched("l", streams.LOSS, "Maximum", 300),), "l", OVER, 10000, 2, 2, "breaching")


def wrong(definition: Definition) -> list[str]:
    """What is said of an alarm, by its name."""
    match definition.name:
        case "database":
            vectors = streams.database(120, 10, 3)
            return disagreements(definition, database_rule(DATABASE), vectors, streams.database_bucket, 150)
        case "sign-in":
            rule, found = sign_in_rule(SIGN_IN), streams.sign_in(3, 30, 2)
            return disagreements(definition, rule, found, streams.greatest(streams.SIGN_IN), latest(rule))
        case "sign-ins":
            rule, found = sign_ins_rule(SIGN_IN), streams.sign_ins(20, 120, 30, 20)
            return disagreements(definition, rule, found, streams.sign_ins_bucket, latest(rule))
        case "door":
            rule = open_door_rule(SIGN_IN)
            summed = streams.greatest(streams.OPEN_DOORS)
            return disagreements(definition, rule, streams.open_door(30), summed, latest(rule))
    rule = revenue_rule(REVENUE)
    found = streams.revenue(10000, 300, 2, 2)
    return disagreements(definition, rule, found, streams.greatest(streams.LOSS), latest(rule) + 600)


def test_alarms_that_are_the_rules_decide_as_the_rules_do() -> None:
    assert [wrong(d) for d in (BY_DATABASE, BY_SIGN_IN, BY_SIGN_INS, BY_DOOR, BY_LOSS)] == [[]] * 5


@pytest.mark.parametrize(
    ("alarm", "changed", "where"),
    [
        (BY_DATABASE, {"watched": tuple(replace(w, word=w.word.replace("write", "read")) for w in PROBED)}, "refuses"),
        (BY_DATABASE, {"expression": "IF(MIN([FILL(i, 3), FILL(o, 3)]) >= 2, 1, 0)"}, "prober itself is silent"),
        (BY_DATABASE, {"expression": "IF(MAX([i, o]) >= 2, 1, 0)"}, "one of two places"),
        (BY_DATABASE, {"expression": "IF(MIN([i, o]) >= 3, 1, 0)"}, "one good probe in three"),
        (BY_DATABASE, {"periods": 3, "needed": 3}, "as long as a failover takes"),
        (BY_DATABASE, {"periods": 10, "needed": 10}, "gone for longer"),
        (BY_SIGN_IN, {"periods": 2, "needed": 2}, "one sign-in too few fails"),
        (BY_SIGN_IN, {"periods": 3}, "one good one in between"),
        (BY_SIGN_IN, {"missing": "breaching"}, "synthetic user is silent"),
        (BY_SIGN_INS, {"expression": "100 * (b + r) / a"}, "passwords are guessed"),
        (BY_SIGN_INS, {"expression": "100 * b / a"}, "a few attempts"),
        (BY_SIGN_INS, {"compare": "GreaterThanOrEqualToThreshold"}, "exactly at the limit"),
        (BY_DOOR, {"periods": 2, "needed": 2}, "one door opens once"),
        (BY_LOSS, {"threshold": 100000}, "'over the limit'"),
        (BY_LOSS, {"missing": "notBreaching"}, "nobody tells what was earned"),
        (BY_LOSS, {"periods": 1, "needed": 1}, "over the limit once"),
    ],
)
def test_an_alarm_that_is_wrong_is_told(alarm: Definition, changed: dict[str, Any], where: str) -> None:
    found = wrong(replace(alarm, **changed))
    assert any(where in sentence for sentence in found), found


def test_a_failover_is_no_loss_and_read_only_is_one() -> None:
    rule = database_rule(DATABASE)
    fired = {
        v.name: seconds_to(at_work(rule, v, streams.database_bucket), Action.ROLLBACK, v.onset)
        for v in streams.database(120, 10, 3)
    }
    assert fired["gone for as long as a failover takes"] is None
    assert fired["answers what is read, refuses what is written"] == 140
    assert fired["the prober itself is silent"] is None


def test_refunds_are_a_loss_and_what_nobody_expected_is_none() -> None:
    noon, every = datetime(2026, 11, 22, 12, tzinfo=UTC), timedelta(minutes=5)
    times = [noon + n * every for n in range(14)]
    expected, captured = dict.fromkeys(times, 1000.0), dict.fromkeys(times, 990.0)
    found = losses(expected, captured, {}, {times[11]: 500.0}, timedelta(hours=1), every)
    assert found == {times[n] + every: 620.0 for n in (11, 12, 13)}
    assert losses({}, captured, {}, {}, timedelta(hours=1), every) == {}


HOSTS = rollback_tls_streams.hosts_of([f"tls_failures.{h}.{p}" for h in ("api", "web") for p in ("east", "west")])
SHOWN = tuple(Watched(f"{h}{n}", w, "Sum", 30) for h, words in HOSTS.items() for n, w in enumerate(words))
BY_HOSTS = "MAX([MIN([api0, api1]), MIN([web0, web1])])"
BY_TLS = Definition("tls", SHOWN, BY_HOSTS, OVER, 0, 3, 3, "notBreaching")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({}, None),
        ({"expression": "MIN([api0, api1])"}, "web shows a bad certificate"),
        ({"expression": "MAX([api0, api1, web0, web1])"}, "from one place"),
        ({"periods": 30, "needed": 30}, "api shows a bad certificate"),
        ({"periods": 2, "needed": 2}, "once too few"),
        ({"periods": 5}, "a good probe in between"),
        ({"missing": "breaching"}, "the prober is silent"),
    ],
)
def test_an_alarm_over_certificates_that_is_wrong_is_told(changed: dict[str, Any], where: str | None) -> None:
    rule = tls_rule(LINES["SEI-4.1.1.2.2"])
    vectors, summed = rollback_tls_streams.tls(HOSTS, 3, 30), rollback_tls_streams.worst_host(HOSTS)
    found = disagreements(replace(BY_TLS, **changed), rule, vectors, summed, latest(rule))
    assert found == [] if where is None else any(where in sentence for sentence in found), found
