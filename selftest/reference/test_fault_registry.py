"""The registry refuses faults that would prove nothing, and reports what a fault's own code does wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reference import faulting, faults
from reference.faulting import FaultError, Faulting
from reference.faults import Fault, fault

GOOD: dict[str, Any] = {
    "name": "a-fault",
    "breaks": "it",
    "fails": ["AURA-1.1"],
    "message": "broken",
    "touches": {"aws:ecs"},
}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "A fault"}, "lower-case words"),
        ({"fails": []}, "names no line"),
        ({"touches": set()}, "names nothing that it touches"),
        ({"fails": ["AURA-1.1", "AURA-1.1"]}, "twice"),
        ({"message": {"AURA-2.2": "x"}}, "AURA-1.1, AURA-2.2"),
        ({"message": ".*"}, "matches any message"),
        ({"message": "("}, "not a regular expression"),
    ],
)
def test_a_fault_that_proves_nothing_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        fault(**(GOOD | change))


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    registry: dict[str, Fault] = {}
    monkeypatch.setattr(faults, "_FAULTS", registry)
    monkeypatch.setattr(faulting, "load_faults", lambda: registry)


def faulting_with(*functions: Any) -> Faulting:
    for name, function in functions:
        fault(**(GOOD | {"name": name}))(function)
    return Faulting(None)  # type: ignore[arg-type]


def test_a_fault_is_entered_once_and_left_once() -> None:
    seen: list[str] = []

    def lamp(_deployment: object) -> Iterator[None]:
        seen.append("off")
        yield
        seen.append("on")

    faults_in_place = faulting_with(("lamp-off", lamp))
    faults_in_place.break_("lamp-off")
    with pytest.raises(FaultError, match="already in place"):
        faults_in_place.break_("lamp-off")
    assert (faults_in_place.active, seen) == (["lamp-off"], ["off"])
    faults_in_place.heal("lamp-off")
    assert (faults_in_place.active, seen) == ([], ["off", "on"])
    with pytest.raises(FaultError, match="not in place"):
        faults_in_place.heal("lamp-off")


def test_a_fault_that_fails_is_reported_with_its_name() -> None:
    def cannot_break(_deployment: object) -> Iterator[None]:
        raise OSError("no such wire")
        yield

    def cannot_heal(_deployment: object) -> Iterator[None]:
        yield
        raise OSError("wire is gone")

    faults_in_place = faulting_with(("cannot-break", cannot_break), ("cannot-heal", cannot_heal))
    with pytest.raises(FaultError, match="cannot-break could not break the deployment: OSError: no such wire"):
        faults_in_place.break_("cannot-break")
    assert faults_in_place.active == []
    faults_in_place.break_("cannot-heal")
    with pytest.raises(FaultError, match=r"cannot-heal could not heal the deployment.*wire is gone"):
        faults_in_place.heal_all()


def test_a_misspelt_name_gets_a_proposal() -> None:
    def lamp(_deployment: object) -> Iterator[None]:
        yield

    with pytest.raises(FaultError, match="did you mean lamp-off"):
        faulting_with(("lamp-off", lamp)).break_("lampoff")


def test_one_name_is_one_fault() -> None:
    def lamp(_deployment: object) -> Iterator[None]:
        yield

    def torch(_deployment: object) -> Iterator[None]:
        yield

    with pytest.raises(ValueError, match=r"is in .* and in"):
        faulting_with(("lamp-off", lamp), ("lamp-off", torch))
