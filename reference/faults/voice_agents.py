"""Voice agents that are partly another tenant's: by a default, or by what was kept without asking for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.voice_turns import SPEAKING
from reference.schema.canaries import ORGANIZATIONS
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-3.1.2.1.4", "seiketsu"
ANSWERS = f"app:{PRODUCT}:behaviour:answers"
"""Switches of what agents answer, and with what sound."""


@fault(
    name="sei-agents-default-voice",
    breaks="the second tenant's agent speaks with the usual voice, though another one is set",
    fails=[LINE],
    message=r"the agent of CANARY-birch speaks with the voice \w+, and \w+ is set",
    touches=[SPEAKING, ANSWERS],
)
def default_voice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "voice_forgotten_of", str(ORGANIZATIONS[1].id))


@fault(
    name="sei-agents-context-kept",
    breaks="each process keeps what it found for a question, and answers the next who asks from it",
    fails=[LINE],
    message=r"the agent of CANARY-\w+ says .*CANARY-\w+ of CANARY-\w+. Whose context",
    touches=[SPEAKING, ANSWERS],
    hard=True,
)
def context_kept(deployment: Deployment) -> Iterator[None]:
    try:
        yield from switched(deployment, PRODUCT, "context_kept")
    finally:
        _forget_foreign_words(deployment)


@fault(
    name="sei-agents-speech-by-question",
    breaks="speech is kept by the question: words and voice are the tenant's own, what is heard is another's answer",
    fails=[LINE],
    message=r"\Athe agent of CANARY-\w+ is heard to say .*CANARY-\w+ of CANARY-\w+",
    touches=[SPEAKING, ANSWERS],
    hard=True,
)
def speech_by_question(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_by_question")


@fault(
    name="sei-agents-greeting-by-language",
    breaks="greetings are kept by language, so that whoever was called first greets for all",
    fails=[LINE],
    message=r"the agent of CANARY-\w+ greets with \w+ \w+ of CANARY-\w+: 'Hello",
    touches=[ANSWERS],
    hard=True,
)
def greeting_by_language(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "greeting_by_language")


def _forget_foreign_words(deployment: Deployment) -> None:
    """What an agent said of others' stands in its tenant's conversations, too."""
    with deployment.sql(PRODUCT) as connection:
        for organization in ORGANIZATIONS:
            foreign = {"org": organization.id, "marks": [f"%{o.marker}%" for o in ORGANIZATIONS if o != organization]}
            connection.execute(
                "DELETE FROM conversation_messages m USING conversations c WHERE c.id = m.conversation_id"
                " AND c.organization_id = %(org)s AND m.content LIKE ANY(%(marks)s)",
                foreign,
            )
            connection.execute(
                "UPDATE conversations SET transcript = '' WHERE organization_id = %(org)s"
                " AND transcript LIKE ANY(%(marks)s)",
                foreign,
            )
