"""The vectors of the rollback rules: what is replayed for voice, the API and memory. Pure.

Each begins with `QUIET` healthy minutes. Values are in the rule's unit; `factor` says how the target's series counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from golive.rollback import Bucket
from tests.judges.alarm_definition import Samples
from tests.judges.rollback_vectors import START, Vector, steady

QUIET = 15
AFTER = 4
"""Healthy minutes after it."""
VOICE, MEMORY, KILLS = "voice_latency", "memory", "out_of_memory_kills"
ASKED, OUTSIDE = "requests", "outside_failures"
FAILURES = ("server_errors", "balancer_errors", "connection_errors")
Turns = Sequence[float] | None


def voice(limit: float, minutes: int, turns: int, factor: float = 1.0) -> list[Vector]:
    """Return vectors of turns: seconds from the end of speech to the first sound. `limit` in seconds, for `minutes`."""
    fast, slow = [0.25 * limit] * turns, [1.3 * limit] * turns
    tail = [0.2 * limit] * (turns - turns // 8) + [1.8 * limit] * (turns // 8)
    given_up = [12 * limit] * turns
    happenings: dict[str, list[Turns]] = {
        "just under the limit": [[0.98 * limit] * turns] * (minutes + 3),
        "exactly at the limit": [[limit] * turns] * (minutes + 3),
        "slow, but a minute too short": [slow] * (minutes - 1),
        "slow for longer": [slow] * (minutes + 1),
        "slow for one turn in eight, fast on average": [tail] * (minutes + 3),
        "slow with one fast minute in between": [*[slow] * (minutes - 1), fast, *[slow] * (minutes - 1)],
        "slow with a minute of silence in between": [*[slow] * (minutes - 2), None, *[slow] * 3],
        "every turn given up": [given_up] * (minutes + 3),
        "nobody speaks": [None] * (minutes + 3),
        "nobody speaks, then one slow minute": [*[None] * (minutes + 3), slow],
    }
    return [
        Vector(name, {VOICE: _minutes([*[fast] * QUIET, *turns_, *[fast] * AFTER], factor)}, *_span(len(turns_)))
        for name, turns_ in happenings.items()
    ]


def api(limit: float, minutes: int) -> list[Vector]:
    """Return vectors of requests and failures a minute. `limit` in percent."""
    many = 1000.0
    good = {ASKED: many, OUTSIDE: 0.0}
    bad = good | {"server_errors": many * limit / 50}  # twice the limit
    edge = good | {"balancer_errors": many * limit / 50}
    gone = {OUTSIDE: 2.0}
    happenings: dict[str, list[dict[str, float]]] = {
        "just under the limit": [good | {"server_errors": many * 0.98 * limit / 100}] * (minutes + 3),
        "exactly at the limit": [good | {"server_errors": many * limit / 100}] * (minutes + 3),
        "failing, but a minute too short": [bad] * (minutes - 1),
        "failing for longer": [bad] * (minutes + 1),
        "failing with one good minute in between": [*[bad] * (minutes - 1), good, *[bad] * (minutes - 1)],
        "nobody answers behind the balancer": [edge] * (minutes + 1),
        "three requests a minute, all failing": [{ASKED: 3.0, "server_errors": 3.0, OUTSIDE: 0.0}] * (minutes + 3),
        "no request arrives, and probes from outside fail": [gone] * (minutes + 3),
        "no request arrives, and probes from outside succeed": [{OUTSIDE: 0.0}] * (minutes + 3),
    }
    vectors = []
    for name, happened in happenings.items():
        all_ = [*[good] * QUIET, *happened, *[good] * AFTER]
        streams: dict[str, Samples] = {
            word: [(60.0 * n, m[word]) for n, m in enumerate(all_) if word in m] for word in (ASKED, OUTSIDE, *FAILURES)
        }
        vectors.append(Vector(name, streams, *_span(len(happened))))
    return vectors


def memory(limit: float, minutes: int) -> list[Vector]:
    """Return vectors of two instances' memory a minute, with kills. `limit` in percent."""
    good, full, low = [50.0, 55.0], limit + 0.1, 40.0
    one, other = [full, low], [low, full]
    killed = [10.0, low]
    saw = [*[one] * (minutes - 3), killed]
    happenings: dict[str, tuple[list[Turns], set[int]]] = {
        "just under the limit": ([[limit - 0.1, limit - 0.1]] * (minutes + 3), set()),
        "exactly at the limit": ([[limit, limit]] * (minutes + 3), set()),
        "one instance full, but a minute too short": ([one] * (minutes - 1), set()),
        "one instance full, the average low": ([one] * (minutes + 1), set()),
        "now one, now the other instance full": ([one, other] * (minutes // 2 + 1), set()),
        "full with one good minute in between": ([*[one] * (minutes - 1), good, *[one] * (minutes - 1)], set()),
        "killed for memory before ten minutes are full, again and again": (
            [*saw, *saw],
            {minutes - 3, 2 * minutes - 5},
        ),
        "running, and saying nothing": ([None] * (minutes + 4), set()),
    }
    vectors = []
    for name, (happened, kills) in happenings.items():
        all_ = [*[good] * QUIET, *happened, *[good] * AFTER]
        kill = [(60.0 * n, float(n - QUIET in kills)) for n in range(len(all_))]
        vectors.append(Vector(name, {MEMORY: _minutes(all_), KILLS: kill}, *_span(len(happened))))
    return vectors


def silent(word: str, others: Sequence[str] = ()) -> Vector:
    """Return a vector in which a series stops arriving, and the others too."""
    streams: dict[str, Samples] = {w: steady([1.0] * 24, QUIET * 60) for w in (word, *others)}
    return Vector(f"{word} falls silent", streams, (QUIET + 8) * 60, QUIET * 60)


def api_bucket(vector: Vector, start: float, end: float) -> Bucket:
    """Sum a stream of the API up: the share of failures in percent, of how many requests."""
    sums = {w: sum(v for at, v in s if start <= at < end) for w, s in vector.streams.items()}
    return ratio(
        timedelta(seconds=start), sums.get(ASKED, 0.0), [sums.get(w, 0.0) for w in FAILURES], sums[OUTSIDE] > 0
    )


def ratio(at: timedelta, asked: float, failures: Sequence[float], outside_failed: bool) -> Bucket:
    """Return the bucket of so many requests and failures; without a request it has no value."""
    share = 100 * sum(failures) / asked if asked else None
    return Bucket(START + at, share, asked, outside_failed=outside_failed)


def memory_bucket(vector: Vector, start: float, end: float) -> Bucket:
    """Sum a stream of memory up: the fullest instance, and whether one was killed."""
    there = [v for at, v in vector.streams[MEMORY] if start <= at < end]
    killed = any(v for at, v in vector.streams[KILLS] if start <= at < end)
    return Bucket(START + timedelta(seconds=start), max(there, default=None), event=killed)


def _minutes(minutes: Sequence[Turns], factor: float = 1.0) -> Samples:
    return [sample for n, m in enumerate(minutes) if m for sample in steady([v * factor for v in m], 60, 60.0 * n)]


def _span(minutes: int) -> tuple[float, float]:
    """Length and onset in seconds."""
    return 60.0 * (QUIET + minutes + AFTER), 60.0 * QUIET
