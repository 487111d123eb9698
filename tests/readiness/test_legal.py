"""Counsel has approved how each legal duty is met, and the product does what was approved."""

from __future__ import annotations

from fixtures.api import ApiClient
from fixtures.attestations import Attestations
from fixtures.attestations.contents import changed, contents
from fixtures.attestations.duties import LegalRegister
from fixtures.pages import Library
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.legal import PAGES, entries, unannounced, unmet
from tests.readiness.attested import age_problem, holding, share_problem
from tests.readiness.third_parties import providers


@verifies("SEI-5.2.1.2.4")
def test_legal_duties_are_met(
    line: Line, target: ProductTarget, attestations: Attestations, pages: Library, api: ApiClient
) -> None:
    record = holding(attestations, line)
    register = contents(record, LegalRegister, "legal register")
    observed(record, "duties", {duty.subject: duty.state for duty in register.duty}, source="record")
    processors = [*providers(target), *(["AWS"] if target.aws else [])]
    lost = [duty.subject for duty in register.duty if changed(record, duty.document)]
    lacking = unmet(register.duty, processors, lost)
    approved = {each.page: each.sha256 for each in register.published}
    greetings = _greetings(api)
    silent = {who: why for who, words in greetings.items() if (why := unannounced(words))}
    of = f"{record}, of {len(register.duty)} duties"
    conclude(
        [
            share_problem(line.limit("closed_duties"), of, entries(register.duty, lacking), lacking),
            age_problem(line.limit("register_age"), record),
            share_problem(line.limit("announced_calls"), f"greetings of {len(greetings)} agents", greetings, silent),
            *(_page_problem(pages, word, approved.get(word)) for word in PAGES),
        ]
    )


def _page_problem(pages: Library, word: str, approved: str | None) -> str | None:
    page = pages.page(word)
    if page.absent:
        return f"{page} {page.absent}: there is no page on {word}"
    observed(page.url, "sha256 of its words", page.sha256, source="GET")
    if approved is None:
        return f"counsel has approved no words for the page {word}"
    return None if page.sha256 == approved else f"{page} has other words than counsel has approved"


def _greetings(api: ApiClient) -> dict[str, str]:
    """Agent to what callers hear first, of each identity's own agent."""
    found = {}
    for name, identity in api.settings.identities.items():
        agent = identity.extra.get("voice_agent")
        if agent and agent not in found:
            answer = api.call("get_voice_agent", identity=name, id=agent)
            found[agent] = str(answer.field("greeting")) if answer.status == 200 else ""
            observed(f"agent {agent}", "greeting", found[agent], source=answer.call)
    remedy = "Add voice_agent to `extra` of an identity"
    list(Found("voice agents of the identities", list(found), source="target", remedy=remedy))
    return found
