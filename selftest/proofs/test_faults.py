"""The proofs. Healthy: all pass. Under each fault: exactly its lines fail and name it. Healed: all pass again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reference.faults import Fault, load_faults
from reference.session import Session
from selftest.proofs.batches import batches
from selftest.proofs.runner import Verdicts, collected, run_checks

FAULTS = load_faults()
BATCHES = batches(list(FAULTS.values()))


@dataclass
class Bench:
    """A deployment of its own for this process, and what the batches showed on it, each run once."""

    session: Session
    healthy: Verdicts | None = None
    shown: dict[int, tuple[Verdicts, Verdicts, Verdicts]] = field(default_factory=dict)

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

    def show(self, number: int) -> tuple[Verdicts, Verdicts, Verdicts]:
        """Before, under and after the faults of a batch."""
        if number not in self.shown:
            batch = BATCHES[number]
            lines = {i for f in batch for i in f.fails}
            before = self.healthy or self.run(lines)
            before = self.with_lines(before, lines - set(before.lines))
            with self.session.broken(*(f.name for f in batch)):
                under = self.run(lines)
            # What did not turn is seen again under the next batch: healed, the others are enough.
            self.healthy = self.with_lines(before, lines | set(under.not_passed()))
            self.shown[number] = before, under, self.healthy
        return self.shown[number]


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


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("number", "fault"), list(_proofs()))
def test_exactly_its_lines_fail_and_name_it(bench: Bench, number: int, fault: Fault) -> None:
    before, under, after = bench.show(number)
    for line in fault.fails:
        assert before.lines[line]["verdict"] == "passed", f"{line} before: {before.lines[line]['message']}"
        row = under.lines[line]
        assert row["verdict"] == "failed", f"{line} under {fault.name} is {row['verdict']}: {row['message']}"
        assert re.search(fault.messages[line], row["message"], re.S), f"{line} does not name it: {row['message']}"
        assert after.lines[line]["verdict"] == "passed", f"{line} after: {after.lines[line]['message']}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "number", [pytest.param(n, marks=pytest.mark.xdist_group(f"batch-{n}")) for n in range(len(BATCHES))]
)
def test_nothing_else_turns(bench: Bench, number: int) -> None:
    before, under, after = bench.show(number)
    declared = {i for f in BATCHES[number] for i in f.fails}
    turned = {i: why for i, why in under.not_passed().items() if i not in declared}
    names = ", ".join(f.name for f in BATCHES[number])
    assert not before.not_passed(), "not healthy before"
    assert not turned, f"lines that no fault of the batch declares ({names})"
    assert not after.not_passed(), f"not healthy after {names}"


def test_every_check_has_a_fault_and_a_hard_fault() -> None:
    proven = {i for f in FAULTS.values() if not f.hard for i in f.fails}
    hard = {i for f in FAULTS.values() if f.hard for i in f.fails}
    assert not set(collected()) - proven, "checks that no fault proves"
    assert not set(collected()) - hard, "checks that no hard fault proves"


def test_faults_are_about_lines_with_a_check() -> None:
    stray = {f.name: i for f in FAULTS.values() for i in f.fails if i not in collected()}
    assert not stray, "faults that declare lines without a check"
