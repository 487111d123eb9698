"""A rollback condition as checks look at it: its alarm by what it would do, what follows, whether it is met now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from fixtures.aws.account import Account
from fixtures.aws.alarms import Alarm
from fixtures.aws.ecs import Cluster
from fixtures.aws.rollback import RollbackTrigger
from fixtures.metrics.windows import Counts, Quantiles, Window
from fixtures.observability.watch import watches
from golive import clock
from golive.catalogue import Line
from golive.observation import observed
from golive.rollback import ACTIVE, DECIDED, Bucket, Rule, replay
from golive.rollback.grid import LAG, floor
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.rollback import Trigger
from golive.verdict import Unobservable
from tests.judges.alarm_definition import define
from tests.judges.alarms import disarmed, unheard
from tests.judges.rollback_standing import deaf, unwired
from tests.judges.rollback_vectors import Summed, Vector, disagreements

SILENT_PERIODS = 6


class Receivers:
    """An alarm as `tests.judges.alarms` looks at it."""

    def __init__(self, alarm: Alarm) -> None:
        self.name, self.exists = alarm.name, alarm.exists
        self.armed = self.exists and alarm.actions_enabled
        self.receivers = dict.fromkeys(alarm.actions, 1) if self.exists else {}


def trigger_of(line: Line, aws: Account, ecs: Cluster, target: ProductTarget, name: Trigger) -> RollbackTrigger:
    """The condition of this name. Raises NotConfigured."""
    rollback = configured(target.rollback, f"{line.product}.rollback")
    return RollbackTrigger(aws, ecs, rollback, configured(target.metrics, f"{line.product}.metrics"), name)


def live_window(rule: Rule) -> Window:
    """As far back as what fires now may have begun, and what fired may not have cleared."""
    return Window(rule.duration + rule.clear_after + 5 * rule.every, rule.every)


def live_grid(rule: Rule, bucket: Callable[[datetime], Bucket]) -> list[Bucket]:
    """The closed buckets of the window, oldest first."""
    end = floor(clock.now() - LAG, rule.every)
    many = int(live_window(rule).length / rule.every)
    return [bucket(end - n * rule.every) for n in range(many, 0, -1)]


def value_at(found: Quantiles | Counts | None, at: datetime) -> float | None:
    """What the bucket that begins at `at` holds."""
    return found.values.get(at) if found is not None else None


def met_now(rule: Rule, grid: Sequence[Bucket]) -> str | None:
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


def alarm_problems(
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


def unheard_alarm(aws: Account, trigger: RollbackTrigger) -> list[str]:
    """Why nobody would hear the alarm; nothing of one that does not exist, which `alarm_problems` says."""
    return [
        why for watch in watches(aws, [trigger.alarm], timedelta(hours=1)) if watch.exists for why in unheard(watch)
    ]


def standing_problems(trigger: RollbackTrigger, silent: Vector, goes_back: bool = True) -> list[str | None]:
    """What stands between the alarm and a rollback, and between its silence and a person.

    `goes_back`: the deployments must follow the alarm; of some conditions a person decides.
    """
    services = trigger.services if goes_back else ()
    problems: list[str | None] = [unwired(s, s.deployment_settings, trigger.alarm.name) for s in services]
    if trigger.silence is None:
        return [*problems, f"{trigger.alarm}: nobody is paged when its metrics stop. Name the alarm as silence"]
    problems.append(disarmed(Receivers(trigger.silence)))
    if trigger.silence.exists:
        problems.append(deaf(define(trigger.silence.raw, trigger.word_of), silent, silent, SILENT_PERIODS))
    return problems
