"""Whether what was spoken once is kept for who says it again, whole, and for nobody else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from golive.catalogue import Limit

WHOLE = 0.7
"""Share of the usual length below which a sound has lost its end: one voice takes about as long for as many letters."""
REFUSED = 400


class Spoken(Protocol):
    """A phrase as it was answered, see `fixtures.voice.phrases.Phrase`."""

    @property
    def text(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def length(self) -> float | None: ...
    @property
    def digest(self) -> str: ...


@dataclass(frozen=True)
class Again:
    """A phrase that was said twice, the second time with something else.

    Attributes:
        differs: what was another the second time, such as `the voice's settings`.
        first, second: how each was answered.
        calls: how often the provider was asked for the text.
    """

    differs: str
    first: Spoken
    second: Spoken
    calls: int


def unspoken(answers: Sequence[Spoken], of: object) -> list[str]:
    """Return what is no speech although it should be."""
    return [
        f"{of}: '{a.text}' was answered {a.status} with nothing to be heard"
        for a in answers
        if not 200 <= a.status < 300 or a.length is None
    ]


def repeated(
    first: Spoken, again: Sequence[Spoken], calls: int, *, extra: Limit, latency: Limit, of: object
) -> list[str | None]:
    """Return what is wrong with a phrase that one tenant says again and again.

    Args:
        first: as the provider spoke it.
        again: the answers after it.
        calls: how often the provider was asked for it.
        extra: calls of the provider that the repetitions may cost.
        latency: percent of the first time that the median repetition may take.
        of: the thing for the message.
    """
    problems: list[str | None] = [
        extra.problem(
            calls - 1, of=of, hint=f"'{first.text}' was said {1 + len(again)} times. Is the cache asked, and written?"
        )
    ]
    strange = sorted({a.digest for a in again} - {first.digest})
    if strange:
        problems.append(
            f"{of}: '{first.text}' sounds otherwise when it is said again: {first.digest}, then {', '.join(strange)}. "
            "Is the sound kept as it was?"
        )
    taken = median(a.seconds for a in again)
    hint = f"The first took {first.seconds:.3f} s, the others {', '.join(f'{a.seconds:.3f} s' for a in again)}"
    problems.append(latency.problem(round(100 * taken / first.seconds, 1), of=of, hint=hint))
    return problems


def foreign_hits(pairs: Sequence[Again], limit: Limit) -> list[str | None]:
    """Return each phrase that was answered from what was kept for something else: the provider was asked but once."""
    problems: list[str | None] = []
    for pair in pairs:
        same = " with the very same sound" if pair.first.digest == pair.second.digest else ""
        hint = (
            f"The provider was asked {pair.calls} times for a phrase that was said twice, and answered{same}. "
            f"Does the key hold {pair.differs}?"
        )
        problems.append(limit.problem(max(0, 2 - pair.calls), of=f"speech with {pair.differs} changed", hint=hint))
    return problems


def cut(said: Spoken, usual: float, of: object) -> str | None:
    """Return whether a phrase that somebody left half-way is answered with that half.

    Args:
        said: the answer to who says it afterwards.
        usual: seconds that a phrase of as many letters takes with this voice.
        of: the thing for the message.
    """
    if said.length is not None and said.length >= WHOLE * usual:
        return None
    heard = "no sound" if said.length is None else f"{said.length:.2f} s of it"
    return (
        f"{of}: '{said.text}' was left half-way once, and is answered with {heard} since, want about {usual:.2f} s. "
        "Is speech cached before it is complete?"
    )


def kept_errors(answers: Sequence[Spoken], after: Spoken, usual: float, of: object) -> list[str]:
    """Return what is wrong with phrases for which the provider has no voice: an error that is given out as sound.

    Args:
        answers: to who asks for a voice that does not exist.
        after: the answer to the same phrase with a voice that does.
        usual: seconds that a phrase of as many letters takes.
        of: the thing for the message.
    """
    problems = [
        f"{of}: '{a.text}' with a voice that does not exist is answered {a.status} with what is no sound. "
        "Is the provider's error taken for speech, and kept?"
        for a in answers
        if a.status < REFUSED and (a.length is None or a.length < WHOLE * usual)
    ]
    if after.status >= REFUSED or after.length is None or after.length < WHOLE * usual:
        problems.append(
            f"{of}: '{after.text}' failed with a voice that does not exist, and still fails ({after.status}) with one "
            "that does. Is an error kept?"
        )
    return problems


def endless(seconds: float | None, calls: int, of: object) -> list[str]:
    """Return what is wrong with a cached phrase's end: it has none, or is answered from elsewhere after it.

    Args:
        seconds: its time to live; None: it has none.
        calls: how often the provider was asked for the phrase that was said before and after its end.
        of: the thing for the message.
    """
    problems = []
    if seconds is None:
        problems.append(f"{of}: an entry has no end. Give each entry of the cache a time to live")
    if calls < 2:
        problems.append(
            f"{of}: a phrase whose entry has ended is answered without the provider. Does each process keep it, too?"
        )
    return problems
