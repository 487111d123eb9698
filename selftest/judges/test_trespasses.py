"""Events across tenants, judged on made-up trails."""

from __future__ import annotations

from dataclasses import replace

from fixtures.tenancy.trail import Deed
from tests.judges.trespasses import trespasses

OWN = Deed("m", "data.read", "lead", "l1", "a", "a", "a", "a")


def found(deed: Deed) -> list[Deed]:
    return trespasses([deed], ["platform"], ["tenant.update"])


def test_people_who_had_their_own_are_no_finding() -> None:
    assert found(OWN) == []


def test_another_tenants_thing_is_known_by_its_row_whatever_the_event_says() -> None:
    assert found(replace(OWN, claimed="b", owner="b"))
    assert found(replace(OWN, owner="b"))
    assert found(replace(OWN, claimed="b", owner="b", actor_claimed="b"))
    assert "booked under a" in str(replace(OWN, owner="b"))


def test_an_event_about_what_is_gone_is_judged_by_what_it_says() -> None:
    assert found(replace(OWN, owner="", actor_tenant="")) == []
    assert found(replace(OWN, owner="", actor_tenant="", claimed="b"))


def test_staff_may_do_their_work_and_nothing_else() -> None:
    work = replace(OWN, actor_tenant="platform", actor_claimed="platform")
    assert found(replace(work, event="tenant.update")) == []
    assert found(work)
