"""The proofs. Healthy: all pass. Under each fault: exactly its lines fail and name it. Healed: all pass again."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reference.faults import Fault, load_faults
from reference.session import Session
from selftest.proofs.batches import batches
from selftest.proofs.marked import lines_marked
from selftest.proofs.runner import Verdicts, collected, run_checks

Shown = tuple[Verdicts, Verdicts, Verdicts]
"""The verdicts before, under and after the faults of a batch."""

FAULTS = load_faults()
SMOKE = lines_marked("smoke")
# `make test` has minutes: it proves the smoke lines. `make prove` proves all, drills that wait for recoveries too.
SHOWN = [f for f in FAULTS.values() if os.environ.get("GOLIVE_PROOFS") == "all" or set(f.fails) <= SMOKE]
BATCHES = batches(SHOWN)


@dataclass
class Bench:
    """A deployment of its own for this process, and what the batches showed on it, each run once."""

    session: Session
    healthy: Verdicts | None = None
    shown: dict[int, Shown | Exception] = field(default_factory=dict)

    def run(self, extra: set[str]) -> Verdicts:
        """Verdicts of all smoke checks, and of the checks of `extra` lines that are not among them."""
        verdicts = run_checks(self.target, "tests", "-m", "smoke")
        return self.with_lines(verdicts, extra - set(verdicts.lines))

    def with_lines(self, known: Verdicts, lines: set[str]) -> Verdicts:
        """`known` with the verdicts of just these lines, made now."""
        nodes = sorted(collected()[i] for i in lines if i in collected())
        fresh = run_checks(self.target, *nodes).lines if nodes else {}
        return Verdicts({**known.lines, **fresh}, known.output)

    @property
    def target(self) -> Path:
        assert self.session.target_file is not None
        return self.session.target_file

    def show(self, number: int) -> Shown:
        """Before, under and after the faults of a batch. One that surprises is shown once more, and says so.

        Two cores run all parts, the suite and this: a part that is late can make one verdict of thousands another.
        What is wrong with a check or a fault is wrong twice.
        """
        if number not in self.shown:
            shown, first = self._attempt(number)
            if first:
                warnings.warn(f"batch {number} is shown again, since: {'; '.join(first)[:3000]}", stacklevel=2)
                self.healthy = None
                shown, _ = self._attempt(number)
            self.shown[number] = shown
        known = self.shown[number]
        if isinstance(known, Exception):
            raise known
        return known

    def _attempt(self, number: int) -> tuple[Shown | Exception, list[str]]:
        """What a batch showed, or why it could not be shown, and all that surprises about it."""
        try:
            shown = self._show(number)
            return shown, list(surprises(BATCHES[number], *shown))
        except Exception as error:  # kept: fifty tests ask for the same batch
            return error, [f"{type(error).__name__}: {error}"]

    def _show(self, number: int) -> Shown:
        batch = BATCHES[number]
        lines = {i for f in batch for i in f.fails}
        before = self.healthy or self.run(lines)
        before = self.with_lines(before, lines - set(before.lines))
        with self.session.broken(*(f.name for f in batch)):
            under = self.run(lines)
        # What did not turn is seen again under the next batch: healed, the others are enough.
        self.healthy = self.with_lines(before, lines | set(under.not_passed()))
        return before, under, self.healthy


def unproven(fault: Fault, before: Verdicts, under: Verdicts, after: Verdicts) -> Iterator[str]:
    """What keeps the fault from being proven: each of its lines passes, fails and names it, and passes again."""
    for line in fault.fails:
        row = under.lines[line]
        if before.lines[line]["verdict"] != "passed":
            yield f"{line} before {fault.name}: {before.lines[line]['message']}"
        if row["verdict"] != "failed":
            yield f"{line} under {fault.name} is {row['verdict']}: {row['message']}"
        elif not re.search(fault.messages[line], row["message"], re.S):
            yield f"{line} does not name {fault.name}: {row['message']}"
        if after.lines[line]["verdict"] != "passed":
            yield f"{line} after {fault.name}: {after.lines[line]['message']}"


def turned(batch: list[Fault], before: Verdicts, under: Verdicts, after: Verdicts) -> Iterator[str]:
    """Lines that turned and no fault of the batch declares."""
    declared = {i for f in batch for i in f.fails}
    for when, verdicts in (("before", before), ("under", under), ("after", after)):
        for line, why in verdicts.not_passed().items():
            if when != "under" or line not in declared:
                yield f"{line} {when} the batch: {why}"


def surprises(batch: list[Fault], before: Verdicts, under: Verdicts, after: Verdicts) -> Iterator[str]:
    """All that is not as the faults of a batch declare."""
    yield from turned(batch, before, under, after)
    for fault in batch:
        yield from unproven(fault, before, under, after)


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("bench")
    with Session(target_file=folder / "target.toml") as session:
        yield Bench(session)


def _proofs() -> Iterator[object]:
    for number, batch in enumerate(BATCHES):
        for fault in batch:
            mark = pytest.mark.xdist_group(f"batch-{number}")
            yield pytest.param(number, fault, id=fault.name, marks=mark)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("number", "fault"), list(_proofs()))
def test_exactly_its_lines_fail_and_name_it(bench: Bench, number: int, fault: Fault) -> None:
    assert not list(unproven(fault, *bench.show(number)))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "number", [pytest.param(n, marks=pytest.mark.xdist_group(f"batch-{n}")) for n in range(len(BATCHES))]
)
def test_nothing_else_turns(bench: Bench, number: int) -> None:
    names = ", ".join(f.name for f in BATCHES[number])
    assert not list(turned(BATCHES[number], *bench.show(number))), f"under {names}"


def test_every_check_has_a_fault_and_a_hard_fault() -> None:
    proven = {i for f in FAULTS.values() if not f.hard for i in f.fails}
    hard = {i for f in FAULTS.values() if f.hard for i in f.fails}
    assert not set(collected()) - proven, "checks that no fault proves"
    assert not set(collected()) - hard, "checks that no hard fault proves"


def test_smoke_lines_are_found_in_the_sources() -> None:
    assert len(SMOKE) >= 70
    assert set(collected()) >= SMOKE


def test_faults_are_about_lines_with_a_check() -> None:
    stray = {f.name: i for f in FAULTS.values() for i in f.fails if i not in collected()}
    assert not stray, "faults that declare lines without a check"
