"""Decides bucket by bucket, with the clock, the latch and the brakes of a rule."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from golive.rollback.decision import Action, Context, Decision
from golive.rollback.rule import Bucket, Clock, Rule, State


class Trigger:
    """One rule in time. Give it the buckets in their order, without holes: a missing one has the value None."""

    def __init__(self, rule: Rule, context: Context | None = None) -> None:
        self.rule = rule
        self.context = context or Context()
        self.active_since: datetime | None = None
        self._last_rollback = self.context.last_rollback
        self._run = self._good = self._calm = self._missing = self._unknown = 0
        self._recent: deque[State] = deque(maxlen=rule.count(rule.flapping_window))
        self._chronic = False

    def step(self, bucket: Bucket) -> Decision:
        """Return the decision at the end of the bucket."""
        rule = self.rule
        state = rule.state(bucket, self._missing)
        self._missing = self._missing + 1 if rule.is_missing(bucket) and not bucket.event else 0
        self._unknown = self._unknown + 1 if state is State.UNKNOWN else 0
        self._recent.append(state)
        self._count(state)
        at = bucket.at + rule.every
        if self.active_since is not None:
            return self._latched(bucket, state, at)
        if state is State.BREACH and self._full():
            return self._fire(bucket, at)
        return self._page(at)

    def _count(self, state: State) -> None:
        """Move the clock: an unknown bucket neither moves nor resets it."""
        if state is State.BREACH:
            self._run, self._good = self._run + 1, 0
        elif state is State.GOOD:
            self._good += 1
            if self._good >= self.rule.good_to_reset:
                self._run = 0
            elif self._run and self.rule.clock is Clock.ELAPSED:
                self._run += 1

    def _full(self) -> bool:
        if self.rule.clock is Clock.ELAPSED:
            return (self._run - 1) * self.rule.every > self.rule.duration
        return self._run * self.rule.every >= self.rule.duration

    def _fire(self, bucket: Bucket, at: datetime) -> Decision:
        rule, context = self.rule, self.context
        self.active_since, self._calm, self._chronic = at, 0, False
        seen = "nothing" if bucket.value is None else f"{bucket.value:g} {rule.unit}".strip()
        breach = f"{rule.name}: {seen}, over {rule.above:g} {rule.unit}".strip() + f" for {rule.duration}"
        brake = None
        if rule.fresh_deploy and (context.deployed_at is None or at - context.deployed_at > rule.fresh_deploy):
            brake = f"no deployment in the last {rule.fresh_deploy}"
        elif context.to_version and context.to_version in context.rolled_back:
            brake = f"version {context.to_version} has been rolled back itself"
        elif self._last_rollback is not None and at - self._last_rollback < rule.once_in:
            brake = f"an automatic rollback took place at {self._last_rollback:%H:%M:%S}Z, within {rule.once_in}"
        if brake:
            return Decision(at, Action.PAGE, f"{breach}; not rolled back: {brake}", True)
        self._last_rollback = at
        return Decision(at, Action.ROLLBACK, breach, True)

    def _latched(self, bucket: Bucket, state: State, at: datetime) -> Decision:
        """Stay active until the value was calm for long enough; nothing fires twice before."""
        rule, since = self.rule, self.active_since
        below = rule.clear_below is None or (bucket.value is not None and bucket.value < rule.clear_below)
        if state is State.GOOD and below:
            self._calm += 1
        elif state is not State.UNKNOWN:
            self._calm = 0
        if self._calm * rule.every >= rule.clear_after:
            self.active_since, self._run, self._good = None, 0, 0
            self._recent.clear()
            return Decision(at, Action.NONE, f"{rule.name}: calm for {rule.clear_after}, cleared")
        return Decision(at, Action.NONE, f"{rule.name}: active since {since:%H:%M:%S}Z, not yet cleared", True)

    def _page(self, at: datetime) -> Decision:
        rule = self.rule
        breaches = sum(s is State.BREACH for s in self._recent)
        chronic = len(self._recent) == self._recent.maxlen and breaches * rule.every >= rule.flapping
        newly, self._chronic = chronic and not self._chronic, chronic
        if newly:
            reason = f"{rule.name}: in breach {breaches * rule.every} of {rule.flapping_window}, never long enough"
            return Decision(at, Action.PAGE, f"{reason}: chronic")
        if self._unknown == rule.missing_in_a_row:
            return Decision(at, Action.PAGE, f"{rule.name}: telemetry lost, {self._unknown} buckets say nothing")
        return Decision(at, Action.NONE, f"{rule.name}: {self._run * rule.every} of {rule.duration} on the clock")


def replay(rule: Rule, series: Iterable[Bucket], context: Context | None = None) -> list[Decision]:
    """Return the decision at the end of each bucket, oldest first.

    Raises:
        ValueError: buckets out of order, or with holes between them.
    """
    trigger, before = Trigger(rule, context), None
    decisions = []
    for bucket in series:
        if before is not None and bucket.at - before != rule.every:
            raise ValueError(f"rule {rule.name}: the bucket at {bucket.at} does not follow that at {before}")
        before = bucket.at
        decisions.append(trigger.step(bucket))
    return decisions
