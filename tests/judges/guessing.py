"""Judges whether guessing was stopped. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STOPPED = (403, 423, 429)
"""423 is what some answer for an account that is locked."""
SLACK = 2.0
"""Seconds that rounding may add."""


@dataclass(frozen=True)
class Guesses:
    """One series of guesses from one address, each of which says that it comes from elsewhere.

    `answers`: status and Retry-After (empty: none) in order. `right`: what the right password was answered meanwhile,
    from another address; None: not tried. `neighbours`: what others were answered who signed in meanwhile.
    """

    what: str
    answers: Sequence[tuple[int, str]]
    right: int | None
    neighbours: Sequence[int]

    @property
    def admitted(self) -> int:
        """How many were looked at before the first was refused unseen."""
        return next((n for n, (status, _) in enumerate(self.answers) if status in STOPPED), len(self.answers))


def guess_problems(guesses: Guesses, window: float) -> list[str]:
    """Return what is wrong beside the number of attempts; `window`: the seconds for which guessing must be stopped."""
    stopped = [after for status, after in guesses.answers if status in STOPPED]
    if not stopped:
        return []
    found = []
    if later := sum(status not in STOPPED for status, _ in guesses.answers[guesses.admitted :]):
        found.append(f"{guesses.what}: {later} were looked at again after the first refusal")
    waits = [float(after) for after in stopped if after.strip().isdigit()]
    if len(waits) < len(stopped):
        found.append(f"{guesses.what}: {len(stopped) - len(waits)} refusals give no Retry-After in seconds")
    if waits and max(waits) > window + SLACK:
        found.append(f"{guesses.what}: Retry-After is {max(waits):g} s, longer than the window of {window:g} s")
    if guesses.right is not None and guesses.right not in STOPPED:
        found.append(f"{guesses.what}: the right password was answered {guesses.right} meanwhile: the lock is none")
    if hit := [status for status in guesses.neighbours if status >= 400]:
        found.append(f"{guesses.what}: somebody else who signed in meanwhile was answered {hit[0]}")
    return found
