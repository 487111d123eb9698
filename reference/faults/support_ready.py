"""A help desk without the article, the people or the rules that customers of Seiketsu need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk
from reference.faults import fault
from reference.simulators.zendesk_staff import AGENTS
from reference.statements import restated, support
from reference.statements.support import sign_certified, sign_coverage
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

KNOWLEDGE, CASES = support.COVERAGE, support.CERTIFIED
VOICE = "The agent does not understand callers"


@fault(
    name="sei-knowledge-voice-article-unpublished",
    breaks="the article on voice troubleshooting is a draft again",
    fails=[KNOWLEDGE],
    message=r"topic Voice recognition has no article 'The agent does not understand callers' that a customer can read",
    touches="zendesk:guide",
)
def article_unpublished(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"articles": {VOICE: {"draft": True}}}, {"articles": {}})


@fault(
    name="sei-knowledge-article-for-staff",
    breaks="the article on calls that break off is published, for support alone",
    fails=[KNOWLEDGE],
    message=r"topic Calls that break off has no article 'Calls end early'",
    touches="zendesk:guide",
    hard=True,
)
def article_for_staff(deployment: Deployment) -> Iterator[None]:
    switches = {"articles": {"Calls end early": {"audience": "staff"}}}
    yield from simulated(deployment, "zendesk", switches, {"articles": {}})


@fault(
    name="sei-knowledge-older-than-the-feature",
    breaks="the article on calendars was last touched before the feature changed",
    fails=[KNOWLEDGE],
    message=r"/articles/\d+ is of \d{4}-\d\d-\d\d, and Calendars changed on",
    touches="zendesk:guide",
    hard=True,
)
def older_than_the_feature(deployment: Deployment) -> Iterator[None]:
    switches = {"articles": {"Connect your calendar": {"days": 95}}}
    yield from simulated(deployment, "zendesk", switches, {"articles": {}})


@fault(
    name="sei-help-desk-empty-at-night",
    breaks="the signed plan of shifts leaves a shift of tomorrow to nobody",
    fails=[KNOWLEDGE],
    message=r"coverage\.toml, 3 days: unstaffed hours is 8 h, want == 0",
    touches=f"attestations:{KNOWLEDGE}",
    hard=True,
)
def empty_at_night(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, support.COVERAGE_NAME):
        sign_coverage(desk, left_out=30)
        yield


@fault(
    name="sei-billing-tickets-to-nobody",
    breaks="the rule that gives questions about invoices to billing is off",
    fails=[CASES],
    message=r"misrouted tickets is 1, want == 0.*invoice looks wrong.*went to Support, want Seiketsu billing",
    touches="zendesk:rules",
)
def billing_to_nobody(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"rules_off": ["billing"]}, {"rules_off": []})


@fault(
    name="sei-support-clock-of-another-zone",
    breaks="each question gets where it belongs, and the clock of its answer waits for the morning of another zone",
    fails=[CASES],
    message=r"stalled clocks is 5, want == 0.*due after 3\d\d min.*Support \(UTC\): its clocks stand still for",
    touches="zendesk:hours",
    hard=True,
)
def clock_of_another_zone(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"closed_now": True}, {"closed_now": False})


@fault(
    name="sei-support-answers-with-the-wrong-article",
    breaks="questions about the second factor are answered at once, by the article on forgotten passwords",
    fails=[CASES],
    message=r"wrong articles is 1, want == 0.*names 'Reset a forgotten password', want 'Sign in with a second factor'",
    touches="zendesk:answers",
    hard=True,
)
def wrong_article(deployment: Deployment) -> Iterator[None]:
    switches = {"rule_articles": {"account": "Reset a forgotten password"}}
    yield from simulated(deployment, "zendesk", switches, {"rule_articles": {}})


@fault(
    name="sei-support-agent-without-certificate",
    breaks="one of those who may answer did not solve the test cases",
    fails=[CASES],
    message=r"noemi\.keller@\S+, who may answer, is not among the trained",
    touches=f"attestations:{CASES}",
    hard=True,
)
def without_certificate(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, support.CERTIFIED_NAME):
        sign_certified(desk, [agent for agent in AGENTS if not agent.startswith("noemi")])
        yield
