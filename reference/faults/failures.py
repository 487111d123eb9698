"""What failed since AuraStudio's release: one in a hundred, at the balancer alone, or unseen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

STUDIO, FAILED = "aurastudio", "AURA-5.2.3.3"
BALANCER, HOUR = "AWS/ApplicationELB", 3600


@fault(
    name="aura-one-in-a-hundred-fails",
    breaks="the application answers about one request in a hundred with 500 since the release",
    fails=[FAILED],
    message=r"requests: error rate is \d.*, want < 0.1 percent .*server_errors [1-9]\d*",
    touches=["aws:aurastudio:metrics:errors"],
)
def one_in_a_hundred_fails(deployment: Deployment) -> Iterator[None]:
    pattern = f"{BALANCER}/HTTPCode_Target_5XX_Count"
    with distorted(deployment, STUDIO, pattern, "set", value=9, since=3 * HOUR):
        yield


@fault(
    name="aura-balancer-refuses-alone",
    breaks="no task was there for a while: the balancer itself answered 503, and the application counts no error",
    fails=[FAILED],
    message=r"requests: error rate is .*server_errors 0, balancer_errors [1-9]\d*",
    touches=["aws:aurastudio:metrics:balancer-errors", "aws:aurastudio:metrics:requests"],
    hard=True,
)
def balancer_refuses_alone(deployment: Deployment) -> Iterator[None]:
    span = {"since": 2 * HOUR, "until": 2 * HOUR - 900}
    with ExitStack() as stack:
        stack.enter_context(
            distorted(deployment, STUDIO, f"{BALANCER}/HTTPCode_ELB_5XX_Count", "set", value=900, **span)
        )
        stack.enter_context(distorted(deployment, STUDIO, f"{BALANCER}/RequestCount", "set", value=1, **span))
        yield


@fault(
    name="aura-figures-with-a-hole",
    breaks="for a quarter of an hour nothing was counted, neither requests nor failures",
    fails=[FAILED],
    message=r"series requests .*: gap is (10|15|20) min, want <= 5 min .*No figures from",
    touches=[
        "aws:aurastudio:metrics:errors",
        "aws:aurastudio:metrics:balancer-errors",
        "aws:aurastudio:metrics:requests",
    ],
    hard=True,
)
def figures_with_a_hole(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        for name in ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"):
            span = {"since": 3 * HOUR, "until": 3 * HOUR - 1080}
            stack.enter_context(distorted(deployment, STUDIO, f"{BALANCER}/{name}", "drop", **span))
        yield


@fault(
    name="aura-too-little-traffic",
    breaks="hardly anybody asked anything since the release",
    fails=[FAILED],
    message=r"series requests .*: requests is \d+.*, want >= 1000 requests",
    touches=["aws:aurastudio:metrics:requests"],
    hard=True,
)
def too_little_traffic(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, STUDIO, f"{BALANCER}/RequestCount", "set", value=1, since=7 * HOUR):
        yield
