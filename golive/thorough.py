"""How much is looked at by checks that sample or make up what they do: enough each time, more with `--thorough`.

A deployment waits for the usual run. The nightly one has hours: it looks at ten times as much, and tells other stories
each night, so that what is seldom is found in the end. A finding names its seed, by which it comes again.
"""

from __future__ import annotations

from golive import clock

FACTOR = 10
_chosen = {"thorough": False}


def choose(thorough: bool) -> None:
    """Have this process be thorough, or not."""
    _chosen["thorough"] = thorough


def is_thorough() -> bool:
    """Whether `--thorough` was given."""
    return _chosen["thorough"]


def more(usual: int) -> int:
    """Return how many of something are looked at, of which `usual` are usually enough."""
    return usual * FACTOR if is_thorough() else usual


def seed(usual: int) -> int:
    """Return by which seed things are made up: always the same, or one of the day."""
    return int(f"{clock.now():%Y%m%d}") if is_thorough() else usual
