"""The gate: GO needs every line in scope."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.gate import AGAIN, LONGEST, MOST_REASONS, Scope, decide
from golive.results import LineResult
from golive.verdict import Verdict
from selftest.engine.made_runs import CATALOGUE, ITEMS, items_of, result, results_of, wide_catalogue

RELEASE = Scope.of_release(CATALOGUE, ["made"])
ALL_PASSED = results_of(dict.fromkeys(ITEMS, Verdict.PASSED))


def test_go_when_every_line_passed() -> None:
    gate = decide(CATALOGUE, ALL_PASSED, RELEASE)
    assert gate.go
    assert gate.blocking == ()
    assert gate.reasons == ("all 4 lines in scope passed",)


def test_the_scope_of_a_release_leaves_out_what_is_judged_after_the_launch() -> None:
    assert RELEASE.lines == ("M-1.1.1", "M-1.1.2", "M-1.2.1", "M-2.1")
    assert Scope.of_release(CATALOGUE, ["other"]).lines == ()


def test_a_sustained_line_that_failed_takes_the_go_back() -> None:
    gate = decide(CATALOGUE, results_of(dict.fromkeys(ITEMS, Verdict.PASSED) | {"M-1.2.2": Verdict.FAILED}), RELEASE)
    assert not gate.go
    assert [r.id for r in gate.blocking] == ["M-1.2.2"]
    assert gate.reasons[1].startswith("M-1.2.2 failed: takes the GO back (sustained): orders-db: retention")


@pytest.mark.parametrize("verdict", [Verdict.UNVERIFIED, Verdict.WAIVED])
def test_a_sustained_line_needs_no_verdict_and_may_be_waived(verdict: Verdict) -> None:
    assert decide(CATALOGUE, results_of(dict.fromkeys(ITEMS, Verdict.PASSED) | {"M-1.2.2": verdict}), RELEASE).go


def test_it_says_who_can_do_something_about_it() -> None:
    who = {"M-1.1.1": "to be waived by Ada", "M-1.2.1": "can't be waived, must pass"}
    gate = decide(CATALOGUE, results_of({"M-1.1.2": Verdict.PASSED}), RELEASE, "pytest --target t.toml", who)
    assert "to be waived by Ada: M-1.1.1" in gate.reasons
    assert "can't be waived, must pass: M-1.2.1" in gate.reasons
    assert gate.reasons[-1].startswith('to verify one again: pytest --target t.toml -k "[M-')


def test_a_selection_judges_what_was_selected_whatever_its_phase() -> None:
    results = results_of({"M-1.2.2": Verdict.FAILED})
    assert not decide(CATALOGUE, results, Scope.of_selection("-k M-1.2.2", ["M-1.2.2"])).go


@pytest.mark.parametrize("scope", [Scope("nothing", ()), Scope.of_release(CATALOGUE, ["other"])])
def test_an_empty_scope_is_no_go(scope: Scope) -> None:
    gate = decide(CATALOGUE, ALL_PASSED, scope)
    assert not gate.go
    assert gate.reasons[0].startswith("nothing was verified")


def test_nothing_but_waivers_is_no_go() -> None:
    gate = decide(CATALOGUE, results_of({"M-1.1.1": Verdict.WAIVED}), Scope("one", ("M-1.1.1",)))
    assert not gate.go
    assert gate.reasons == ("nothing was verified: every line in scope is waived",)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            result("M-1.2.1", Verdict.FAILED),
            "M-1.2.1 failed: orders-db: retention of M-1.2.1 is 7 days, want >= 30 days",
        ),
        (result("M-1.2.1", Verdict.UNVERIFIED, message="no check yet"), "M-1.2.1 unverified: no check yet"),
        (result("M-1.2.1", Verdict.UNVERIFIED, message=""), "M-1.2.1 unverified: no reason was given"),
        (None, "M-1.2.1 unverified: not run: it has no verdict"),
        (result("M-1.2.1", Verdict.WAIVED), "M-1.2.1 unverified: waived, but this line can't be waived: make it pass"),
    ],
)
def test_each_way_not_to_pass_blocks_and_is_named(bad: LineResult | None, reason: str) -> None:
    gate = decide(CATALOGUE, [*(r for r in ALL_PASSED if r.id != "M-1.2.1"), *([bad] if bad else [])], RELEASE)
    assert not gate.go
    assert [r.id for r in gate.blocking] == ["M-1.2.1", "M-2.1"]
    assert gate.reasons[1] == reason
    assert "final boxes that stay open because of these: M-2.1" in gate.reasons


def test_a_waiver_needs_a_name() -> None:
    signed = result("M-1.1.1", Verdict.WAIVED)
    rest = [r for r in ALL_PASSED if r.id != "M-1.1.1"]
    gate = decide(CATALOGUE, [signed, *rest], RELEASE)
    assert gate.go
    assert gate.reasons == ("3 of 4 lines in scope passed, 1 waived", f"M-1.1.1 is waived: {signed.waiver}")
    nameless = result("M-1.1.1", Verdict.WAIVED, waiver=" ")
    assert "waived by nobody" in decide(CATALOGUE, [nameless, *rest], RELEASE).reasons[1]


def test_a_box_is_not_believed() -> None:
    results = [*results_of(dict.fromkeys(ITEMS, Verdict.FAILED)), result("M-2.1", Verdict.PASSED)]
    assert "M-2.1" in [r.id for r in decide(CATALOGUE, results, Scope("box", ("M-2.1",))).blocking]


def test_it_tells_how_to_verify_one_again_on_the_same_target() -> None:
    results = results_of(dict.fromkeys(ITEMS, Verdict.PASSED) | {"M-1.1.1": Verdict.FAILED})
    gate = decide(CATALOGUE, results, RELEASE, "pytest --target targets/prod.toml")
    again = next(r for r in gate.reasons if r.startswith(AGAIN))
    assert again == f'{AGAIN}: pytest --target targets/prod.toml "tests/infra/test_backups.py::test_kept[M-1.1.1]"'


WIDE = wide_catalogue(120)
WIDE_ITEMS = items_of(WIDE)


@given(
    st.lists(
        st.tuples(st.sampled_from(Verdict), st.sampled_from(["denied", "x" * 400, "a\nb", "", None])),
        min_size=1,
        max_size=120,
    )
)
def test_reasons_stay_short_and_go_is_only_for_all(told: list[tuple[Verdict, str | None]]) -> None:
    results = [
        result(i, verdict, WIDE, **({} if message is None else {"message": message}))
        for i, (verdict, message) in zip(WIDE_ITEMS, told, strict=False)
    ]
    scope = Scope.of_selection("selected", [r.id for r in results])
    gate = decide(WIDE, results, scope)
    good = {r.id for r in results if r.verdict in (Verdict.PASSED, Verdict.WAIVED)}
    assert gate.go == (len(good) == len(results) and any(r.verdict is Verdict.PASSED for r in results))
    assert gate.go or {r.id for r in gate.blocking} >= set(scope.lines) - good
    assert 0 < len(gate.reasons) <= MOST_REASONS
    assert all("\n" not in r and (len(r) <= LONGEST or r.startswith(AGAIN)) for r in gate.reasons)
    if any(r.verdict is Verdict.FAILED for r in results):
        assert any(" failed: " in r for r in gate.reasons[1:])
    if any(r.verdict is Verdict.UNVERIFIED for r in results):
        assert any(" unverified: " in r for r in gate.reasons[1:])
