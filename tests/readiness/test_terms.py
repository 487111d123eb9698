"""The terms of service are published, are the product's own, and nobody gets an account without accepting them."""

from __future__ import annotations

import re
import secrets as random

import pytest

from fixtures.api import ApiClient
from fixtures.api.newcomers import newcomer
from fixtures.pages import Library, PublishedPage
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.verdict import Unobservable
from tests.judges.pages import TERMS, unsaid
from tests.readiness.test_pages import document_problems, readable, unlinked


@verifies("AURA-8.2.1.2")
@pytest.mark.writes
def test_terms_are_published_and_accepted(line: Line, pages: Library, api: ApiClient) -> None:
    api.operation("sign_up_unaccepted")
    page = readable(pages, "terms")
    policy = pages.page("privacy")
    with newcomer(api) as somebody:
        accepted = str(somebody.api.call("profile", identity=somebody.name, token=somebody.token).field("terms") or "")
        observed(somebody, "accepted terms", accepted, source="profile")
    conclude(
        [
            *document_problems(line, page),
            *(f"{page} does not speak of {word}" for word in unsaid(page.text, TERMS)),
            unlinked(pages, page, "terms"),
            f"{page} shows the privacy policy: its words are those of {policy}"
            if page.sha256 == policy.sha256
            else None,
            _version_problem(page, accepted),
            _refusal_problem(api),
        ]
    )


def _version_problem(page: PublishedPage, accepted: str) -> str | None:
    """Why what a new user accepted is not what is published, or None."""
    if not accepted:
        return "it is not on record which terms a new user has accepted"
    if re.search(rf"(?<![\w.-]){re.escape(accepted)}(?![\w-])", page.text):
        return None
    return f"a new user has accepted version {accepted} of the terms, and {page} does not say that it is that one"


def _refusal_problem(api: ApiClient) -> str | None:
    """Sign up without accepting the terms: that must be refused. Who got in all the same is removed."""
    email, password = f"{run_id()}-{random.token_hex(4)}@example.com", f"Aa1-{random.token_urlsafe(18)}"
    answer = api.call("sign_up_unaccepted", token=None, email=email, password=password, name=run_id())
    if 400 <= answer.status < 500 and answer.status != 429:
        return None
    if not 200 <= answer.status < 300:
        raise Unobservable(f"{answer} to a sign-up without acceptance, which tells nothing", "Run again later")
    who = api.identity().model_copy(update={"email": email})
    api.settings.identities["golive_unaccepted"] = who
    try:
        removed = api.call("account_delete", identity="golive_unaccepted", token=str(answer.field("token")))
    finally:
        del api.settings.identities["golive_unaccepted"]
    left = "" if 200 <= removed.status < 300 else f". Delete the account {email} by hand: {removed}"
    return f"somebody signed up without accepting the terms: {answer}{left}"
