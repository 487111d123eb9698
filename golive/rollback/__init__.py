"""When to go back: series in, decision and reason out. Pure, so that a pipeline, a check and a test decide alike.

`Rule` says when a measured value is a breach and how long it must last, `buckets` puts points on the rule's time grid,
`replay` decides bucket by bucket. Nothing here reads a clock, a file or the network.
"""

from golive.rollback.decision import ACTIVE, DECIDED, Action, Context, Decision
from golive.rollback.evaluate import Trigger, replay
from golive.rollback.grid import ClockSkewError, Reading, buckets
from golive.rollback.rule import Bucket, Clock, Missing, Rule, State

__all__ = [
    "ACTIVE",
    "DECIDED",
    "Action",
    "Bucket",
    "Clock",
    "ClockSkewError",
    "Context",
    "Decision",
    "Missing",
    "Reading",
    "Rule",
    "State",
    "Trigger",
    "buckets",
    "replay",
]
