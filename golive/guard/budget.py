"""Calls that cost money are counted against the target's budget, over all xdist workers of a run together.

The count is in a small file under a lock. A process that was not told its budget has none.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from golive.verdict import Unobservable

_LOCK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Budget:
    """What one run may spend, in paid calls; `file` holds what it has spent."""

    limit: float
    file: Path

    def spend(self, paid: float, what: str) -> None:
        """Take `paid` calls from the budget, before they are made.

        Args:
            paid: calls to paid third parties that will be caused; 0 is free.
            what: the call, for the message.

        Raises:
            Unobservable: that is more than what is left; nothing was taken.
        """
        if paid <= 0:
            return
        try:
            with FileLock(f"{self.file}.lock", timeout=_LOCK_SECONDS):
                spent = self.spent()
                if spent + paid > self.limit:
                    raise Unobservable(
                        f"budget of paid calls is spent: {spent:g} of {self.limit:g} are used, {what} needs {paid:g}",
                        "Raise `budget.paid_calls` in the target, or run fewer of the checks that cost",
                    )
                self.file.write_text(repr(spent + paid), encoding="ascii")
        except Timeout:
            raise Unobservable(f"the budget file {self.file} stayed locked", "Remove it if no run uses it") from None

    def spent(self) -> float:
        """Return the paid calls that the run has made so far."""
        try:
            return float(self.file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0.0

    def remove(self) -> None:
        """Remove the file when the run is over."""
        for path in (self.file, Path(f"{self.file}.lock")):
            path.unlink(missing_ok=True)


_budget: Budget | None = None


def configure(limit: float, run: str) -> Budget:
    """Set the budget of this process and return it.

    Args:
        limit: paid calls, from the target's `budget.paid_calls`.
        run: the run's id, the same in all its workers.
    """
    global _budget
    _budget = Budget(limit, Path(tempfile.gettempdir()) / f"golive-budget-{run}")
    return _budget


def spend(paid: float, what: str) -> None:
    """Take `paid` calls from this process's budget. Raises `Unobservable` when they are not there."""
    if paid <= 0:
        return
    if _budget is None:
        raise Unobservable(f"{what} costs money and this run has no budget", "Give the target a `budget.paid_calls`")
    _budget.spend(paid, what)
