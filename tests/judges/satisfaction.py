"""Customers who are not satisfied: the rules, what is replayed against their alarms, and the count of ratings. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from fixtures.helpdesk.ratings import Rating
from golive.catalogue import Line
from golive.rollback import Bucket, Rule
from tests.judges.rollback_probe_streams import between
from tests.judges.rollback_rules import number
from tests.judges.rollback_vectors import START, Vector

BAD, MONTH, ANSWERS, ESCALATED = "dissatisfaction", "dissatisfaction_month", "survey_answers", "escalations"
MINUTE = timedelta(minutes=1)


def satisfaction_rule(line: Line) -> Rule:
    """Those who answered and are not satisfied: their share, in percent."""
    return _rule(line, "satisfaction", 100 - number(line, "satisfaction"), "% not satisfied")


def drop_rule(line: Line) -> Rule:
    """By how many percentage points fewer are satisfied than in the last month; the limit itself is a breach."""
    return _rule(line, "satisfaction's drop", math.nextafter(number(line, "satisfaction_drop"), 0), "points")


def escalations_rule(line: Line) -> Rule:
    """What was escalated within an hour."""
    return _rule(line, "escalations", number(line, "escalations") - 1, "an hour")


def _rule(line: Line, name: str, above: float, unit: str) -> Rule:
    every = MINUTE * number(line, "evaluation_interval")
    return Rule(
        name, above, every, every * number(line, "evaluations"), unit, least_samples=number(line, "answers"),
        missing_in_a_row=int(MINUTE * 60 * number(line, "insufficient_page") / every),
        flapping=every * 8, flapping_window=every * 10, clear_after=2 * every,
    )  # fmt: skip


def satisfaction(limit: float, every: float, evaluations: int, least: float) -> list[Vector]:
    """Return vectors of surveys; more than `limit` percent may not be dissatisfied of `least` who answered."""
    well = {BAD: 6.0, ANSWERS: 3 * least}
    over = well | {BAD: limit + 0.5}
    return between(
        every,
        well,
        {
            "just over the border": [well | {BAD: limit - 0.5}] * (evaluations + 2),
            "at the border": [well | {BAD: limit}] * (evaluations + 2),
            "too few are satisfied, once": [over] * (evaluations - 1),
            "too few are satisfied": [over] * (evaluations + 1),
            "too few are satisfied, in turns": [over, well] * evaluations,
            "a few answers, all bad": [{BAD: 100.0, ANSWERS: least / 2}] * (evaluations + 2),
            "nobody answers": [{}] * (evaluations + 2),
        },
    )


def drop(points: float, every: float, evaluations: int, least: float) -> list[Vector]:
    """Return vectors of surveys beside those of a month."""
    well = {BAD: 6.0, MONTH: 6.0, ANSWERS: 3 * least}
    fallen = well | {BAD: 6.0 + points}
    return between(
        every,
        well,
        {
            "nearly the drop": [well | {BAD: 5.5 + points}] * (evaluations + 2),
            "the drop": [fallen] * (evaluations + 1),
            "the drop, once": [fallen] * (evaluations - 1),
            "as bad as the whole month": [well | {BAD: 18.0, MONTH: 18.0}] * (evaluations + 2),
            "the drop, of a few answers": [fallen | {ANSWERS: least / 2}] * (evaluations + 2),
        },
    )


def escalations(limit: float, every: float, evaluations: int) -> list[Vector]:
    """Return vectors of what is escalated within an hour; `limit` are too many."""
    most, over = {ESCALATED: limit - 1}, {ESCALATED: limit}
    return between(
        every,
        {ESCALATED: 0.0},
        {
            "one too few": [most] * (evaluations + 2),
            "too many": [over] * (evaluations + 1),
            "too many, once": [over] * (evaluations - 1),
        },
    )


def bad_bucket(vector: Vector, start: float, end: float) -> Bucket:
    """The share of those who are not satisfied, of how many."""
    most = _greatest(vector, start, end)
    return Bucket(START + timedelta(seconds=start), most.get(BAD), most.get(ANSWERS))


def drop_bucket(vector: Vector, start: float, end: float) -> Bucket:
    """The share beyond that of a month, of how many answers."""
    most = _greatest(vector, start, end)
    return Bucket(START + timedelta(seconds=start), fallen(most.get(BAD), most.get(MONTH)), most.get(ANSWERS))


def fallen(bad: float | None, month: float | None) -> float | None:
    """Return by how much more are not satisfied than in a month, None where one of both is not told."""
    return None if bad is None or month is None else bad - month


def shares(ratings: Sequence[Rating], ends: Sequence[datetime], window: timedelta) -> dict[datetime, tuple[float, int]]:
    """Return of each time the share of bad ratings (percent) in the window before it, and how many there were."""
    found = {}
    for end in ends:
        within = [r for r in ratings if end - window < r.at <= end]
        if within:
            found[end] = 100 * sum(not r.good for r in within) / len(within), len(within)
    return found


def _greatest(vector: Vector, start: float, end: float) -> dict[str, float]:
    held = {w: [v for at, v in samples if start <= at < end] for w, samples in vector.streams.items()}
    return {word: max(values) for word, values in held.items() if values}
