"""Judges live Redis keys by the documented families. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fixtures.documents.families import Family
from fixtures.redis.keyspace import Key

SLACK = 1.0
"""Seconds by which a lifetime may be read later than it was set."""


def family_of(key: Key, known: Sequence[Family]) -> Family | None:
    """The first documented family that a key is of."""
    return next((family for family in known if family.holds(key.name)), None)


def unexpiring(keys: Sequence[Key], known: Sequence[Family]) -> list[str]:
    """Shapes of keys that stay for ever though nobody says that they may, with how many there are."""
    found = Counter(
        key.shown
        for key in keys
        if key.seconds is None and not ((family := family_of(key, known)) and family.longest is None)
    )
    return [f"{count} keys {shape}" for shape, count in found.most_common()]


def outliving(keys: Sequence[Key], known: Sequence[Family]) -> list[str]:
    """Shapes of keys that live longer than their family may, with the longest that was seen."""
    worst: dict[str, tuple[float, float]] = {}
    for key in keys:
        family = family_of(key, known)
        if key.seconds is None or family is None or family.longest is None or key.seconds <= family.longest + SLACK:
            continue
        worst[key.shown] = max(worst.get(key.shown, (0.0, 0.0)), (key.seconds, family.longest))
    return [f"{shape} lives {seen:.0f} s, documented are at most {most:.0f} s" for shape, (seen, most) in worst.items()]


def unmapped(keys: Sequence[Key], known: Sequence[Family]) -> list[str]:
    """Shapes of keys that no documented family holds, with how many there are and whether they stay."""
    found = Counter((key.shown, key.seconds is None) for key in keys if family_of(key, known) is None)
    return [
        f"{count} keys {shape}" + (" that never expire" if stays else "") for (shape, stays), count in found.items()
    ]
