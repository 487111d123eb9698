"""Help on a task that is gone, not for users, or of another version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

TOPICS, KNOWLEDGE = "SEI-2.2.1.2.4", "SEI-2.3.1.2.2"
TOUCHES = "zendesk:guide"


def _articles(deployment: Deployment, **changes: dict[str, Any] | None) -> Iterator[None]:
    named = {title.replace("_", " "): change for title, change in changes.items()}
    yield from simulated(deployment, "zendesk", {"articles": named}, {"articles": {}})


@fault(
    name="sei-help-article-gone",
    breaks="the help centre has no article on importing leads any more",
    fails=[TOPICS, KNOWLEDGE],
    message={
        TOPICS: r"topic Leads has no article 'Import leads from a file' that a user can read",
        KNOWLEDGE: r"topic Leads has no article 'Import leads from a file' that a customer can read",
    },
    touches=TOUCHES,
)
def article_gone(deployment: Deployment) -> Iterator[None]:
    yield from _articles(deployment, Import_leads_from_a_file=None)


@fault(
    name="sei-help-article-coming-soon",
    breaks="the article on calls without sound answers 200, and is still to come",
    fails=[TOPICS, KNOWLEDGE],
    message={
        TOPICS: r"topic Trouble with calls has no article 'A call has no sound'.*says 'Coming soon'",
        KNOWLEDGE: r"topic Calls without sound has no article 'A call has no sound'",
    },
    touches=TOUCHES,
    hard=True,
)
def article_coming_soon(deployment: Deployment) -> Iterator[None]:
    yield from _articles(deployment, A_call_has_no_sound={"body": "Coming soon."})


@fault(
    name="sei-help-article-for-staff",
    breaks="the training is for staff: users are asked for a log-in that they do not have",
    fails=[TOPICS, KNOWLEDGE],
    message={
        TOPICS: r"topic Training has no article 'Training for new teams' that a user can read",
        KNOWLEDGE: r"topic Training has no article 'Training for new teams' that a customer can read",
    },
    touches=TOUCHES,
    hard=True,
)
def article_for_staff(deployment: Deployment) -> Iterator[None]:
    yield from _articles(deployment, Training_for_new_teams={"audience": "staff"})


@fault(
    name="sei-help-article-of-the-version-before",
    breaks="the article on voice agents describes the version before",
    fails=[TOPICS, KNOWLEDGE],
    message={
        TOPICS: r"/articles/\d+ is about version 0, the product is",
        KNOWLEDGE: r"/articles/\d+ is about version 0, the product is",
    },
    touches=TOUCHES,
    hard=True,
)
def article_of_before(deployment: Deployment) -> Iterator[None]:
    body = "Agents are made by our support: write to them what yours should say and ask. For version 0.9."
    yield from _articles(deployment, Make_your_first_voice_agent={"body": body})
