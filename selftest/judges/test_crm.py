"""A form, a won deal and an opt-out are judged by what stands in the CRM and the product afterwards."""

from __future__ import annotations

import pytest

from fixtures.crm.records import Contact, Deal
from tests.judges.crm import arrived, fields, forged, mail, opened, won

WANTED = {"email": "ann@example.com", "consent": "true"}
RIGHT = Contact("1", "ann@example.com", {"email": "Ann@example.com", "consent": "TRUE", "more": "x"})
WRONG = Contact("2", "", {"email": "", "consent": "false"})


def test_every_property_holds_what_the_form_said() -> None:
    assert fields(RIGHT, WANTED) == []
    assert fields(WRONG, WANTED) == [
        "contact 2: email is 'empty', want 'ann@example.com'",
        "contact 2: consent is 'false', want 'true'",
    ]
    assert fields(Contact("3", "", {}), {"utm": "golive"}) == ["contact 3: utm is 'empty', want 'golive'"]


def test_nobody_has_not_arrived_and_one_wrong_copy_is_wrong() -> None:
    assert arrived([RIGHT], WANTED)
    assert not arrived([], WANTED)
    assert not arrived([RIGHT, WRONG], WANTED)


def test_a_new_deal_is_there_to_be_moved() -> None:
    assert opened([Deal("1", "new")], "new") is None
    assert "opened no deal" in (opened([], "new") or "")
    assert "in the stage won, want new" in (opened([Deal("1", "new"), Deal("2", "won")], "new") or "")


@pytest.mark.parametrize(("status", "plans", "right"), [(401, [], True), (403, [], True), (200, [], False),
                                                        (404, [], False), (401, ["starter"], False)])  # fmt: skip
def test_what_nobody_signed_is_refused_and_makes_nothing(status: int, plans: list[str], right: bool) -> None:
    assert (forged(status, plans) is None) == right


def test_a_deal_makes_one_tenant_on_its_plan() -> None:
    assert won(["agency"], "agency", "won") is None
    assert won([], "agency", "won") == "won, the deal has made 0 tenants, want 1"
    assert "made 2 tenants" in (won(["agency", "agency"], "agency", "won") or "")
    assert "on the plan starter, want agency" in (won(["starter"], "agency", "won") or "")


def test_mail_goes_to_those_who_agreed_alone() -> None:
    assert mail(True, True) is None
    assert mail(False, False) is None
    assert "did not agree" in (mail(True, False) or "")
    assert "is not subscribed" in (mail(False, True) or "")
