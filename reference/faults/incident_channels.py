"""Messages of incidents and rollbacks that nobody gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from reference.describe.notifying import STEP, script
from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

CHANNEL, ROLLBACK = "AURA-10.2.1.3", "AURA-12.1.1"
HEALTHY: dict[str, Any] = {
    "archived": [], "removed_members": [], "empty_channels": [], "dead_webhooks": [], "led_elsewhere": False,
}  # fmt: skip


def _switched(deployment: Deployment, **switches: Any) -> Iterator[None]:
    yield from simulated(deployment, "slack", switches, {name: HEALTHY[name] for name in switches})


def _script(deployment: Deployment, change: Callable[[str], str]) -> Iterator[None]:
    path = script(deployment.settings, "aurastudio")
    before = path.read_text()
    if (after := change(before)) == before:
        raise RuntimeError("the script is as it was")
    path.write_text(after)
    try:
        yield
    finally:
        path.write_text(before)


@fault(
    name="aura-channel-webhook-revoked",
    breaks="the webhook of the channel of incidents was revoked",
    fails=[CHANNEL, ROLLBACK],
    message={
        CHANNEL: r"the webhook of channel aurastudio-incidents answers 404 no_service",
        ROLLBACK: r"the rollback's step that tells people failed.*channel aurastudio-incidents did not show",
    },
    touches="slack:webhook:incidents",
)
def webhook_revoked(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, dead_webhooks=["incidents"])


@fault(
    name="aura-channel-shows-nothing",
    breaks="the webhook answers 200, and what it is given lands in a channel that nobody reads",
    fails=[CHANNEL, ROLLBACK],
    message={
        CHANNEL: r"the webhook answered 200, and channel aurastudio-incidents did not show the message",
        ROLLBACK: r"channel aurastudio-leads did not show the rollback's notice",
    },
    touches="slack:channels",
    hard=True,
)
def shows_nothing(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, led_elsewhere=True)


@fault(
    name="aura-on-call-not-in-the-channel",
    breaks="one of those on call is no member of the channel of incidents",
    fails=[CHANNEL, ROLLBACK],
    message={
        CHANNEL: r"channel aurastudio-incidents: members missing is 1 .*Sofia Bianchi would read nothing",
        ROLLBACK: r"recipients missing is 2 .*It does not reach Sofia Bianchi, any of those who lead",
    },
    touches="slack:channels",
    hard=True,
)
def not_in_the_channel(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, removed_members=["Sofia Bianchi"])


@fault(
    name="aura-rollback-tells-nobody",
    breaks="the rollback's script does not tell anybody any more",
    fails=[ROLLBACK],
    message=r"no incident at PagerDuty at \S+ came of the rollback's notice: nobody is paged",
    touches="script:aurastudio:rollback-notice",
)
def tells_nobody(deployment: Deployment) -> Iterator[None]:
    yield from _script(deployment, lambda text: text.partition(STEP)[0])


@fault(
    name="aura-rollback-pages-without-urgency",
    breaks="the rollback's notice makes an incident of low urgency, which wakes nobody",
    fails=[ROLLBACK],
    message=r"the incident has urgency low: it wakes nobody at night",
    touches="script:aurastudio:rollback-notice",
    hard=True,
)
def pages_without_urgency(deployment: Deployment) -> Iterator[None]:
    yield from _script(deployment, lambda text: text.replace("'critical'", "'warning'"))


@fault(
    name="aura-rollback-leads-channel-empty",
    breaks="the rollback's notice is written to a channel of leads that nobody is in",
    fails=[ROLLBACK],
    message=r"recipients missing is 1 .*It does not reach any of those who lead",
    touches="slack:channels",
    hard=True,
)
def leads_channel_empty(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, empty_channels=["leads"])
