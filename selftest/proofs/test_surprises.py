"""What counts as proven, and what does not, over made-up verdicts."""

from __future__ import annotations

from collections.abc import Iterator

from reference.deployment import Deployment
from reference.faults import Fault
from selftest.proofs.batches import batches, declared, drills_apart
from selftest.proofs.runner import Verdicts
from selftest.proofs.surprises import Shown, surprises


def nothing(_deployment: Deployment) -> Iterator[None]:
    yield


def fault(name: str, *lines: str, touches: str = "thing") -> Fault:
    return Fault(name, name, lines, dict.fromkeys(lines, "is broken"), frozenset({touches}), False, nothing, __name__)


def verdicts(**lines: str) -> Verdicts:
    """`a="failed: it is broken"`."""
    return Verdicts({i: dict(zip(("verdict", "message"), said.split(": "), strict=True)) for i, said in lines.items()})


FINE = verdicts(a="passed: ", b="passed: ")
BROKEN = verdicts(a="failed: it is broken", b="passed: ")
BATCH = [fault("one", "a")]


def found(shown: Shown) -> list[str]:
    return [str(s) for s in surprises(BATCH, shown)]


def test_a_line_that_passes_fails_by_name_and_passes_again_is_proven() -> None:
    assert not found(Shown(FINE, BROKEN, FINE))


def test_a_line_that_does_not_turn_or_turns_for_another_reason_is_not_proven() -> None:
    assert found(Shown(FINE, FINE, FINE)) == ["a under one is passed: "]
    assert found(Shown(FINE, verdicts(a="unverified: it is broken", b="passed: "), FINE))
    assert found(Shown(FINE, verdicts(a="failed: it is blue", b="passed: "), FINE)) == [
        "a does not name one: it is blue"
    ]


def test_a_line_that_is_not_healed_or_was_never_healthy_is_not_proven() -> None:
    assert found(Shown(FINE, BROKEN, BROKEN)) == ["a after one is failed: it is broken"]
    assert found(Shown(BROKEN, BROKEN, FINE)) == ["a before one is failed: it is broken"]


def test_a_line_that_turns_and_is_not_declared_is_told() -> None:
    under = verdicts(a="failed: it is broken", b="unverified: late")
    assert found(Shown(FINE, under, FINE)) == ["b under the batch is unverified: late"]
    assert found(Shown(FINE, BROKEN, verdicts(a="passed: ", b="failed: left")))


def test_what_is_shown_again_replaces_what_was_shown() -> None:
    again = Shown(verdicts(a="passed: "), verdicts(a="failed: it is broken"), verdicts(a="passed: "))
    assert not found(Shown(FINE, FINE, FINE).updated(again))


def test_what_touches_everything_shares_a_batch_with_nothing() -> None:
    assert len(batches([fault("one", "a", touches="x"), fault("all", "b", touches="*")])) == 2


def test_drills_share_no_batch_with_others() -> None:
    drill, one, two = fault("drill", "d"), fault("one", "a", touches="x"), fault("two", "b", touches="y")
    assert drills_apart([one, drill, two], {"d"}) == [[drill], [one, two]]
    assert [declared(b) for b in batches([one, two, fault("three", "a", touches="z")])] == [{"a", "b"}, {"a"}]
