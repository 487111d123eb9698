"""Costs that nobody approved, that exceed the budget, or that nobody would hear of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.attestations import Desk
from reference.describe.attestations import estimate
from reference.faults import fault
from reference.faults.terraform import PRODUCT, file_of, rewritten

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRICED = "SEI-1.1.1.1.3"
ESTIMATE = "infracost.json"


@contextmanager
def _approved(deployment: Deployment, change: Callable[[dict[str, Any]], Any]) -> Iterator[None]:
    """Inside the block the estimate is another one, and was approved as it is."""
    path = file_of(deployment, ESTIMATE)
    desk = Desk(deployment.settings, PRODUCT)
    with rewritten(path, change), desk.signing(*estimate(path.parent)):
        yield


def _dearer(factor: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(found: dict[str, Any]) -> dict[str, Any]:
        for resource in found["projects"][0]["breakdown"]["resources"]:
            resource["monthlyCost"] = f"{float(resource['monthlyCost']) * factor:.2f}"
        found["totalMonthlyCost"] = f"{float(found['totalMonthlyCost']) * factor:.2f}"
        return found

    return change


@fault(
    name="sei-estimate-above-budget",
    breaks="what the plan will cost is more than the budget",
    fails=[PRICED],
    message=r"estimate of budget is 1\d\d\.?\d* percent, want <= 100 percent",
    touches="terraform:estimate",
)
def estimate_above_budget(deployment: Deployment) -> Iterator[None]:
    with _approved(deployment, _dearer(1.7)):
        yield


@fault(
    name="sei-estimate-after-approval",
    breaks="the approval is of an earlier, cheaper estimate",
    fails=[PRICED],
    message=r"record estimate\.toml: its evidence \S*infracost\.json has another hash now",
    touches="terraform:estimate",
    hard=True,
)
def estimate_after_approval(deployment: Deployment) -> Iterator[None]:
    with rewritten(file_of(deployment, ESTIMATE), _dearer(1.1)):
        yield


@fault(
    name="sei-estimate-without-traffic",
    breaks="the estimate was made without usage: what goes through a NAT gateway counts as nothing",
    fails=[PRICED],
    message=r"aws_nat_gateway\.a: Data processed without a usage count as 0",
    touches="terraform:estimate",
    hard=True,
)
def estimate_without_traffic(deployment: Deployment) -> Iterator[None]:
    def unused(found: dict[str, Any]) -> dict[str, Any]:
        for resource in found["projects"][0]["breakdown"]["resources"]:
            for part in resource["costComponents"]:
                if part["name"] == "Data processed":
                    rest = float(resource["monthlyCost"]) - float(part["monthlyCost"])
                    found["totalMonthlyCost"] = f"{float(found['totalMonthlyCost']) - float(part['monthlyCost']):.2f}"
                    resource["monthlyCost"] = f"{rest:.2f}"
                    part |= {"monthlyQuantity": None, "monthlyCost": None}
        return found

    with _approved(deployment, unused):
        yield
