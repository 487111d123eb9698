"""What one tenant reaches, and what is kept for it, holds nothing of another's."""

from __future__ import annotations

import pytest

from fixtures.tenancy.cached import Kept, pattern_of
from fixtures.tenancy.owned import Setting
from fixtures.tenancy.reach import Reached, Total
from tests.judges.mixing import kept_wrong, lost, misapplied, miscounted, mixed

TENANT = "f8f75f6f-762d-5b07-b5f3-af14f99d0209"


def test_words_of_others_are_found_and_the_missing_own_too() -> None:
    fine = Reached("CANARY-a", "list", 200, (), own=True, finds=True)
    leak = Reached("CANARY-a", "search", 200, ("CANARY-b",), own=True, finds=True)
    deaf = Reached("CANARY-a", "export", 500, (), own=False, finds=True)
    assert mixed([fine, leak]) == ["CANARY-a is given CANARY-b by search"]
    assert lost([fine, leak, deaf]) == ["CANARY-a does not find its own marker by export (500)"]
    assert not lost([Reached("CANARY-a", "total", 200, (), own=False, finds=False)])


def test_totals_are_the_tenants_own() -> None:
    assert not miscounted([Total("CANARY-a", "list", 2, 2)])
    assert "counts what is not its own" in miscounted([Total("CANARY-a", "summary", 6, 2)])[0]
    assert "hidden from it" in miscounted([Total("CANARY-a", "summary", 1, 2)])[0]


def test_settings_are_told_as_they_stand() -> None:
    fine = Setting("CANARY-a", "organization", "name", ('"A"',), ('"A"',))
    other = Setting("CANARY-a", "organization", "limit", ("5",), ("7",))
    nothing = Setting("CANARY-a", "organization", "logo", (), ())
    assert not misapplied([fine])
    assert misapplied([other]) == ["CANARY-a is told 5 as limit by organization, and 7 stands in its rows"]
    assert "told nothing as logo" in misapplied([nothing])[0]


def test_keys_are_of_a_family_and_hold_what_is_theirs() -> None:
    mine = Kept("report:{tenant}:*", f"report:{TENANT}:30", TENANT, ())
    assert not kept_wrong([mine], ["report:{tenant}:*"])
    strange = Kept("", "report:thirty:0", "", ())
    assert kept_wrong([strange], ["x"]) == [
        "keys like report:thirty are in no family of [tenancy.keys]: whose are they?"
    ]
    shared = Kept("speech:*", "speech:ab", "", ("CANARY-b",))
    assert kept_wrong([shared], ["x"]) == ["the key speech:ab (speech:*) of nobody holds CANARY-b"]


@pytest.mark.parametrize(
    ("family", "name", "tenant"),
    [
        ("report:{tenant}:*", f"report:{TENANT}:30:0", TENANT),
        ("report:{tenant}", "report:42", "42"),
        ("report:{tenant}:*", "report:thirty:0", None),
        ("mail.[x]:*", "mail.[x]:1", ""),
        ("mail.[x]:*", "mailyx:1", None),
    ],
)
def test_family_names_a_tenant(family: str, name: str, tenant: str | None) -> None:
    match = pattern_of(family).match(name)
    assert (None if match is None else match.groupdict().get("tenant", "")) == tenant
