"""The translation provider's account: switched off, unpaid, or answering with what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

TRANSLATES = "AURA-1.1.3.3"


def _google(deployment: Deployment, switch: str) -> Iterator[None]:
    return simulated(deployment, "google", {switch: True}, {switch: False})


@fault(
    name="aura-translation-service-disabled",
    breaks="the translation service is switched off in the project that the key belongs to",
    fails=[TRANSLATES, "AURA-1.1.3.5", "AURA-5.2.2.2", "AURA-5.2.3.1", "AURA-10.3.1.2"],
    message={
        TRANSLATES: r"Google Translation account, a translation: http status is 403.*it is disabled",
        "AURA-1.1.3.5": r"Google Translation: the key stored in secret .* is not accepted",
        "AURA-5.2.2.2": r"health_deep .* answered 503",
        "AURA-5.2.3.1": r"health_deep .* answered 503",
        "AURA-10.3.1.2": r"Google Translation account: the call was refused: .* answered 403",
    },
    touches=["provider:google"],
)
def service_disabled(deployment: Deployment) -> Iterator[None]:
    yield from _google(deployment, "service_disabled")


@fault(
    name="aura-translation-unpaid",
    breaks="nobody pays for the translation project: languages are listed, translations are refused",
    fails=[TRANSLATES],
    message=r"a translation: http status is 403.*Listing answered 200, translating: .*requires billing",
    touches=["provider:google"],
    hard=True,
)
def unpaid(deployment: Deployment) -> Iterator[None]:
    yield from _google(deployment, "billing_disabled")


@fault(
    name="aura-translation-echoes",
    breaks="the translation provider accepts everything and gives the text back as it was",
    fails=[TRANSLATES],
    message=r"'good morning' from en to es came back as the text as it was, 'good morning'",
    touches=["provider:google"],
    hard=True,
)
def echoes(deployment: Deployment) -> Iterator[None]:
    yield from _google(deployment, "untranslated")
