"""Ends a check that looked for several problems: all of them are said at once."""

from __future__ import annotations

from collections.abc import Iterable


def conclude(problems: Iterable[str | None], *, hint: str = "") -> None:
    """Fail with every problem, one per line; return when there is none. None stands for "no problem here".

    `hint`: what to do about them, where it is the same for all: said once, at the end.

    Raises:
        AssertionError: naming the problems in the order found, each once.
    """
    __tracebackhide__ = True
    found = list(dict.fromkeys(p for p in problems if p))
    if found:
        raise AssertionError("\n".join([*found, hint] if hint else found))
