"""The vectors of the rules over probes and sums: what is replayed for the database, sign-in and revenue. Pure.

Probes that run every so many seconds give one sample each: 1 failed, 0 did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from golive.rollback import Bucket
from tests.judges.alarm_definition import Samples
from tests.judges.rollback_vectors import START, Summed, Vector

PLACES = ("inside", "outside")
READS, WRITES = (
    ("database_read_failures.inside", "database_read_failures.outside"),
    (
        "database_write_failures.inside",
        "database_write_failures.outside",
    ),
)
"""Probes of the database from two places, that read and that write."""
BEATS = "database_prober_beats"
"""Each round of the prober, whatever it found."""
SIGN_IN, ATTEMPTS, BROKEN, REFUSED = "sign_in_failures", "sign_in_attempts", "sign_in_errors", "sign_in_refusals"
OPEN_DOORS = "open_doors"
LOSS = "revenue_loss"
QUIET = 900.0
AFTER = 240.0
Sampled = dict[str, float]


def database(seconds: float, every: float, good: int) -> list[Vector]:
    """Return vectors of probes. An outage of so many `seconds` is too long, `good` probes in a row end it."""
    whole = int(seconds / every)
    well = dict.fromkeys((*READS, *WRITES), 0.0) | {BEATS: 1.0}
    down = dict.fromkeys((*READS, *WRITES), 1.0) | {BEATS: 1.0}
    read_only = well | dict.fromkeys(WRITES, 1.0)
    from_inside = well | {READS[0]: 1.0, WRITES[0]: 1.0}
    return between(
        every,
        well,
        {
            "gone for as long as a failover takes": [down] * (whole * 3 // 4),
            "gone for longer": [down] * (whole * 3 // 2),
            "answers what is read, refuses what is written": [read_only] * (whole * 3 // 2),
            "gone for one of two places": [from_inside] * (whole * 3 // 2),
            "gone, with one good probe in three": [down, down, well] * (whole * 2 // 3),
            "gone for a minute, well, and gone again": [*[down] * (whole // 2), *[well] * good, *[down] * (whole // 2)],
            "the prober runs, and its results are missing": [{BEATS: 1.0}] * (whole * 3 // 2),
            "the prober itself is silent": [{}] * (whole * 3 // 2),
        },
    )


def sign_in(failed: int, every: float, good: int) -> list[Vector]:
    """Return vectors of a synthetic user's sign-ins; `failed` in a row are too many, `good` begin anew."""
    bad, well = {SIGN_IN: 1.0}, {SIGN_IN: 0.0}
    return between(
        every,
        well,
        {
            "one sign-in too few fails": [bad] * (failed - 1),
            "sign-ins fail": [bad] * (failed + 2),
            "sign-ins fail, one good one in between": [bad, *[well] * (good - 1), *[bad] * (failed - 1)],
            "sign-ins fail, get well, and fail once": [*[bad] * (failed - 1), *[well] * good, bad],
            "the synthetic user is silent": [{}] * (failed + 2),
        },
    )


def sign_ins(percent: float, seconds: float, every: float, least: float) -> list[Vector]:
    """Return vectors of everybody's sign-ins. Over `percent` broken by the system for `seconds` is too much."""
    whole, many = int(seconds / every), 10 * least

    def asked(broken: float, refused: float = 5.0, attempts: float = many) -> Sampled:
        return {ATTEMPTS: attempts, BROKEN: attempts * broken / 100, REFUSED: attempts * refused / 100}

    bad = asked(1.5 * percent)
    return between(
        every,
        asked(0),
        {
            "just under the limit": [asked(0.98 * percent)] * (whole + 3),
            "exactly at the limit": [asked(percent)] * (whole + 3),
            "broken, but not for long enough": [bad] * (whole - 1),
            "broken for longer": [bad] * (whole + 2),
            "broken with a good moment in between": [*[bad] * (whole - 1), asked(0), *[bad] * (whole - 1)],
            "a few attempts, all broken": [asked(100, attempts=least / 4)] * (whole + 3),
            "passwords are guessed, and refused": [asked(0, refused=95, attempts=20 * many)] * (whole + 6),
        },
    )


def open_door(every: float) -> list[Vector]:
    """Return vectors of answers to who had no right to one."""
    return between(
        every,
        {OPEN_DOORS: 0.0},
        {"every door stays shut": [{OPEN_DOORS: 0.0}] * 6, "one door opens once": [{OPEN_DOORS: 1.0}]},
    )


def revenue(limit: float, every: float, evaluations: int, silent: int) -> list[Vector]:
    """Return vectors of the revenue lost within the last hour, in dollars, computed every so many seconds."""
    usual = {LOSS: 0.05 * limit}
    over = {LOSS: limit + 10}
    return between(
        every,
        usual,
        {
            "just under the limit": [{LOSS: limit - 10}] * (evaluations + 2),
            "exactly at the limit": [{LOSS: limit}] * (evaluations + 2),
            "over the limit once": [over] * (evaluations - 1),
            "over the limit": [over] * (evaluations + 1),
            "over the limit in turns": [over, usual] * evaluations,
            "nobody tells what was earned": [{}] * (silent + evaluations + 1),
        },
    )  # fmt: skip


def database_bucket(vector: Vector, start: float, end: float) -> Bucket:
    """Whether no place that told anything could write, and whether the prober lived."""
    told = [[v for at, v in vector.streams.get(word, ()) if start <= at < end] for word in WRITES]
    beats = [v for at, v in vector.streams.get(BEATS, ()) if start <= at < end]
    value = all_fail([sum(t) if t else None for t in told])
    return Bucket(START + timedelta(seconds=start), value, blind=not sum(beats))


def all_fail(failures: Sequence[float | None]) -> float | None:
    """Return 1 when the probes of all places that told anything failed, else 0; None when none told."""
    known = [f for f in failures if f is not None]
    return float(all(f > 0 for f in known)) if known else None


def sign_ins_bucket(vector: Vector, start: float, end: float) -> Bucket:
    """The share of sign-ins that the system broke, in percent, of how many."""
    asked, broken = (
        sum(v for at, v in vector.streams[word] if start <= at < end) for word in (ATTEMPTS, BROKEN)
    )  # fmt: skip
    return Bucket(START + timedelta(seconds=start), 100 * broken / asked if asked else None, asked)


def greatest(word: str) -> Summed:
    """Sum a stream up by its greatest sample."""

    def summed(vector: Vector, start: float, end: float) -> Bucket:
        values = [v for at, v in vector.streams.get(word, ()) if start <= at < end]
        return Bucket(START + timedelta(seconds=start), max(values, default=None))

    return summed


def between(every: float, well: Sampled, happenings: dict[str, Sequence[Sampled]]) -> list[Vector]:
    """Each happening between a healthy time before and one after it."""
    before = int(max(QUIET, 6 * every) // every)
    after = int(max(AFTER, 6 * every) // every)
    found = []
    for name, happened in happenings.items():
        all_ = [*[well] * before, *happened, *[well] * after]
        words = {word for moment in (well, *happened) for word in moment}
        streams: dict[str, Samples] = {
            word: [(every * n, m[word]) for n, m in enumerate(all_) if word in m] for word in words
        }
        found.append(Vector(name, streams, every * len(all_), every * before))
    return found
