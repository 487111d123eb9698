"""Opening capabilities: how `--target-check` finds out what is reachable, without knowing any of it."""

from __future__ import annotations

from collections.abc import Callable

from golive.target import ProductTarget, Target

Opener = Callable[[Target, ProductTarget], str]
"""Opens the capability once and says what it found in a few words; raises `Unverified` when it can't."""

_OPENERS: dict[str, Opener] = {}


def opens(capability: str) -> Callable[[Opener], Opener]:
    """Decorate the function of `fixtures/` that opens a capability, such as `"postgres"`."""

    def register(opener: Opener) -> Opener:
        _OPENERS[capability] = opener
        return opener

    return register


def opener(capability: str) -> Opener | None:
    """Return how to open the capability, None when no fixture can."""
    return _OPENERS.get(capability)
