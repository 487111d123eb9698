"""Roll-ups: no group passes on less than all of its lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.catalogue import Kind
from golive.rollup import State, final_box, roll_up, with_final_boxes
from golive.verdict import Verdict
from selftest.engine.made_runs import CATALOGUE, ITEMS, catalogue_of, line, result, results_of

PASSED, FAILED, UNVERIFIED, WAIVED = Verdict.PASSED, Verdict.FAILED, Verdict.UNVERIFIED, Verdict.WAIVED
NOT_WAIVABLE = "M-1.2.1"


def counted(verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    """Return the verdicts as a roll-up takes them: a waiver that can't be is none."""
    return {i: UNVERIFIED if v is WAIVED and i == NOT_WAIVABLE else v for i, v in verdicts.items()}


some_verdicts = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(Verdict))


@pytest.mark.parametrize(
    ("first", "second", "state", "words"),
    [
        (PASSED, PASSED, State.PASSED, "passed: 2 of 2 passed"),
        (PASSED, WAIVED, State.PASSED, "passed with 1 waiver: 1 of 2 passed"),
        (WAIVED, WAIVED, State.PASSED, "passed with 2 waivers: 0 of 2 passed"),
        (PASSED, FAILED, State.FAILED, "failed: 1 of 2 passed, 1 failed (M-1.1.2)"),
        (UNVERIFIED, FAILED, State.FAILED, "failed: 0 of 2 passed, 1 failed (M-1.1.2)"),
        (PASSED, UNVERIFIED, State.INCOMPLETE, "incomplete: 1 of 2 passed, 1 unverified (M-1.1.2)"),
        (UNVERIFIED, UNVERIFIED, State.INCOMPLETE, "incomplete: 0 of 2 passed, 2 unverified (M-1.1.1, M-1.1.2)"),
        (PASSED, None, State.PASSED, "passed so far: 1 of 1 passed; 1 not selected"),
        (None, FAILED, State.FAILED, "failed: 0 of 1 passed, 1 failed (M-1.1.2); 1 not selected"),
        (None, None, State.INCOMPLETE, "not selected"),
    ],
)
def test_group(first: Verdict | None, second: Verdict | None, state: State, words: str) -> None:
    verdicts = {i: v for i, v in (("M-1.1.1", first), ("M-1.1.2", second)) if v}
    group = roll_up(CATALOGUE, results_of(verdicts))["M-1.1"]
    assert (group.state, group.words) == (state, words)


@given(some_verdicts)
def test_each_item_is_counted_once_and_passed_means_all(verdicts: dict[str, Verdict]) -> None:
    for rollup in roll_up(CATALOGUE, results_of(verdicts)).values():
        parts = (rollup.passed, rollup.waived, rollup.failed, rollup.unverified, rollup.not_selected)
        ids = [i for part in parts for i in part]
        assert len(ids) == len(set(ids)) == rollup.total
        selected = {i: v for i, v in counted(verdicts).items() if i in ids}
        if rollup.id in ("M-1", "M-1.1", "M-1.2"):
            assert (rollup.state is State.PASSED) == (
                bool(selected) and all(v in (PASSED, WAIVED) for v in selected.values())
            )
            assert (rollup.state is State.FAILED) == (FAILED in selected.values())


@given(some_verdicts)
def test_a_final_box_passes_only_when_every_line_of_it_was_selected_and_holds(verdicts: dict[str, Verdict]) -> None:
    box = roll_up(CATALOGUE, results_of(verdicts))["M-2.1"]
    under = {"M-1.1.1", "M-1.1.2", "M-1.2.1"}
    holds = all(counted(verdicts).get(i) in (PASSED, WAIVED) for i in under)
    assert (final_box(CATALOGUE["M-2.1"], box).verdict is PASSED) == holds
    assert box.total == len(under), "rolls_up_except was not left out"


@given(some_verdicts, st.sampled_from(ITEMS))
def test_turning_one_line_bad_never_makes_a_roll_up_pass(verdicts: dict[str, Verdict], worse: str) -> None:
    before = roll_up(CATALOGUE, results_of(verdicts))
    for bad in (FAILED, UNVERIFIED):
        after = roll_up(CATALOGUE, results_of({**verdicts, worse: bad}))
        for line_id, rollup in after.items():
            touched = worse in (*rollup.failed, *rollup.unverified)
            assert rollup.state is not State.PASSED or not touched
            if not touched and line_id != "M-2":
                assert rollup.state is before[line_id].state


def test_a_box_passes_with_waivers_and_says_so() -> None:
    results = results_of(dict.fromkeys(ITEMS, PASSED) | {"M-1.1.2": WAIVED})
    box = with_final_boxes(CATALOGUE, results, ["M-2.1"])[-1]
    assert box.verdict is PASSED
    assert box.message == "passed with 1 waiver: 2 of 3 passed"
    assert box.observed == "3 of 3 lines"
    assert box.evidence[0].value == {"passed": 2, "waived": 1, "failed": 0, "unverified": 0, "not_selected": 0}


def test_a_box_is_worked_out_anew_whatever_its_own_result_says() -> None:
    lies = [*results_of(dict.fromkeys(ITEMS, FAILED)), result("M-2.1", PASSED)]
    assert roll_up(CATALOGUE, lies)["M-2.1"].state is State.FAILED
    assert roll_up(CATALOGUE, lies)["M-2"].state is State.FAILED


def test_a_box_without_any_line_is_never_passed() -> None:
    catalogue = catalogue_of(
        line("M-1", kind="heading"), line("M-1.1", "M-1", rolls_up=["M-1.2"], limits=[]), line("M-1.2", "M-1", "group")
    )
    assert roll_up(catalogue, [])["M-1.1"].state is State.INCOMPLETE
    assert roll_up(catalogue, [])["M-1.2"].words == "incomplete: it has no lines"


def test_boxes_over_boxes() -> None:
    catalogue = catalogue_of(*CATALOGUE, line("M-2.2", "M-2", phase="golive", rolls_up=["M-2.1"], limits=[]))
    rollups = roll_up(catalogue, results_of(dict.fromkeys(ITEMS, PASSED) | {"M-1.1.1": UNVERIFIED}))
    assert rollups["M-2.2"].unverified == ("M-1.1.1",)
    assert rollups["M-2"].unverified == ("M-2.1", "M-2.2")


def test_every_heading_group_and_box_has_a_roll_up_in_document_order() -> None:
    wanted = [x.id for x in CATALOGUE if x.kind is not Kind.ITEM or x.rolls_up]
    assert list(roll_up(CATALOGUE, [])) == wanted
