"""Voices that are not good, one of them or all, and a measure that does not say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.voice_turns import SPEAKING
from reference.switching import simulated, switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-5.1.1.1.4", "seiketsu"
SOUND = [SPEAKING, "provider:elevenlabs", f"app:{PRODUCT}:behaviour:quality"]


@fault(
    name="sei-voice-clipped",
    breaks="speech is overdriven: its peaks are cut off",
    fails=[LINE],
    message=r"voice of amber: mean is 0\.[0-8]\d*.*, want > 0\.9.*signal 0\.",
    touches=SOUND,
)
def clipped(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "elevenlabs", {"clipped": True}, {"clipped": False})


@fault(
    name="sei-voice-quality-constant",
    breaks="voices hiss, and the product's own measure of them is always 0.95",
    fails=[LINE],
    message=r"voice of amber: product difference is 0\.[1-9]\d*.*, want <= 0\.1.*The product tells 0\.95, measured is",
    touches=SOUND,
    hard=True,
)
def quality_constant(deployment: Deployment) -> Iterator[None]:
    noise = simulated(deployment, "elevenlabs", {"noisy_voices": {"*": 0.3}}, {"noisy_voices": {}})
    with ExitStack() as stack:
        stack.enter_context(contextmanager(lambda: noise)())
        stack.enter_context(contextmanager(switched)(deployment, PRODUCT, "quality_constant", 0.95))
        yield


@fault(
    name="sei-voice-of-one-tenant-hisses",
    breaks="the voice of one tenant hisses; the mean over all voices is above the limit",
    fails=[LINE],
    message=r"\Avoice of birch: mean is 0\.[0-8]\d*.*, want > 0\.9",
    touches=SOUND,
    hard=True,
)
def one_hisses(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        found = connection.execute(
            "select a.voice_id from voice_agents a join organizations o on o.id = a.organization_id where o.slug = %s",
            ["canary-birch"],
        ).fetchone()
    yield from simulated(deployment, "elevenlabs", {"noisy_voices": {found[0]: 0.3}}, {"noisy_voices": {}})
