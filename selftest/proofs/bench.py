"""A deployment of its own for a process, and what the batches of faults showed on it, each run once."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from pathlib import Path

from reference.faults import Fault
from reference.session import Session
from selftest.proofs.batches import declared
from selftest.proofs.runner import Verdicts, run_lines
from selftest.proofs.surprises import Shown, surprises

START = 600
"""Seconds until a deployment's start is given up: on two busy cores it can take minutes."""


class Bench:
    """Shows each batch once, before the first test that asks for it."""

    def __init__(self, target_file: Path) -> None:
        self._target = target_file
        self._session = Session(target_file=target_file, timeout=START)
        self._healthy = Verdicts({})
        self._shown: dict[tuple[str, ...], Shown | Exception] = {}

    def start(self) -> None:
        self._session.start()

    def stop(self) -> None:
        self._session.stop()

    def show(self, batch: Sequence[Fault], others: Collection[str]) -> Shown:
        """Before, under and after the faults of a batch. What surprises is shown once more, and the test says so.

        `others`: lines that run too, whatever the batch declares: none of them may turn.
        Two cores run all parts, the suite and this: a part that is late can make one verdict of thousands another.
        What is wrong with a check or a fault is wrong twice.
        """
        key = tuple(f.name for f in batch)
        if key not in self._shown:
            self._shown[key] = self._show(batch, declared(batch) | set(others))
        shown = self._shown[key]
        if isinstance(shown, Exception):
            raise shown
        return shown

    def _show(self, batch: Sequence[Fault], lines: Collection[str]) -> Shown | Exception:
        """What a batch showed, or why it could not be shown: kept, since fifty tests ask for the same batch."""
        try:
            shown = self._attempt(batch, lines)
        except Exception as error:
            warnings.warn(f"a batch is shown again, since {type(error).__name__}: {error}", stacklevel=3)
            self._renew()
            try:
                shown = self._attempt(batch, lines)
            except Exception as again:
                self._renew()
                return again
        surprising = list(surprises(batch, shown))
        if surprising:
            said = "; ".join(str(s) for s in surprising)
            warnings.warn(f"{len(surprising)} verdicts are shown again, since {said[:3000]}", stacklevel=3)
            try:
                shown = shown.updated(self._attempt(batch, {s.line for s in surprising}))
            except Exception as error:
                self._renew()
                return error
            if any(surprises(batch, shown)):  # the next batch is not to blame for what this one leaves
                self._renew()
        return shown

    def _attempt(self, batch: Sequence[Fault], lines: Collection[str]) -> Shown:
        """The verdicts of these lines. One that passed after an earlier batch need not be seen before this one."""
        known = {i: row for i, row in self._healthy.lines.items() if row["verdict"] == "passed"}
        before = Verdicts(known).updated(run_lines(self._target, set(lines) - set(known)))
        self._healthy = before
        with self._session.broken(*(f.name for f in batch)):
            under = run_lines(self._target, lines)
        # What did not turn is seen again under the next batch: healed, the others are enough.
        after = run_lines(self._target, (declared(batch) & set(lines)) | set(under.not_passed()))
        self._healthy = before.updated(after)
        return Shown(before.of(lines), under, self._healthy.of(lines))

    def _renew(self) -> None:
        """Another deployment in place of one that may not be healthy any more."""
        self._session.stop()
        self._session = Session(target_file=self._target, timeout=START)
        self._healthy = Verdicts({})
        self._session.start()
