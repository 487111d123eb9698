"""Entries for accesses, judged on made-up trails."""

from __future__ import annotations

from dataclasses import replace

from fixtures.tenancy.accesses import Access
from fixtures.tenancy.audited import Event
from tests.judges.accesses import foreign, matched, unlogged

READ = Access("v", "get_lead", "data.read", "r1", "ann", "lead-1", False)
ENTRY = ("v", Event("data.read", "r1", "ann", "v", "lead-1", "success", "", ""))


def test_an_access_and_its_entry_are_a_pair() -> None:
    assert matched([READ], [ENTRY], "denied") == ([], [])


def test_an_entry_that_tells_less_or_otherwise_is_none() -> None:
    for other in ({"thing": ""}, {"actor": "bob"}, {"outcome": "denied"}, {"tenant": "x"}, {"event": "data.update"}):
        assert matched([READ], [("v", replace(ENTRY[1], **other))], "denied")[0] == [READ]
    assert matched([READ], [("x", ENTRY[1])], "denied")[0] == [READ]


def test_one_entry_does_not_do_for_two_accesses_and_one_too_many_is_left() -> None:
    assert matched([READ, READ], [ENTRY], "denied")[0] == [READ]
    assert matched([READ], [ENTRY, ENTRY], "denied")[1] == [ENTRY]


def test_what_left_no_entry_is_told_by_kind() -> None:
    tried = replace(READ, refused=True)
    assert unlogged([READ, READ, tried, replace(tried, trail="a")], "v") == [
        "2 get_lead left no entry with actor, thing and outcome",
        "1 refused get_lead across tenants left no entry in the trail of the tenant whose thing it was",
        "1 refused get_lead across tenants left no entry in the trail of the tenant that tried",
    ]


def test_an_entry_of_another_tenants_is_told() -> None:
    assert foreign([ENTRY]) == []
    assert foreign([("x", ENTRY[1])]) == ["the trail of x shows data.read of tenant v"]
