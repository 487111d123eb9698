"""Speech to speech that is late, or only says that it is not, and goes wrong when many speak at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.voice_turns import SPEAKING
from reference.switching import simulated, switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

SOON, MANY, PRODUCT = "AURA-3.4.4.3", "AURA-3.4.4.4", "aurastudio"
VOICE = "provider:elevenlabs"
STREAM = f"app:{PRODUCT}:behaviour:speech"
LATE = r"first sound of a translation at .*: p95 is \d{3,}(\.\d+)? ms, want < 500 ms"


@contextmanager
def speaking(deployment: Deployment, **switches: float) -> Iterator[None]:
    """Inside the block the voice provider behaves so."""
    yield from simulated(deployment, "elevenlabs", switches, dict.fromkeys(switches, 0))


@fault(
    name="aura-interpreting-late",
    breaks="the voice provider begins to speak 400 ms later",
    fails=[SOON],
    message=LATE,
    touches=[SPEAKING, VOICE, STREAM],
)
def late(deployment: Deployment) -> Iterator[None]:
    with speaking(deployment, first_audio_ms=400):
        yield


@fault(
    name="aura-interpreting-claims-to-be-quick",
    breaks="translations are heard 400 ms late, and the answer always tells of 180 ms",
    fails=[SOON],
    message=LATE + r".*the product itself says 180 to 180 ms",
    touches=[SPEAKING, VOICE, STREAM],
    hard=True,
)
def claims_to_be_quick(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(speaking(deployment, first_audio_ms=400))
        stack.enter_context(contextmanager(switched)(deployment, PRODUCT, "speech_claims_ms", 180))
        yield


@fault(
    name="aura-interpreting-silence-first",
    breaks="bytes come at once, a header and a moment of silence; what is to be heard follows after 900 ms",
    fails=[SOON],
    message=LATE,
    touches=[SPEAKING, VOICE, STREAM],
    hard=True,
)
def silence_first(deployment: Deployment) -> Iterator[None]:
    with speaking(deployment, filler_ms=60, first_audio_ms=900):
        yield


@fault(
    name="aura-interpreting-few-workers",
    breaks="a tenth of those who speak at once are answered, the others refused",
    fails=[MANY],
    message=r"completed is \d\d?(\.\d+)? percent, want == 100 percent.*All interpreters are busy",
    touches=[SPEAKING, STREAM],
)
def few_workers(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_workers", 1)


@fault(
    name="aura-interpreting-crossed",
    breaks="sessions share a buffer: all end well, and some hear what was said for somebody else",
    fails=[MANY],
    message=r"mixed up is [1-9]\d*, want == 0.*the session that said '.*' heard '.*', which was '.*' of another one",
    touches=[SPEAKING, STREAM],
    hard=True,
)
def crossed(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_shared_buffer")


@fault(
    name="aura-interpreting-one-at-a-time",
    breaks="all are answered rightly, one after the other",
    fails=[MANY],
    message=r"first sound of \d+ sessions at once at .*: p95 is \d{4,}(\.\d+)? ms, want < 3000 ms",
    touches=[SPEAKING, STREAM],
    hard=True,
)
def one_at_a_time(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "speech_one_at_a_time")
