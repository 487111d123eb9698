"""Whose a credential is, what it may do too many, and which refusals show a key's restriction."""

from __future__ import annotations

import pytest

from tests.judges.service_identity import EXCESS, NEEDED, excess, owner_problem, refused

OWN = "translator@studio.iam.gserviceaccount.com"


def test_only_what_is_not_needed_is_too_much() -> None:
    assert excess([NEEDED]) == []
    assert excess([NEEDED, *EXCESS]) == sorted(EXCESS)


@pytest.mark.parametrize(
    ("email", "wanted"),
    [(OWN.upper(), None), ("ada@studio.example", "a person's own account"), (f"x{OWN}", "another service account")],
)
def test_owner(email: str, wanted: str | None) -> None:
    problem = owner_problem(email, OWN)
    assert problem is None if wanted is None else wanted in str(problem)


@pytest.mark.parametrize(
    ("kind", "accepted", "reasons", "wanted"),
    [
        ("service", True, [], False),
        ("service", False, ["API_KEY_SERVICE_BLOCKED"], True),
        ("service", False, ["SERVICE_DISABLED"], None),
        ("address", False, ["API_KEY_SERVICE_BLOCKED"], None),
        ("address", False, ["API_KEY_IP_ADDRESS_BLOCKED"], True),
        ("page", False, ["API_KEY_HTTP_REFERRER_BLOCKED"], True),
    ],
)
def test_only_the_restriction_counts_as_a_refusal(
    kind: str, accepted: bool, reasons: list[str], wanted: bool | None
) -> None:
    assert refused(kind, accepted, reasons) is wanted
