"""Sessions of speech to speech: was each understood, answered in time, and with what was its own. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from golive.catalogue import Limit
from tests.judges.warmth import percentile
from tests.judges.words import letter_error_rate, nearest

UNDERSTOOD = 0.25
"""At most this share of a recording's letters may come back wrongly: recognition errs, but not in every word."""
SHOWN = 4
NEVER, SILENCE, SHARE = math.inf, 1e9, 0.95
"""SILENCE stands on record where nothing was heard: JSON has no infinity."""


class Heard(Protocol):
    """A session, see `fixtures.websocket.interpreting.Interpreted`."""

    @property
    def said(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def seconds(self) -> float | None: ...
    @property
    def transcript(self) -> str: ...
    @property
    def translated(self) -> str: ...
    @property
    def ended(self) -> bool: ...
    @property
    def claimed(self) -> float | None: ...
    @property
    def problem(self) -> str: ...


def first_sounds(sessions: Sequence[Heard]) -> list[float]:
    """Return ms to the first sound, the quickest first; for ever where none came."""
    return sorted(NEVER if s.seconds is None else 1000 * s.seconds for s in sessions)


def late(sessions: Sequence[Heard], limit: Limit, of: str) -> str | None:
    """Return what is wrong with how soon something was heard; what the product says of itself is only told."""
    times = first_sounds(sessions)
    p95 = percentile(times, SHARE)
    if limit.admits(p95):
        return limit.problem(round(p95, 1), of=of)  # puts it on record
    claims = sorted(s.claimed for s in sessions if s.claimed is not None)
    told = f"; the product itself says {claims[0]:.0f} to {claims[-1]:.0f} ms" if claims else ""
    unheard = [s for s in sessions if s.seconds is None]
    silent = (
        f"{len(unheard)} of {len(sessions)} were never heard ({unheard[0].problem or 'silence'}), " if unheard else ""
    )
    slowest = ", ".join("never" if t == NEVER else f"{t:.0f}" for t in times[-SHOWN:])
    return limit.problem(
        round(p95, 1) if p95 < NEVER else SILENCE, of=of, hint=f"{silent}the slowest: {slowest} ms{told}"
    )


def misunderstood(sessions: Sequence[Heard]) -> list[str]:
    """Return a sentence on each session whose transcript is not what was said: soon, but no translation of it."""
    return [
        f"'{s.said}' was understood as '{s.transcript}'"
        for s in sessions
        if not s.problem and letter_error_rate(s.said, s.transcript) > UNDERSTOOD
    ]


def mixed_up(sessions: Sequence[Heard], spoken: Sequence[str | None]) -> list[str]:
    """Return a sentence on each session that has what belongs to another one.

    Args:
        spoken: what was understood of each session's sound, None where it was not listened to.
    """
    said, translated, found = [s.said for s in sessions], [s.translated for s in sessions], []
    for number, (session, heard) in enumerate(zip(sessions, spoken, strict=True)):
        if (
            session.transcript
            and (other := nearest(session.transcript, said)) != number
            and said[other] != session.said
        ):
            found.append(f"the session that said '{session.said}' has the transcript of '{said[other]}'")
        elif heard and session.translated and (other := _whose(heard, translated, number)) != number:
            found.append(
                f"the session that said '{session.said}' heard '{heard}', which was '{said[other]}' of another one"
            )
    return found


def _whose(heard: str, translated: Sequence[str], number: int) -> int:
    """Which session a sound belongs to: its own, where its text is not farther than every other's."""
    other = nearest(heard, translated)
    return number if translated[other] == translated[number] else other
