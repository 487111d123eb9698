"""Quotas of third parties that are used up soon, or that nobody watches as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault
from reference.quotas import pause_file

if TYPE_CHECKING:
    from reference.deployment import Deployment

QUOTAS, PAID, METRIC, LONG = "AURA-5.2.3.4", "AURA-1.1.3.4", "*/QuotaUsage", 3600


@contextmanager
def _voice_used(deployment: Deployment, percent: float) -> Iterator[None]:
    """Inside the block the voice account has used so much; what the product's watch said before stays its last word."""
    pause_file(deployment.settings).touch()
    deployment.simulate("elevenlabs", {"character_count": int(20_000 * percent)})
    try:
        yield
    finally:
        deployment.simulate("elevenlabs", {"character_count": None})
        pause_file(deployment.settings).unlink(missing_ok=True)


@fault(
    name="aura-voice-quota-nearly-used",
    breaks="95 percent of the voice account's characters of the month are used",
    fails=[QUOTAS, PAID],
    message={
        QUOTAS: r"elevenlabs, characters a month \(by the provider\): quota used is 95 percent, want < 80 percent",
        PAID: r"characters left is 5",
    },
    touches=["provider:elevenlabs", "aws:aurastudio:metrics:quota"],
)
def voice_quota_nearly_used(deployment: Deployment) -> Iterator[None]:
    with (
        _voice_used(deployment, 95),
        distorted(deployment, "aurastudio", f"{METRIC}?elevenlabs", "set", value=95, since=LONG),
    ):
        yield


@fault(
    name="aura-quota-metric-stands-still",
    breaks="the product's figure of the voice quota stays at what it was; the provider says 60 percent",
    fails=[QUOTAS],
    message=r"elevenlabs: deviation is \d+.*, want <= 5 percent .*the provider 60\.0 %",
    touches=["provider:elevenlabs", "aws:aurastudio:metrics:quota"],
    hard=True,
)
def metric_stands_still(deployment: Deployment) -> Iterator[None]:
    with _voice_used(deployment, 60):
        yield


@fault(
    name="aura-monthly-quota-behind-minutes",
    breaks="requests a minute are far from their limit, 97 percent of what the month allows are used",
    fails=[QUOTAS],
    message=r"translation, the product's metric: quota used is 97 percent, want < 80 percent",
    touches=["aws:aurastudio:metrics:quota"],
    hard=True,
)
def monthly_quota_behind_minutes(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, "aurastudio", f"{METRIC}?translation", "set", value=97, since=LONG):
        yield


@fault(
    name="aura-quota-not-watched",
    breaks="nobody reports any more how much of the index is used",
    fails=[QUOTAS],
    message=r"pinecone: the product's quota metric has no point of the last 15 min",
    touches=["aws:aurastudio:metrics:quota"],
    hard=True,
)
def quota_not_watched(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, "aurastudio", f"{METRIC}?pinecone", "drop", since=LONG):
        yield
