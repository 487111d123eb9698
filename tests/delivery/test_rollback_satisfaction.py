"""Customers who are not satisfied: the rules see it, what they are told is so, and somebody is there to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fixtures.attestations import Attestations
from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.helpdesk import Helpdesk
from fixtures.helpdesk.ratings import ratings
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live
from fixtures.oncall import Desk
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.rollback import Bucket, Rule
from golive.target import ProductTarget
from golive.target.rollback import Trigger
from golive.verdict import Unobservable
from tests.delivery.decided import unless_decided, vacancies
from tests.delivery.triggers import (
    alarm_problems,
    live_grid,
    live_window,
    met_now,
    standing_problems,
    trigger_of,
    unheard_alarm,
)
from tests.judges import satisfaction as streams
from tests.judges.rollback_probe_streams import greatest
from tests.judges.rollback_rules import latest, number
from tests.judges.rollback_streams import silent
from tests.judges.rollback_vectors import Summed, Vector

HOUR = timedelta(hours=1)


@verifies("SEI-4.1.2.1.1")
def test_falling_satisfaction_is_decided_on(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget, helpdesk: Helpdesk,
    oncall: Desk, attestations: Attestations,
) -> None:  # fmt: skip
    bad, drop, escalated = streams.satisfaction_rule(line), streams.drop_rule(line), streams.escalations_rule(line)
    live = Live(metrics)
    told = {
        word: live.extremes(word, live_window(bad)).values
        for word in (streams.BAD, streams.MONTH, streams.ANSWERS, streams.ESCALATED)
    }

    def dissatisfied(at: datetime) -> Bucket:
        return Bucket(at, told[streams.BAD].get(at), told[streams.ANSWERS].get(at))

    def fallen(at: datetime) -> Bucket:
        value = streams.fallen(told[streams.BAD].get(at), told[streams.MONTH].get(at))
        return Bucket(at, value, told[streams.ANSWERS].get(at))

    grids = [
        (bad, live_grid(bad, dissatisfied)),
        (drop, live_grid(drop, fallen)),
        (escalated, live_grid(escalated, lambda at: Bucket(at, told[streams.ESCALATED].get(at)))),
    ]
    grids.append((replace(bad, name="satisfaction by the ratings"), _counted(line, bad, helpdesk)))
    problems = [unless_decided(met_now(rule, grid), rule, grid, attestations, line) for rule, grid in grids]
    problems.append(_deviation(line, grids[0][1], grids[-1][1]))
    problems += vacancies(attestations, oncall, line)
    for name, rule, vectors, summed, heard in _guarded(line, bad, drop, escalated):
        trigger = trigger_of(line, aws, ecs, target, name)
        problems += alarm_problems(trigger, rule, vectors, summed, latest(rule))
        problems += standing_problems(trigger, silent(heard), goes_back=False)
        problems += unheard_alarm(aws, trigger)
    conclude(problems)


def _guarded(
    line: Line, bad: Rule, drop: Rule, escalated: Rule
) -> list[tuple[Trigger, Rule, list[Vector], Summed, str]]:
    every, times, least = bad.every.total_seconds(), int(number(line, "evaluations")), bad.least_samples
    points, most = number(line, "satisfaction_drop"), number(line, "escalations")
    return [
        (
            "satisfaction", bad, streams.satisfaction(bad.above, every, times, least), streams.bad_bucket,
            streams.ANSWERS,
        ),
        ("satisfaction_drop", drop, streams.drop(points, every, times, least), streams.drop_bucket, streams.MONTH),
        (
            "escalations", escalated, streams.escalations(most, every, times), greatest(streams.ESCALATED),
            streams.ESCALATED,
        ),
    ]  # fmt: skip


def _counted(line: Line, rule: Rule, helpdesk: Helpdesk) -> list[Bucket]:
    """What the ratings themselves come to at each evaluation of late."""
    window = HOUR * number(line, "window")
    empty = live_grid(rule, lambda at: Bucket(at, None))
    found = ratings(helpdesk, empty[0].at - window)
    shares = streams.shares(found, [b.at + rule.every for b in empty], window)
    return [Bucket(b.at, *shares.get(b.at + rule.every, (None, 0))) for b in empty]


def _deviation(line: Line, told: list[Bucket], counted: list[Bucket]) -> str | None:
    """Whether what the rule is told is what customers said."""
    both = [(t, c) for t, c in zip(told, counted, strict=True) if t.value is not None and c.value is not None]
    if not both:
        raise Unobservable("nothing was told of satisfaction while there were ratings", "Does its source still report?")
    said, found = both[-1]
    assert said.value is not None
    assert found.value is not None
    observed("satisfaction by the ratings", "not satisfied", round(found.value, 2), source="ratings", unit="percent")
    hint = f"it says that {said.value:.1f} % are not satisfied, by the ratings of that time {found.value:.1f} % are not"
    of = "satisfaction as it is told"
    return line.limit("deviation").problem(round(abs(said.value - found.value), 2), of=of, hint=hint)
