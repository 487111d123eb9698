"""Whether speech comes as it is made, whole and in order, and a stream is closed to whom it should be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from golive.catalogue import Limit
from tests.judges.voice_quality import SECONDS_A_LETTER

TOGETHER = 0.02
"""Seconds within which messages count as sent at once."""
MISUNDERSTOOD = 0.5
"""Share of wrong words from which on a sound says something else than its text."""
SHOWN = 6
ABNORMAL = (None, 1006, 1011)
"""Close codes of who just went away, or broke (RFC 6455, 7.4.1)."""


class Frame(Protocol):
    """A message of sound, see `fixtures.websocket.speaking.Frame`."""

    @property
    def at(self) -> float: ...
    @property
    def size(self) -> int: ...
    @property
    def number(self) -> int | None: ...


def longest_gap(frames: Sequence[Frame]) -> float:
    """Return the longest time in ms between a message of sound and the next, 0 for fewer than two."""
    times = [frame.at for frame in frames]
    return max((1000 * (b - a) for a, b in pairwise(times)), default=0.0)


def burst(frames: Sequence[Frame]) -> float:
    """Return the share in percent of the bytes that came at once: in messages each right after the one before."""
    whole, largest, now = sum(frame.size for frame in frames), 0, 0
    for number, frame in enumerate(frames):
        now = now + frame.size if number and frame.at - frames[number - 1].at <= TOGETHER else frame.size
        largest = max(largest, now)
    return 100 * largest / whole if whole else 100.0


def streamed(frames: Sequence[Frame], *, fewest: Limit, gap: Limit, at_once: Limit, of: object) -> list[str | None]:
    """Return what is wrong with how sound came: in too few pieces, all at once, with a hole, or not in order."""
    numbers = [frame.number for frame in frames if frame.number is not None]
    times = ", ".join(f"{frame.at:.2f} s" for frame in frames[:SHOWN])
    problems: list[str | None] = [
        fewest.problem(len(frames), of=of),
        at_once.problem(
            round(burst(frames), 1), of=of, hint=f"It came at {times}. Is it sent as it is made, or collected first?"
        ),
        gap.problem(round(longest_gap(frames), 1), of=of, hint=f"It came at {times}"),
    ]
    if numbers and numbers != list(range(numbers[0], numbers[0] + len(frames))):
        problems.append(f"{of}: its messages are numbered {numbers[:20]}, want each one more than the one before")
    return problems


def spoken(text: str, seconds: float | None, wrong: float | None, of: object) -> list[str]:
    """Return what is wrong with the sound that all messages make together.

    Args:
        text: what was asked for.
        seconds: the length of the sound, None where it can't be decoded.
        wrong: the share of words that were understood wrongly, None where nobody listens.
        of: the thing for the message.
    """
    if seconds is None:
        return [f"{of}: what came can't be decoded. Is it put together in the order in which it was made?"]
    least, most = (each * len(text) for each in SECONDS_A_LETTER)
    problems = []
    if not least <= seconds <= most:
        problems.append(f"{of}: {len(text)} letters make {seconds:.1f} s of sound, want {least:.1f} to {most:.1f} s")
    if wrong is not None and wrong > MISUNDERSTOOD:
        problems.append(
            f"{of}: {100 * wrong:.0f} % of its words are understood wrongly. Are its pieces sent in the order in which "
            "they are made?"
        )
    return problems


def let_in(upgrades: Mapping[str, str | None]) -> list[str]:
    """Return who got in though nobody should: who it was, to how the server let them in, None where it refused."""
    return [f"a stream opens with {who}: {how}. Refuse it at the upgrade" for who, how in upgrades.items() if how]


def ended_badly(code: int | None, of: object, want: int | None = None) -> str | None:
    """Return what is wrong with a close code: not the one that is wanted, or that of who just went away."""
    if code not in ABNORMAL if want is None else code == want:
        return None
    wanted = f"want {want}" if want else "want one that says why"
    return f"{of}: the server closes with {code}, {wanted}. See how the server closes, and who cuts it"
