"""Promises to customers that differ from what monitoring computes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import changed_records
from reference.faults import fault
from reference.faults.documents import rewritten

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, SUSTAINED = "aurastudio", "AURA-2.1.3.5", "AURA-13.2.3"
COLLECTION = "service_level_objectives"
BAD = "RequestBasedSli.RequestBasedSliMetric.MonitoredRequestCountMetric.BadCountMetric.0.Expression"


@fault(
    name="aura-service-level-lowered-in-document",
    breaks="customers are promised 99 percent, where monitoring wants 99.9",
    fails=[LINE, SUSTAINED],
    message={
        LINE: r"availability objective is 99(?:\.0)? percent, want >= 99\.9"
        r".*goal of objective \S+-availability is 99\.9 %",
        SUSTAINED: r"promises less than is asked of the launch: 99",
    },
    touches="source:aurastudio:docs:service-levels",
)
def lowered_in_document(deployment: Deployment) -> Iterator[None]:
    with rewritten(
        deployment, "../service-levels.md", lambda text: text.replace("| reachable | 99.9 %", "| reachable | 99.0 %")
    ):
        yield


@fault(
    name="aura-service-level-goal-lowered",
    breaks="the document promises 99.9 percent, and the objective in monitoring wants 95",
    fails=[LINE],
    message=r"Requests answered promises 99\.9 %, and the goal of objective \S+-answered is 95 %",
    touches="aws:aurastudio:slo:answered",
    hard=True,
)
def goal_lowered(deployment: Deployment) -> Iterator[None]:
    where = {"Name": f"{PRODUCT}-answered"}
    lower, back = {"Goal.AttainmentGoal": 95.0}, {"Goal.AttainmentGoal": 99.9}
    with changed_records(deployment, PRODUCT, COLLECTION, where, lower, back):
        yield


@fault(
    name="aura-service-level-without-balancer-errors",
    breaks="the objective does not count the errors that the balancer itself answers with",
    fails=[LINE],
    message=r"objective \S+-answered does not count HTTPCode_ELB_5XX_Count .* as bad",
    touches="aws:aurastudio:slo:answered",
    hard=True,
)
def without_balancer_errors(deployment: Deployment) -> Iterator[None]:
    where, whole = {"Name": f"{PRODUCT}-answered"}, "FILL(behind, 0) + FILL(own, 0)"
    with changed_records(deployment, PRODUCT, COLLECTION, where, {BAD: "FILL(behind, 0)"}, {BAD: whole}):
        yield
