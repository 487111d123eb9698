"""Hours in use that were worse than they seem: one slow hour, one slow route, a climb, spells, an outage, a silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

STUDIO, VOICE = "aurastudio", "seiketsu"
STUDIO_OWN, VOICE_OWN = "AuraStudio/Product", "Seiketsu/Performance"
LATENCY = "AWS/ApplicationELB/TargetResponseTime"
FOUR_HOURS = 4 * 3600
OUTAGE = {"since": 7200.0, "until": 6900.0}
"""Five minutes, two hours ago."""
ALL = 20
"""Probes of a place in five minutes."""
STUDIO_LATENCY, STUDIO_OUTSIDE = "aws:aurastudio:metrics:latency", "aws:aurastudio:metrics:outside"
SPOKEN, OUTSIDE = "aws:seiketsu:metrics:VoiceResponseTime", "aws:seiketsu:metrics:outside"
HUNDREDTHS = ["AURA-11.1.1.2", "AURA-13.1.3", "AURA-13.2.3"]


@fault(
    name="aura-one-slow-hour-since-launch",
    breaks="in one hour since the launch one of ten requests took nine seconds",
    fails=HUNDREDTHS,
    message={
        "AURA-11.1.1.2": r"all requests from \d\d:\d\dZ: p99 is 9000(\.0)? ms, want < 500 ms",
        "AURA-13.1.3": r"all requests of the last 4 h within 500 ms: fast share is 9\d(\.\d+)? percent, want > 99",
        "AURA-13.2.3": r"service level Response: 9\d(\.\d+)? % of latency of the last 4 h took at most 5 s",
    },
    touches=[STUDIO_LATENCY, STUDIO_OUTSIDE],
)
def one_slow_hour(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, STUDIO, LATENCY, "set", value=9.0, since=9000, until=5400, every=10):
        yield


@fault(
    name="aura-few-slow-answers-all-day",
    breaks="one of sixty requests takes nine seconds, in every hour: too few for means and 95th percentiles",
    fails=HUNDREDTHS,
    message={
        "AURA-11.1.1.2": r"all requests from \d\d:\d\dZ: p99 is [5-9]\d\d\d(\.\d)? ms, want < 500 ms",
        "AURA-13.1.3": r"all requests of the last 4 h within 500 ms: fast share is 98\.\d+ percent, want > 99",
        "AURA-13.2.3": r"service level Response: 98\.\d+ % of latency",
    },
    touches=[STUDIO_LATENCY, STUDIO_OUTSIDE],
    hard=True,
)
def few_slow(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, STUDIO, LATENCY, "set", value=9.0, since=FOUR_HOURS + 900, every=60):
        yield


@fault(
    name="aura-slow-route-that-few-use",
    breaks="a route that few use takes eight seconds now and then; among all requests it does not show",
    fails=["AURA-11.1.1.2", "AURA-13.1.3"],
    message={
        "AURA-11.1.1.2": r"list_avatars from \d\d:\d\dZ: p99 is [5-9]\d\d\d(\.\d)? ms, want < 500 ms",
        "AURA-13.1.3": r"list_avatars of the last 4 h within 500 ms: fast share is [89]\d(\.\d+)? percent",
    },
    touches=[STUDIO_LATENCY],
    hard=True,
)
def slow_route(deployment: Deployment) -> Iterator[None]:
    pattern = f"{STUDIO_OWN}/RouteLatency[?]/api/avatars"
    with distorted(deployment, STUDIO, pattern, "set", value=8.0, since=FOUR_HOURS + 900, every=8):
        yield


@fault(
    name="aura-outage-without-requests",
    breaks="nobody could reach the service for five minutes; no request arrived, so none failed",
    fails=["AURA-13.2.3"],
    message=r"service level Availability: 9\d(\.\d+)? % of the last 4 h, promised are 99\.9 %.* probes failed",
    touches=[STUDIO_OUTSIDE, STUDIO_LATENCY],
)
def outage(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, STUDIO, f"{STUDIO_OWN}/OutsideCheckFailures", "set", value=ALL, **OUTAGE):
        yield


@fault(
    name="aura-outage-of-the-probes-too",
    breaks="for five minutes nothing was heard of the probes from outside: an outage that took its witnesses with it",
    fails=["AURA-13.2.3"],
    message=r"service level Availability: 9\d(\.\d+)? % of the last 4 h, promised are 99\.9 %.*20 were silent",
    touches=[STUDIO_OUTSIDE, STUDIO_LATENCY],
    hard=True,
)
def silence(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, STUDIO, f"{STUDIO_OWN}/OutsideChecks", "drop", **OUTAGE):
        yield


@fault(
    name="sei-outage-seen-from-outside",
    breaks="for five minutes nobody outside could sign in, read or speak; inside all looked well",
    fails=["SEI-5.1.1.2.4", "SEI-3.2.2.1.1"],
    message={
        "SEI-5.1.1.2.4": r"the time of the last 4 h: availability is 9\d(\.\d+)? percent, want > 99\.9 .*probes failed",
        "SEI-3.2.2.1.1": r"service level Availability: 9\d(\.\d+)? % of the last 3\.8\d* h, promised are 99\.9 %",
    },
    touches=[OUTSIDE, SPOKEN],
)
def seen_from_outside(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/OutsideCheckFailures", "set", value=ALL, **OUTAGE):
        yield


@fault(
    name="sei-outage-in-one-place",
    breaks="from one of two places a fifth of the probes failed for an hour; from the other all was well",
    fails=["SEI-5.1.1.2.4", "SEI-3.2.2.1.1"],
    message={
        "SEI-5.1.1.2.4": r"availability is 9\d(\.\d+)? percent, .*seen from oregon: 60 s bad \(4 of 20 probes",
        "SEI-3.2.2.1.1": r"service level Availability: 9\d(\.\d+)? %.*seen from oregon",
    },
    touches=[OUTSIDE, SPOKEN],
    hard=True,
)
def one_place(deployment: Deployment) -> Iterator[None]:
    pattern = f"{VOICE_OWN}/OutsideCheckFailures[?]oregon"
    with distorted(deployment, VOICE, pattern, "set", value=4, since=9000, until=5400):
        yield


@fault(
    name="sei-outage-without-witnesses",
    breaks="the probes from outside were silent for five minutes; who counts failures only finds none",
    fails=["SEI-5.1.1.2.4", "SEI-3.2.2.1.1"],
    message={
        "SEI-5.1.1.2.4": r"availability is 9\d(\.\d+)? percent, .*300 s bad \(0 of 20 probes failed, 20 were silent",
        "SEI-3.2.2.1.1": r"service level Availability: 9\d(\.\d+)? %.*20 were silent",
    },
    touches=[OUTSIDE, SPOKEN],
    hard=True,
)
def without_witnesses(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/OutsideChecks", "drop", **OUTAGE):
        yield


@fault(
    name="sei-premium-slower-than-promised",
    breaks="the tenants who pay most wait longest: their promise is broken, that of all is kept",
    fails=["SEI-3.2.2.1.1"],
    message=r"service level Response of the voice, premium: \d\d\.\d+ % of voice_latency\S+ .* at most 1\.8 s",
    touches=[OUTSIDE, SPOKEN],
    hard=True,
)
def premium(deployment: Deployment) -> Iterator[None]:
    pattern = f"{VOICE_OWN}/VoiceResponseTimeByClass"
    with distorted(deployment, VOICE, pattern, "set", value=1950, since=FOUR_HOURS, every=8):
        yield


@fault(
    name="sei-latency-climbs",
    breaks="speech gets slower by some percent each hour; no hour is over the limit",
    fails=["SEI-3.2.1.1.1"],
    message=r"voice_latency of the last 4 h: slope is \d+(\.\d+)? percent/h, want <= 1",
    touches=[SPOKEN],
)
def climbs(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        for step in range(16):  # the oldest quarter of an hour is the quickest
            since, share = FOUR_HOURS + 900 - step * 900, 0.65 + 0.02 * step
            stack.enter_context(
                distorted(
                    deployment, VOICE, f"{VOICE_OWN}/VoiceResponseTime", "multiply",
                    value=share, since=since, until=since - 899,
                )
            )  # fmt: skip
        yield


@fault(
    name="sei-latency-in-spells",
    breaks="once an hour something makes everybody wait three seconds for five minutes; the day's mean is well",
    fails=["SEI-3.2.1.1.1", "SEI-5.1.1.1.2"],
    message={
        "SEI-3.2.1.1.1": r"voice_latency: \d spells of five minutes .* were at 2 s or over it: .*Z 3\.00 s",
        "SEI-5.1.1.1.2": r"fast turns is 9\d(\.\d+)? percent, want >= 99\.9",
    },
    touches=[SPOKEN],
    hard=True,
)
def in_spells(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        for hour in (1, 2, 3):
            since = hour * 3600 + 400.0
            stack.enter_context(
                distorted(
                    deployment, VOICE, f"{VOICE_OWN}/VoiceResponseTime", "set",
                    value=3000, since=since, until=since - 300,
                )
            )  # fmt: skip
        yield


def _memory(deployment: Deployment, saw: int) -> Iterator[None]:
    """One process grows by sixty percent in so many steps of a quarter of an hour, again and again."""
    pattern = f"{VOICE_OWN}/InstanceMemory[?]{VOICE}-2"
    with ExitStack() as stack:
        for step in range(17):
            since = FOUR_HOURS + 900 - step * 900
            value = 1 + 0.6 * (step % saw) / (saw - 1)
            how = {"value": value, "since": since} | ({"until": since - 899} if since > 900 else {})
            stack.enter_context(distorted(deployment, VOICE, pattern, "multiply", **how))
        yield


@fault(
    name="sei-memory-leaks",
    breaks="one process of the API keeps something of each request",
    fails=["SEI-3.2.1.1.2"],
    message=r"instance_memory of seiketsu-2: rss slope is \d+(\.\d+)? percent/h, want <= 1",
    touches=["aws:seiketsu:metrics:InstanceMemory"],
)
def leaks(deployment: Deployment) -> Iterator[None]:
    yield from _memory(deployment, 17)


@fault(
    name="sei-memory-leaks-and-is-recycled",
    breaks="a process that leaks is replaced every hour or so; over the day its memory is flat",
    fails=["SEI-3.2.1.1.2"],
    message=r"instance_memory of seiketsu-2: rss slope is \d+.* percent/h, want <= 1.*it began anew \d times",
    touches=["aws:seiketsu:metrics:InstanceMemory"],
    hard=True,
)
def recycled(deployment: Deployment) -> Iterator[None]:
    yield from _memory(deployment, 6)


@fault(
    name="sei-containers-killed-for-memory",
    breaks="a container was killed for memory in the night; nothing else shows it",
    fails=["SEI-3.2.1.1.2"],
    message=r"containers over the last 4 h: oom kills is [1-9]\d*, want == 0",
    touches=["aws:seiketsu:metrics:OutOfMemoryKills"],
    hard=True,
)
def killed(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/OutOfMemoryKills", "set", value=1, **OUTAGE):
        yield
