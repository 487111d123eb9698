"""Whether a matrix of controls answers every criterion with something that still shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

COUNTS = {"CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2}
"""How many common criteria each series has (AICPA TSP section 100, 2017, which SOC 2 reports are about)."""
CRITERIA = tuple(f"{series}.{number}" for series, count in COUNTS.items() for number in range(1, count + 1))


def unmapped(criteria: Collection[str]) -> list[str]:
    """Return the common criteria that no control answers."""
    return [criterion for criterion in CRITERIA if criterion not in criteria]


def series(criteria: Iterable[str]) -> int:
    """Count the series, CC1 to CC9, of which every criterion is answered."""
    missing = {criterion.partition(".")[0] for criterion in unmapped(set(criteria))}
    return len(COUNTS) - len(missing)


def failing(words: Iterable[str], now: Mapping[str, str], accepted: Collection[str]) -> list[str]:
    """Say which of a control's observations fail and were not taken on.

    Args:
        words: what the control is looked at by.
        now: word to what is wrong there; a word that holds is there with an empty text.
        accepted: words of failures that somebody entitled took on until a date.
    """
    found = []
    for word in words:
        if word not in now:
            found.append(f"{word} is not there to be looked at")
        elif now[word] and word not in accepted:
            found.append(f"{word}: {now[word]}")
    return found
