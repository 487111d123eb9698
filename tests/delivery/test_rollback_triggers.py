"""Conditions that take a release back: their rules decide right on what is replayed, act, and are not met now."""

from __future__ import annotations

from datetime import datetime, timedelta

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.rollback import Bucket
from golive.target import ProductTarget
from tests.delivery.triggers import (
    alarm_problems,
    live_grid,
    live_window,
    met_now,
    standing_problems,
    trigger_of,
    value_at,
)
from tests.judges import rollback_streams as streams
from tests.judges.rollback_rules import api_rule, latest, memory_rule, number, voice_rule
from tests.judges.rollback_vectors import at_percentile

MINUTE = timedelta(minutes=1)
TURNS = 24


@verifies("SEI-4.1.1.1.1")
def test_slow_voice_takes_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = voice_rule(line)
    trigger = trigger_of(line, aws, ecs, target, "voice")
    factor = 1000.0 if metrics.settings.series[streams.VOICE].get("unit", "").lower() in ("milliseconds", "ms") else 1.0
    vectors = streams.voice(rule.above, int(rule.duration / MINUTE), TURNS, factor)
    live, window = Live(metrics), live_window(rule)
    turns = live.samples(streams.VOICE, window)
    slow = live.quantiles(streams.VOICE, 95, window) if turns.total else None
    grid = live_grid(rule, lambda at: Bucket(at, value_at(slow, at), turns.values.get(at, 0.0)))
    conclude([
        met_now(rule, grid),
        *alarm_problems(trigger, rule, vectors, at_percentile(streams.VOICE, 95, 1 / factor), number(line, "fires_by")),
        line.limit("vectors").problem(len(vectors), of=trigger.alarm),
        *standing_problems(trigger, streams.silent(streams.VOICE)),
    ])  # fmt: skip


@verifies("SEI-4.1.1.1.2")
def test_a_failing_api_takes_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = api_rule(line)
    trigger = trigger_of(line, aws, ecs, target, "api")
    vectors = streams.api(rule.above, int(rule.duration / MINUTE))
    live, window = Live(metrics), live_window(rule)
    asked, outside = live.counts(streams.ASKED, window), live.counts(streams.OUTSIDE, window)
    failures = [live.counts(word, window) for word in streams.FAILURES]

    def bucket(at: datetime) -> Bucket:
        many = asked.values.get(at, 0.0)
        failed = sum(f.values.get(at, 0.0) for f in failures)
        value = 100 * failed / many if many else None
        return Bucket(at, value, many, outside_failed=outside.values.get(at, 0.0) > 0)

    conclude([
        met_now(rule, live_grid(rule, bucket)),
        *alarm_problems(trigger, rule, vectors, streams.api_bucket, number(line, "fires_by")),
        line.limit("vectors").problem(len(vectors), of=trigger.alarm),
        *standing_problems(trigger, streams.silent(streams.OUTSIDE, [streams.ASKED])),
    ])  # fmt: skip


@verifies("SEI-4.1.1.1.4")
def test_full_memory_takes_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = memory_rule(line)
    trigger = trigger_of(line, aws, ecs, target, "memory")
    vectors = streams.memory(rule.above, int(rule.duration / MINUTE))
    live, window = Live(metrics), live_window(rule)
    used, kills = live.extremes(streams.MEMORY, window), live.counts(streams.KILLS, window)
    grid = live_grid(rule, lambda at: Bucket(at, used.values.get(at), event=kills.values.get(at, 0.0) > 0))
    conclude([
        met_now(rule, grid),
        *alarm_problems(trigger, rule, vectors, streams.memory_bucket, latest(rule)),
        *standing_problems(trigger, streams.silent(streams.MEMORY)),
    ])  # fmt: skip
