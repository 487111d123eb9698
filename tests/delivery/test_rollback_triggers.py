"""Conditions that take a release back: their rules decide right on what is replayed, act, and are not met now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from fixtures.aws.account import Account
from fixtures.aws.alarms import Alarm
from fixtures.aws.ecs import Cluster
from fixtures.aws.rollback import RollbackTrigger
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Counts, Live, Quantiles, Window
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.rollback import ACTIVE, DECIDED, Bucket, Rule, replay
from golive.rollback.grid import LAG, floor
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.rollback import Trigger
from golive.verdict import Unobservable
from tests.judges import rollback_streams as streams
from tests.judges.alarm_definition import define
from tests.judges.alarms import disarmed
from tests.judges.rollback_rules import api_rule, latest, memory_rule, number, voice_rule
from tests.judges.rollback_standing import deaf, unwired
from tests.judges.rollback_vectors import Summed, Vector, at_percentile, disagreements

MINUTE = timedelta(minutes=1)
TURNS = 24
SILENT_PERIODS = 6


class Receivers:
    """An alarm as `tests.judges.alarms` looks at it."""

    def __init__(self, alarm: Alarm) -> None:
        self.name, self.exists = alarm.name, alarm.exists
        self.armed = self.exists and alarm.actions_enabled
        self.receivers = dict.fromkeys(alarm.actions, 1) if self.exists else {}


@verifies("SEI-4.1.1.1.1")
def test_slow_voice_takes_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = voice_rule(line)
    trigger = _trigger(line, aws, ecs, target, "voice")
    factor = 1000.0 if metrics.settings.series[streams.VOICE].get("unit", "").lower() in ("milliseconds", "ms") else 1.0
    vectors = streams.voice(rule.above, int(rule.duration / MINUTE), TURNS, factor)
    live, window = Live(metrics), _window(rule)
    turns = live.samples(streams.VOICE, window)
    slow = live.quantiles(streams.VOICE, 95, window) if turns.total else None
    grid = _grid(rule, lambda at: Bucket(at, _at(slow, at), turns.values.get(at, 0.0)))
    conclude([
        _active(rule, grid),
        *_alarm(trigger, rule, vectors, at_percentile(streams.VOICE, 95, 1 / factor), number(line, "fires_by")),
        line.limit("vectors").problem(len(vectors), of=trigger.alarm),
        *_standing(trigger, streams.silent(streams.VOICE)),
    ])  # fmt: skip


@verifies("SEI-4.1.1.1.2")
def test_a_failing_api_takes_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = api_rule(line)
    trigger = _trigger(line, aws, ecs, target, "api")
    vectors = streams.api(rule.above, int(rule.duration / MINUTE))
    live, window = Live(metrics), _window(rule)
    asked, outside = live.counts(streams.ASKED, window), live.counts(streams.OUTSIDE, window)
    failures = [live.counts(word, window) for word in streams.FAILURES]

    def bucket(at: datetime) -> Bucket:
        many = asked.values.get(at, 0.0)
        failed = sum(f.values.get(at, 0.0) for f in failures)
        value = 100 * failed / many if many else None
        return Bucket(at, value, many, outside_failed=outside.values.get(at, 0.0) > 0)

    conclude([
        _active(rule, _grid(rule, bucket)),
        *_alarm(trigger, rule, vectors, streams.api_bucket, number(line, "fires_by")),
        line.limit("vectors").problem(len(vectors), of=trigger.alarm),
        *_standing(trigger, streams.silent(streams.OUTSIDE, [streams.ASKED])),
    ])  # fmt: skip


@verifies("SEI-4.1.1.1.4")
def test_full_memory_takes_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    rule = memory_rule(line)
    trigger = _trigger(line, aws, ecs, target, "memory")
    vectors = streams.memory(rule.above, int(rule.duration / MINUTE))
    live, window = Live(metrics), _window(rule)
    used, kills = live.extremes(streams.MEMORY, window), live.counts(streams.KILLS, window)
    grid = _grid(rule, lambda at: Bucket(at, used.values.get(at), event=kills.values.get(at, 0.0) > 0))
    conclude([
        _active(rule, grid),
        *_alarm(trigger, rule, vectors, streams.memory_bucket, latest(rule)),
        *_standing(trigger, streams.silent(streams.MEMORY)),
    ])  # fmt: skip


def _trigger(line: Line, aws: Account, ecs: Cluster, target: ProductTarget, name: Trigger) -> RollbackTrigger:
    rollback = configured(target.rollback, f"{line.product}.rollback")
    return RollbackTrigger(aws, ecs, rollback, configured(target.metrics, f"{line.product}.metrics"), name)


def _window(rule: Rule) -> Window:
    """As far back as what fires now may have begun, and what fired may not have cleared."""
    return Window(rule.duration + rule.clear_after + 5 * rule.every, rule.every)


def _grid(rule: Rule, bucket: Callable[[datetime], Bucket]) -> list[Bucket]:
    """The closed buckets of the window, oldest first."""
    end = floor(clock.now() - LAG, rule.every)
    many = int(_window(rule).length / rule.every)
    return [bucket(end - n * rule.every) for n in range(many, 0, -1)]


def _at(found: Quantiles | Counts | None, at: datetime) -> float | None:
    return found.values.get(at) if found is not None else None


def _active(rule: Rule, grid: Sequence[Bucket]) -> str | None:
    """Whether the release should go back now, by our own reading of the live series."""
    known = [b for b in grid if not rule.is_missing(b) or b.outside_failed or b.event]
    if not known:
        raise Unobservable(
            f"{rule.name}: nothing was measured in the last {len(grid)} buckets of {rule.every}",
            "Does the source still report? Where nobody uses it, a synthetic user should",
        )
    decisions = replay(rule, grid)
    fired = [d for d in decisions if d.reason and d.active]
    now = decisions[-1]
    observed(f"rule {rule.name}", DECIDED, now.reason, source="golive.rollback")
    if not now.active:
        return None
    return f"{ACTIVE}: {fired[0].reason} (since {fired[0].at:%H:%M:%S}Z). Go back to the last release"


def _alarm(
    trigger: RollbackTrigger, rule: Rule, vectors: Sequence[Vector], summed: Summed, fires_by: float
) -> list[str | None]:
    """What is wrong with the alarm by what it would do, and whether it is ringing."""
    alarm = trigger.alarm
    if not alarm.exists:
        return [f"{alarm} does not exist: nothing goes back by itself. Was it deleted, or renamed?"]
    ringing = None
    if alarm.state == "ALARM":
        since = alarm.state_since
        ringing = f"{ACTIVE}: {alarm} is in ALARM" + (f" since {since:%d %b %H:%M}Z" if since else "")
    definition = define(alarm.raw, trigger.word_of)
    wrong = disagreements(definition, rule, vectors, summed, fires_by)
    observed(alarm, "vectors", f"{len(vectors) - len(wrong)} of {len(vectors)} decided right", source="replay")
    return [ringing, disarmed(Receivers(alarm)), *wrong]


def _standing(trigger: RollbackTrigger, silent: Vector) -> list[str | None]:
    """What stands between the alarm and a rollback, and between its silence and a person."""
    problems = [unwired(s, s.deployment_settings, trigger.alarm.name) for s in trigger.services]
    if trigger.silence is None:
        return [*problems, f"{trigger.alarm}: nobody is paged when its metrics stop. Name the alarm as silence"]
    problems.append(disarmed(Receivers(trigger.silence)))
    if trigger.silence.exists:
        problems.append(deaf(define(trigger.silence.raw, trigger.word_of), silent, silent, SILENT_PERIODS))
    return problems
