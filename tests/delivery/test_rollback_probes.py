"""Conditions that probes and sums tell: a database that takes no writes, sign-in that breaks, revenue that is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fixtures.api.client import ApiClient
from fixtures.api.logins import try_to_sign_in
from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.rollback import ACTIVE, Bucket, Missing, Rule
from golive.target import ProductTarget
from golive.target.rollback import Trigger
from golive.verdict import NotConfigured, Unobservable
from tests.delivery.triggers import (
    alarm_problems,
    live_grid,
    live_window,
    met_now,
    standing_problems,
    trigger_of,
    unheard_alarm,
)
from tests.judges import rollback_probe_streams as streams
from tests.judges.revenue import losses
from tests.judges.rollback_rules import (
    database_rule,
    latest,
    number,
    open_door_rule,
    revenue_rule,
    sign_in_rule,
    sign_ins_rule,
)
from tests.judges.rollback_streams import silent
from tests.judges.rollback_vectors import Summed, Vector

HOUR = timedelta(hours=1)
NOBODYS = "golive: not the password"


@verifies("SEI-4.1.1.1.3")
def test_a_lost_database_takes_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = database_rule(line)
    trigger = trigger_of(line, aws, ecs, target, "database")
    every, seconds = rule.every.total_seconds(), rule.duration.total_seconds()
    vectors = streams.database(seconds, every, rule.good_to_reset)
    live, window = Live(metrics), live_window(rule)
    places = [live.counts(word, window).values for word in streams.WRITES]
    beats = live.counts(streams.BEATS, window).values

    def bucket(at: datetime) -> Bucket:
        return Bucket(at, streams.all_fail([p.get(at) for p in places]), blind=not beats.get(at))

    conclude([
        met_now(rule, live_grid(rule, bucket)),
        line.limit("vantage_points").problem(sum(bool(p) for p in places), of="probes of the database"),
        *alarm_problems(trigger, rule, vectors, streams.database_bucket, number(line, "fires_by")),
        *standing_problems(trigger, silent(streams.BEATS)),
    ])  # fmt: skip


@verifies("SEI-4.1.1.2.3")
def test_broken_sign_in_takes_the_release_back(
    line: Line, api: ApiClient, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    live, problems = Live(metrics), _open_doors(api)
    synthetic, everybody, doors = sign_in_rule(line), sign_ins_rule(line), open_door_rule(line)
    failed = live.counts(streams.SIGN_IN, live_window(synthetic)).values
    problems.append(met_now(synthetic, live_grid(synthetic, lambda at: Bucket(at, failed.get(at)))))
    attempts = live.counts(streams.ATTEMPTS, live_window(everybody)).values
    broken = live.counts(streams.BROKEN, live_window(everybody)).values

    def share(at: datetime) -> Bucket:
        many = attempts.get(at, 0.0)
        return Bucket(at, 100 * broken.get(at, 0.0) / many if many else None, many)

    problems.append(met_now(everybody, live_grid(everybody, share)))
    opened = live.counts(streams.OPEN_DOORS, live_window(doors)).values
    problems.append(met_now(doors, live_grid(doors, lambda at: Bucket(at, opened.get(at)))))
    every = synthetic.every.total_seconds()
    failures, good = int(number(line, "failed_logins")), synthetic.good_to_reset
    seconds = everybody.duration.total_seconds()
    guarded: list[tuple[Trigger, Rule, list[Vector], Summed, str]] = [
        (
            "sign_in", synthetic, streams.sign_in(failures, every, good),
            streams.greatest(streams.SIGN_IN), streams.SIGN_IN,
        ),
        (
            "sign_ins", everybody, streams.sign_ins(everybody.above, seconds, every, everybody.least_samples),
            streams.sign_ins_bucket, streams.ATTEMPTS,
        ),
        ("open_door", doors, streams.open_door(every), streams.greatest(streams.OPEN_DOORS), streams.OPEN_DOORS),
    ]  # fmt: skip
    for name, rule, vectors, summed, heard in guarded:
        trigger = trigger_of(line, aws, ecs, target, name)
        problems += alarm_problems(trigger, rule, vectors, summed, latest(rule))
        problems += standing_problems(trigger, silent(heard))
    conclude(problems)


def _open_doors(api: ApiClient) -> list[str | None]:
    """Whether this user, a wrong password and no session at all are told apart now."""
    probe = api.settings.probe_operation
    if not probe:
        raise NotConfigured(f"the target has no [{api.product}.api] probe_operation", "Name one that needs a session")
    who = api.identity()
    signed = api.call("sign_in", token=None)
    wanted = api.operation("sign_in").status
    if signed.status != wanted:
        return [f"{ACTIVE}: the synthetic user can't sign in: {signed}, want {wanted}"]
    allowed = api.call(probe, token=str(signed.field("token")))
    if allowed.status != api.operation(probe).status:
        return [f"{ACTIVE}: a fresh session opens nothing: {allowed}"]
    tried = {
        "a wrong password": try_to_sign_in(api, who.email, NOBODYS),
        "no session": api.call(probe, token=None),
    }
    return [
        f"{ACTIVE}: open door: {what} is answered {answer.status}: {answer}. Anybody may come in"
        for what, answer in tried.items()
        if answer.status < 400
    ]


@verifies("SEI-4.1.2.1.2")
def test_lost_revenue_is_computed_and_escalated(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = revenue_rule(line)
    trigger = trigger_of(line, aws, ecs, target, "revenue")
    live, every = Live(metrics), rule.every
    within = timedelta(minutes=number(line, "window"))
    span = Window(within + live_window(rule).length, every)
    told = live.extremes(streams.LOSS, live_window(rule)).values
    parts = [live.counts(word, span) for word in ("revenue_expected", "revenue_captured", "revenue_metered", "refunds")]
    if not parts[0].total:
        raise Unobservable(f"{parts[0]} expects nothing, so nothing can be lost", "Is the forecast published?")
    counted = losses(*(p.values for p in parts), within, every)
    grid = live_grid(rule, lambda at: Bucket(at, told.get(at)))
    # By the payments themselves: what was told may leave out refunds, or come late.
    ours = {b.at: counted.get(b.at + every) for b in grid}
    recomputed = [Bucket(at, loss) for at, loss in ours.items()]
    both = {at: (told[at], loss) for at, loss in ours.items() if loss is not None and at in told}
    apart = max(both.items(), key=lambda item: abs(item[1][0] - item[1][1]), default=None)
    if apart is None:
        raise Unobservable(f"{rule.name}: no loss was told in the last {span.length}", "Does the biller still report?")
    at, (said, found) = apart
    observed(f"rule {rule.name}", "loss by payments", round(found, 2), source="series", unit="USD/h")
    hint = f"at {at + every:%H:%M}Z it says {said:.0f} USD, payments and refunds come to {found:.0f} USD"
    interval, silence = every.total_seconds(), rule.missing_in_a_row - 1
    vectors = streams.revenue(rule.above, interval, int(number(line, "evaluations")), silence)
    conclude([
        met_now(rule, grid),
        met_now(replace(rule, name="revenue by payments", missing=Missing.UNKNOWN), recomputed),
        line.limit("deviation").problem(round(abs(said - found), 2), of="the loss as it is told", hint=hint),
        *alarm_problems(trigger, rule, vectors, streams.greatest(streams.LOSS), latest(rule) + silence * interval),
        *standing_problems(trigger, silent(streams.LOSS), goes_back=False),
        *unheard_alarm(aws, trigger),
    ])  # fmt: skip
