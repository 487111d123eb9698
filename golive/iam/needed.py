"""Which IAM actions each line needs, noted while it runs.

A call is noted when it is about to leave (by the guard), and again for each line that is served with an answer which
is already known: the line needs the permission all the same. `capture` is for whoever keeps answers.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Actions = Mapping[str, Iterable[str]]
"""Effect (`reads`, `writes`, `disrupts`) to IAM actions."""


@dataclass(slots=True)
class Captured:
    """What was called inside a `capture`: `(effect, action)` pairs, and the number of API requests (retries apart)."""

    actions: set[tuple[str, str]] = field(default_factory=set)
    requests: int = 0


_captures: contextvars.ContextVar[tuple[Captured, ...]] = contextvars.ContextVar("golive_iam_captures", default=())
_lock = threading.Lock()
_by_line: dict[str, set[tuple[str, str]]] = {}
_running: str | None = None


def begin(line: str | None) -> None:
    """The check of this line starts; None: it is over. For the plugin."""
    global _running
    _running = line


def note(effect: str, actions: Iterable[str]) -> None:
    """A request that needs these actions is about to leave."""
    pairs = [(effect, action) for action in actions]
    for captured in _captures.get():
        captured.actions.update(pairs)
        captured.requests += 1
    again(pairs)


def again(pairs: Iterable[tuple[str, str]]) -> None:
    """An answer that these actions were needed for is used again, without a request."""
    for captured in _captures.get():
        captured.actions.update(pairs)
    if _running is not None:
        with _lock:
            _by_line.setdefault(_running, set()).update(pairs)


@contextmanager
def capture() -> Iterator[Captured]:
    """Collect what the body's own thread calls."""
    captured = Captured()
    token = _captures.set((*_captures.get(), captured))
    try:
        yield captured
    finally:
        _captures.reset(token)


def by_line() -> dict[str, dict[str, list[str]]]:
    """Return line id to effect to the sorted actions that the line needed in this process."""
    with _lock:
        found: dict[str, dict[str, list[str]]] = {}
        for line, pairs in sorted(_by_line.items()):
            for effect, action in sorted(pairs):
                found.setdefault(line, {}).setdefault(effect, []).append(action)
        return found


def add(other: Mapping[str, Actions]) -> None:
    """Add what another process noted, in the form of `by_line`."""
    with _lock:
        for line, actions in other.items():
            for effect, names in actions.items():
                _by_line.setdefault(line, set()).update((effect, name) for name in names)


def clear() -> None:
    """Forget all. For tests."""
    with _lock:
        _by_line.clear()
