"""The proofs. Healthy: all pass. Under each fault: exactly its lines fail and name it. Healed: all pass again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from reference.faults import Fault, load_faults
from selftest.proofs.batches import drills_apart, first_hard
from selftest.proofs.bench import Bench
from selftest.proofs.marked import lines_marked, of_infrastructure
from selftest.proofs.runner import DRILLS, collected
from selftest.proofs.surprises import Shown, turned, unproven

FAULTS = load_faults()
SMOKE = lines_marked("smoke")
INFRASTRUCTURE = of_infrastructure()
HARDEST = first_hard(FAULTS.values(), INFRASTRUCTURE - SMOKE - DRILLS)
# `make test` has minutes: it shows the faults of smoke lines, and a hard one of each line of infrastructure and data
# stores. `infra` shows all of these but drills, `quick` all but drills, which wait longest, `make prove` all.
# A fault is about the first of its lines; others may turn with it.
SELECTIONS: dict[str, Callable[[Fault], bool]] = {
    "smoke": lambda fault: set(fault.fails) <= SMOKE,
    "test": lambda fault: set(fault.fails) <= SMOKE or fault in HARDEST,
    "infra": lambda fault: fault.fails[0] in SMOKE | INFRASTRUCTURE and not set(fault.fails) & DRILLS,
    "quick": lambda fault: not set(fault.fails) & DRILLS,
    "all": lambda fault: True,  # noqa: ARG005
}
SELECTION = os.environ.get("GOLIVE_PROOFS", "test")
SELECTED = SELECTIONS[SELECTION]
FEW = 8
"""So few faults in a batch are drills, or left over from the others: just their own lines run under them."""
PATIENCE = 10800
"""Seconds: the first test of a batch waits for all of it, and where a line surprises for all of it once more."""
SHOWN = [fault for fault in FAULTS.values() if SELECTED(fault)]
BATCHES = drills_apart(SHOWN, DRILLS)


def shown(bench: Bench, number: int) -> Shown:
    batch = BATCHES[number]
    return bench.show(batch, set() if len(batch) <= FEW else SMOKE)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("bench") / "target.toml")
    bench.start()
    try:
        yield bench
    finally:
        bench.stop()


def _proofs() -> Iterator[object]:
    for number, batch in enumerate(BATCHES):
        for fault in batch:
            mark = pytest.mark.xdist_group(f"batch-{number}")
            yield pytest.param(number, fault, id=fault.name, marks=mark)


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize(("number", "fault"), list(_proofs()))
def test_exactly_its_lines_fail_and_name_it(bench: Bench, number: int, fault: Fault) -> None:
    assert not list(map(str, unproven(fault, shown(bench, number))))


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize(
    "number", [pytest.param(n, marks=pytest.mark.xdist_group(f"batch-{n}")) for n in range(len(BATCHES))]
)
def test_nothing_else_turns(bench: Bench, number: int) -> None:
    batch = BATCHES[number]
    assert not list(map(str, turned(batch, shown(bench, number)))), f"under {', '.join(f.name for f in batch)}"


def test_every_check_has_a_fault_and_a_hard_fault() -> None:
    proven = {i for f in FAULTS.values() if not f.hard for i in f.fails}
    hard = {i for f in FAULTS.values() if f.hard for i in f.fails}
    assert not set(collected()) - proven, "checks that no fault proves"
    assert not set(collected()) - hard, "checks that no hard fault proves"


def test_smoke_lines_are_found_in_the_sources() -> None:
    assert len(SMOKE) >= 70
    assert set(collected()) >= SMOKE | DRILLS


def test_faults_are_about_lines_with_a_check() -> None:
    stray = {f.name: i for f in FAULTS.values() for i in f.fails if i not in collected()}
    assert not stray, "faults that declare lines without a check"
