"""Names: whichever server leads elsewhere is named."""

from __future__ import annotations

import pytest

from tests.judges.names import (
    answer_problem,
    bare_serial,
    issuer_problem,
    parents,
    record_problem,
    same_problem,
    zone_of,
)


@pytest.mark.parametrize(
    ("found", "allowed", "recorded", "said"),
    [
        ({"192.0.2.1"}, {"192.0.2.1", "192.0.2.2"}, True, None),
        (set(), set(), False, None),
        ({"192.0.2.9"}, {"192.0.2.1"}, True, "one: A of a.example is 192.0.2.9, want 192.0.2.1"),
        ({"192.0.2.1", "192.0.2.9"}, {"192.0.2.1"}, True, "one: A of a.example is 192.0.2.9, want 192.0.2.1"),
        ({"192.0.2.9"}, set(), False, "one: A of a.example is 192.0.2.9, want no A, as its destination has none"),
        (set(), {"192.0.2.1"}, True, "one: A of a.example is not answered, and the account's zone has it"),
        ({"192.0.2.1"}, {"192.0.2.1"}, False,
         "one: A of a.example is 192.0.2.1, and the account's zone has no such record"),
    ],
)  # fmt: skip
def test_an_answer(found: set[str], allowed: set[str], recorded: bool, said: str | None) -> None:
    assert answer_problem("one", "a.example", "A", found, allowed, recorded=recorded) == said


def test_a_record_leads_to_the_balancer_or_elsewhere() -> None:
    assert record_problem("zone", "a.example", "A", ["new.example"], ["New.example."]) is None
    assert record_problem("zone", "a.example", "A", ["old.example"], ["new.example"]) == (
        "zone: the A record of a.example leads to old.example, want new.example"
    )


def test_servers_say_what_the_account_says() -> None:
    assert same_problem("one", "example", "NS", ("b", "a"), ["a", "b"]) is None
    assert "is nothing, the account says a" in (same_problem("one", "example", "NS", (), ["a"]) or "")
    assert "is a, the account says none" in (same_problem("one", "example", "NS", ["a"], []) or "")


@pytest.mark.parametrize(
    ("sets", "problem"),
    [
        ({"a.b.example": [], "b.example": ['0 issue "ours.example"']}, None),
        ({"a.b.example": [], "b.example": ['0 issue "ours.example; validationmethods=dns-01"']}, None),
        ({"a.b.example": ['0 issue "other.example"'], "b.example": ['0 issue "ours.example"']},
         "one: CAA at a.b.example admits other.example, want ours.example"),
        ({"b.example": ['0 issuewild "ours.example"']},
         "one: CAA at b.example admits nobody by name, want ours.example"),
        ({"b.example": []}, "one: CAA at a.b.example admits nobody by name, want ours.example"),
    ],
)  # fmt: skip
def test_who_may_issue(sets: dict[str, list[str]], problem: str | None) -> None:
    assert issuer_problem("one", "a.b.example", sets, ["ours.example"]) == problem


def test_the_small_ones() -> None:
    assert parents("a.b.example", "b.example") == ["a.b.example", "b.example"]
    assert zone_of("a.b.example", ["example", "b.example", "xb.example"]) == "b.example"
    assert zone_of("a.other", ["example"]) is None
    assert bare_serial("0A:bc") == bare_serial("abc")
