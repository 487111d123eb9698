"""Speech that is kept for nobody, for others than who said it, or before it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-1.2.1.2.3", "seiketsu"
KEPT = [f"app:{PRODUCT}:behaviour:speech-cache"]


@fault(
    name="sei-speech-not-looked-up",
    breaks="speech is kept, and nobody asks for it: each phrase is spoken anew",
    fails=[LINE],
    message=r"what one tenant says again: extra provider calls is 3, want == 0",
    touches=KEPT,
)
def not_looked_up(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_not_looked_up")


@fault(
    name="sei-speech-shared-by-tenants",
    breaks="the key of cached speech does not hold the tenant: who says the same hears what another's voice said",
    fails=[LINE],
    message=r"\Aspeech with the tenant changed: foreign hits is 1, want == 0.*the very same sound",
    touches=KEPT,
    hard=True,
)
def shared_by_tenants(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_key_without", "tenant")


@fault(
    name="sei-speech-key-without-settings",
    breaks="the key of cached speech does not hold the voice's settings: changed ones are not heard for a day",
    fails=[LINE],
    message=r"\Aspeech with the voice's settings changed: foreign hits is 1, want == 0",
    touches=KEPT,
    hard=True,
)
def key_without_settings(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_key_without", "settings")


@fault(
    name="sei-speech-kept-unfinished",
    breaks="when a listener goes away, what came until then is kept, and given to the next as the whole",
    fails=[LINE],
    message=r"was left half-way once, and is answered with (\d\.\d+ s of it|no sound) since, want about \d",
    touches=KEPT,
    hard=True,
)
def kept_unfinished(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_kept_unfinished")


@fault(
    name="sei-speech-kept-whatever-came",
    breaks="the provider's error is taken for speech: kept, and given out with status 200",
    fails=[LINE],
    message=r"with a voice that does not exist is answered 200 with what is no sound",
    touches=KEPT,
    hard=True,
)
def kept_whatever_came(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_kept_whatever_came")
