"""Turns of a call that are answered late, where the product's own figures look well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault
from reference.faults.use_windows import FAST, FOUR_HOURS, MEAN, SPOKEN, VOICE, VOICE_OWN
from reference.schema.canaries import ORGANIZATIONS
from reference.switching import simulated, switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

ONE_CALL, DEPLOYED, EACH_VOICE = "SEI-1.2.1.2.2", "SEI-3.1.1.2.2", "SEI-2.1.2.2.4"
STREAM = "SEI-1.2.1.2.4"
SPEAKING = "provider:elevenlabs:speech"
SLOW = 2500.0
HEALTHY = {"delayed_voices": {}, "filler_ms": 0}


@fault(
    name="sei-turns-spoken-late",
    breaks="the provider begins to speak after two and a half seconds, with the first tenant's voice",
    fails=[ONE_CALL, DEPLOYED, EACH_VOICE],
    message={
        ONE_CALL: r"a call, the slowest of 3 turns: first audio is [2-5]\.\d+ s, want < 2 s.*3 of 3 took too long",
        DEPLOYED: r"a call of amber, the slowest of 2 turns: live turn is [2-5]\.\d+ s, want < 2 s",
        EACH_VOICE: r"cold, amber, the slowest of 1 turns: first audio is [2-5]\.\d+ s, want < 2 s",
    },
    touches=[SPEAKING],
)
def spoken_late(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "elevenlabs", {"delayed_voices": {ORGANIZATIONS[0].voice_id: SLOW}}, HEALTHY)


@fault(
    name="sei-turns-begin-with-silence",
    breaks="silence is sent at once, so the product counts a quick first sound; what is to be heard comes late",
    fails=[ONE_CALL, DEPLOYED, EACH_VOICE, STREAM],
    message={
        ONE_CALL: r"a call, the slowest of 3 turns: first audio is [2-5]\.\d+ s, want < 2 s",
        DEPLOYED: r"a call of amber, the slowest of 2 turns: live turn is [2-5]\.\d+ s, want < 2 s",
        EACH_VOICE: r"cold, amber, the slowest of 1 turns: first audio is [2-5]\.\d+ s, want < 2 s",
        STREAM: r"a text: frame gap is \d{4}(\.\d+)? ms, want < 1500 ms",
    },
    touches=[SPEAKING],
    hard=True,
)
def begin_with_silence(deployment: Deployment) -> Iterator[None]:
    switches = {"filler_ms": 700, "delayed_voices": {ORGANIZATIONS[0].voice_id: 1900.0}}
    yield from simulated(deployment, "elevenlabs", switches, HEALTHY)


@fault(
    name="sei-turns-think-aloud",
    breaks="each turn is answered at once by a message that the product thinks; speech comes late",
    fails=[ONE_CALL, DEPLOYED, EACH_VOICE],
    message={
        ONE_CALL: r"a call, the slowest of 3 turns: first audio is [2-5]\.\d+ s, want < 2 s",
        DEPLOYED: r"a call of amber, the slowest of 2 turns: live turn is [2-5]\.\d+ s, want < 2 s",
        EACH_VOICE: r"cold, amber, the slowest of 1 turns: first audio is [2-5]\.\d+ s, want < 2 s",
    },
    touches=[SPEAKING, "app:seiketsu:behaviour:thinks_aloud"],
    hard=True,
)
def think_aloud(deployment: Deployment) -> Iterator[None]:
    late = simulated(deployment, "elevenlabs", {"delayed_voices": {ORGANIZATIONS[0].voice_id: SLOW}}, HEALTHY)
    for _ in late:
        yield from switched(deployment, VOICE, "thinks_aloud")


@fault(
    name="sei-voice-of-one-tenant-slow",
    breaks="the voice that one tenant has for itself takes three seconds to begin; the others are quick",
    fails=[EACH_VOICE, DEPLOYED],
    message={
        EACH_VOICE: r"warm, cedar, the slowest of 3 turns: first audio is [3-6]\.\d+ s, want < 2 s",
        DEPLOYED: r"a call of cedar, the slowest of 2 turns: live turn is [3-6]\.\d+ s, want < 2 s",
    },
    touches=[SPEAKING],
)
def voice_of_one_tenant(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "elevenlabs", {"delayed_voices": {ORGANIZATIONS[2].voice_id: 3000.0}}, HEALTHY)


@fault(
    name="sei-voice-cold-after-idle",
    breaks="a voice that was not used for some seconds is loaded anew, for whoever comes first",
    fails=[EACH_VOICE],
    message=r"cold, cedar, the slowest of 1 turns: first audio is [2-6]\.\d+ s, want < 2 s",
    touches=["app:seiketsu:behaviour:cold_voice"],
    hard=True,
)
def cold_after_idle(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, VOICE, "cold_voice", ORGANIZATIONS[2].voice_id)


@fault(
    name="sei-turns-slow-for-the-last-tenant",
    breaks="since the deploy one tenant of three has waited for more than two seconds",
    fails=[DEPLOYED],
    message=r"turns of cedar in the last 4 h: \d+\.\d % were answered in 2 s, want 95 %",
    touches=["aws:seiketsu:metrics:VoiceResponseTimeByTenant"],
    hard=True,
)
def slow_for_the_last(deployment: Deployment) -> Iterator[None]:
    pattern = f"{VOICE_OWN}/VoiceResponseTimeByTenant[?]cedar"
    with distorted(deployment, VOICE, pattern, "multiply", value=2.5, since=FOUR_HOURS):
        yield


@fault(
    name="sei-turns-given-up-since-the-deploy",
    breaks="one in four hung up before anything was heard; the times of the others look well",
    fails=[DEPLOYED, FAST, MEAN],
    message={
        DEPLOYED: r"turns of the last 4 h: \d+\.\d % were answered in 2 s, want 95 %, \d+ slower and \d+ given up of",
        FAST: r"fast turns is \d\d(\.\d+)? percent, want >= 99\.9",
        MEAN: r"[1-9]\d+ turns of the last 4 h were given up and \d+ measured: they are in no mean",
    },
    touches=[SPOKEN, "aws:seiketsu:metrics:AbandonedTurns"],
    hard=True,
)
def given_up_since(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/AbandonedTurns", "set", value=9, since=FOUR_HOURS):
        yield
