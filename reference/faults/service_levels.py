"""Service levels that were missed over hours: a little too often, in one hour only, or out of the averages' sight."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

VOICE = "seiketsu"
FOUR_HOURS = 4 * 3600
SEVEN_IN_TEN_THOUSAND = 900 * 7.3e-4
"""Of the requests of a minute."""
LATENCY = "AWS/ApplicationELB/TargetResponseTime"
EARLY = r"latency from \d\d:\d\dZ"


@contextmanager
def _failing(deployment: Deployment, metric: str) -> Iterator[None]:
    """So few in each minute that no five minutes stand out. The past that was made up at the start has a point for
    five minutes each, what is published since has one for half a minute."""
    started = (Path(deployment.settings.folder) / "settings.json").stat().st_mtime
    recent = time.time() - started + 960
    pattern = f"AWS/ApplicationELB/{metric}"
    past = {"value": 5 * SEVEN_IN_TEN_THOUSAND, "since": FOUR_HOURS, "until": recent}
    with (
        distorted(deployment, VOICE, pattern, "set", **past),
        distorted(deployment, VOICE, pattern, "set", value=SEVEN_IN_TEN_THOUSAND / 2, since=recent),
    ):
        yield


@fault(
    name="sei-failures-seven-in-ten-thousand",
    breaks="seven of ten thousand requests failed since the release: few enough for its first hours, too many to stay",
    fails=["SEI-5.1.1.2.3"],
    message=r"error rate is 0\.0[5-8]\d* percent, want < 0\.05 .*server_errors \d{3},",
    touches=["aws:seiketsu:metrics:HTTPCode_Target_5XX_Count", "aws:seiketsu:metrics:requests"],
)
def failures(deployment: Deployment) -> Iterator[None]:
    with _failing(deployment, "HTTPCode_Target_5XX_Count"):
        yield


@fault(
    name="sei-failures-made-by-the-balancer",
    breaks="the app says that all is well; the balancer itself failed seven of ten thousand requests",
    fails=["SEI-5.1.1.2.3"],
    message=r"error rate is 0\.0[5-8]\d* percent, want < 0\.05 .*balancer_errors \d{3}",
    touches=["aws:seiketsu:metrics:HTTPCode_ELB_5XX_Count", "aws:seiketsu:metrics:requests"],
    hard=True,
)
def failures_of_the_balancer(deployment: Deployment) -> Iterator[None]:
    with _failing(deployment, "HTTPCode_ELB_5XX_Count"):
        yield


@fault(
    name="sei-one-in-twelve-answers-slow",
    breaks="one of twelve requests takes 700 ms, for hours; the mean looks well",
    fails=["SEI-5.1.1.2.2", "SEI-3.1.1.3.1"],
    message={
        "SEI-5.1.1.2.2": r"within 500 ms: fast share is 9[0-4]",
        "SEI-3.1.1.3.1": rf"p95 {EARLY}: p95 to last week is",
    },
    touches=["aws:seiketsu:metrics:TargetResponseTime"],
)
def one_in_twelve(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, LATENCY, "set", value=0.7, since=FOUR_HOURS, every=12):
        yield


@fault(
    name="sei-one-slow-hour",
    breaks="one of twelve requests took 700 ms for a while; over all hours 96 of 100 were quick enough",
    fails=["SEI-5.1.1.2.2", "SEI-3.1.1.3.1"],
    message={
        "SEI-5.1.1.2.2": r"five minutes of the last 4 h: good windows is \d\d(\.\d+)? percent, want >= 99",
        "SEI-3.1.1.3.1": rf"p95 {EARLY}: p95 to last week is",
    },
    touches=["aws:seiketsu:metrics:TargetResponseTime"],
    hard=True,
)
def one_slow_hour(deployment: Deployment) -> Iterator[None]:
    # A hundred minutes: long enough that they fill most of some hour of the clock, wherever its border falls.
    with distorted(deployment, VOICE, LATENCY, "set", value=0.7, since=11400, until=5400, every=12):
        yield


@fault(
    name="sei-answers-four-times-as-slow",
    breaks="every request takes four times as long",
    fails=["SEI-5.1.1.2.1", "SEI-5.1.1.2.2", "SEI-3.1.1.3.1"],
    message={
        "SEI-5.1.1.2.1": r"answers of the last 4 h at the balancer: mean is [3-6]\d\d(\.\d)? ms, want < 300 ms",
        "SEI-5.1.1.2.2": r"within 500 ms: fast share is",
        "SEI-3.1.1.3.1": rf"p50 {EARLY}: p50 to last week is",
    },
    touches=["aws:seiketsu:metrics:TargetResponseTime"],
)
def slow(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, LATENCY, "multiply", value=4.0, since=FOUR_HOURS + 900):
        yield


@fault(
    name="sei-slow-answers-behind-quick-refusals",
    breaks="the endpoints that matter take 350 ms; quick answers of others pull the mean of all down",
    fails=["SEI-5.1.1.2.1"],
    message=r"answers of the 6 watched endpoints: mean is 35\d(\.\d)? ms, want < 300 ms",
    touches=["aws:seiketsu:metrics:RouteLatency"],
    hard=True,
)
def hidden(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, "Seiketsu/Performance/RouteLatency", "set", value=0.35, since=FOUR_HOURS + 900):
        yield
