"""What the running check may do to the deployment: read it, write to it, or disrupt it.

The plugin sets the effect when a check begins and takes it back when its teardown is over; the doors of the guard
(`aws`, `postgres`, `redis`, `http`, `websocket`) ask `require` before a call leaves. It is state of the process, not of
the thread, since a check's threads act for the check, and pytest runs one check at a time in a process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

from golive.verdict import NotAllowed, Refused


class Effect(IntEnum):
    """How much a check may change. The order is the order of harm: whoever may disrupt may also write."""

    READS = 0
    WRITES = 1
    DISRUPTS = 2

    @property
    def word(self) -> str:
        """The word used in markers, target files and options: `reads`, `writes`, `disrupts`."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Effect:
        """Return the effect called `word`. Raises `ValueError` naming the known words."""
        try:
            return cls[word.strip().upper()]
        except KeyError:
            known = ", ".join(e.word for e in cls)
            raise ValueError(f"unknown effect {word!r}; known are {known}") from None


_lock = threading.Lock()
_current = Effect.READS
_checking = False
_refusals: list[str] = []


def current() -> Effect:
    """The effect of the running check; `READS` before, between and after checks."""
    return _current


def checking() -> bool:
    """Say whether a check is running, from `begin` to `restore`: doors that nobody guarded close then too."""
    return _checking


def begin(effect: Effect) -> None:
    """A check begins that may do what `effect` covers. For the plugin, before the check's own fixtures."""
    _refusals.clear()
    _set(effect, True)


def restore() -> None:
    """The check is over, its teardown too."""
    _set(Effect.READS, False)


def _set(effect: Effect, is_checking: bool) -> Effect:
    global _current, _checking
    with _lock:
        before, _current, _checking = _current, effect, is_checking
    return before


@contextmanager
def allow(effect: Effect) -> Iterator[None]:
    """Let the body do what `effect` covers. For the plugin and for the suite's own clean-up, never for a check."""
    before = _set(effect, _checking)
    try:
        yield
    finally:
        _set(before, _checking)


def require(needed: Effect, call: str) -> None:
    """Let `call` pass when the running check may do it.

    Args:
        needed: the least effect that covers the call.
        call: what would leave, as a reader would name it: `s3:PutObject`, `SQL INSERT`, `POST https://...`.

    Raises:
        Refused: it may not; nothing has left.
    """
    if needed > _current:
        refuse(
            f"refused before it left: {call} {needed.word}, and the running check is one that {_current.word}",
            f"If the check means to do so, mark it `@pytest.mark.{needed.word}`, put {needed.word!r} in the target's "
            f"`allow` and run with `--allow {needed.word}`",
        )


def refuse(reason: str, remedy: str) -> NoReturn:
    """Stop a call that has not left yet, and remember it. Raises `Refused`."""
    _refusals.append(reason)
    raise Refused(reason, remedy)


def refusals() -> list[str]:
    """Return what was refused since the check began. A check that passes in spite of one has swallowed it."""
    return list(_refusals)


def ceiling(words: Iterable[str]) -> Effect:
    """Return the greatest effect among `words`, `READS` when there is none. Raises `ValueError` on an unknown word."""
    return max((Effect.named(word) for word in words), default=Effect.READS)


def permitted(target_allow: Iterable[str], option_allow: Iterable[str], needed: Effect) -> bool:
    """Say whether a check that needs `needed` may run: both the target's `allow` and `--allow` must cover it."""
    return needed <= min(ceiling(target_allow), ceiling(option_allow))


def ensure_permitted(target_allow: Iterable[str], option_allow: Iterable[str], needed: Effect) -> None:
    """Raise `NotAllowed` naming which of the two does not cover `needed`; return when both do."""
    by_target, by_option = ceiling(target_allow), ceiling(option_allow)
    if needed > by_target:
        raise NotAllowed(
            f"the check {needed.word}, and this target only allows {by_target.word}",
            f"Put {needed.word!r} in the target's `allow` if this deployment may be changed by checks",
        )
    if needed > by_option:
        raise NotAllowed(f"the check {needed.word}, and this run did not opt in", f"Run with --allow {needed.word}")
