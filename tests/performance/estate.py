"""Fifty sentences that somebody who sells houses says, each to somebody else each time, so that no cache answers."""

from __future__ import annotations

import random

SUBJECTS = (
    "The house on Maple Street", "The flat near the park", "The cottage by the lake", "This garden apartment",
    "The villa with the pool", "The loft above the market", "The bungalow on the hill", "The corner office",
    "The old farm house", "The second listing",
)  # fmt: skip
PREDICATES = (
    "has three bedrooms and two baths", "is open for a visit on Friday", "was renovated last spring",
    "can be rented from the first of May", "is still within your budget",
)  # fmt: skip
NAMES = (
    "Harper", "Ellis", "Morgan", "Parker", "Quinn", "Rowan", "Sawyer", "Taylor", "Avery", "Bailey", "Carter", "Dakota",
    "Emerson", "Finley", "Grayson", "Hayden", "Jordan", "Kendall", "Logan", "Mason", "Nolan", "Oakley", "Peyton",
)  # fmt: skip
SENTENCES = tuple(f"{subject} {predicate}" for predicate in PREDICATES for subject in SUBJECTS)
STEP = 11
"""From one to the next, so that few of them have all subjects and all predicates too."""


def sentences(count: int) -> list[str]:
    """Return so many of the fifty, in turn, each with two names."""
    return [f"{SENTENCES[STEP * n % len(SENTENCES)]}, {' '.join(random.sample(NAMES, 2))}" for n in range(count)]
