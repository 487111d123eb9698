"""Quotas that the greatest scale-out would run into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import changed_records
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

VCPU = {"QuotaCode": "L-3032A538"}
GRANTED = {"Value": 500}


@fault(
    name="sei-quota-too-small",
    breaks="the quota of Fargate vCPUs is below what the API's forty tasks need",
    fails=["SEI-1.1.1.1.2"],
    message=r"quota L-3032A538 \(vCPUs\): quota headroom is 0\.\d+.*360 vCPUs are needed.*60 are granted",
    touches=["aws:seiketsu:quotas"],
)
def too_small(deployment: Deployment) -> Iterator[None]:
    with changed_records(deployment, "seiketsu", "quotas", VCPU, {"Value": 60}, GRANTED):
        yield


@fault(
    name="sei-quota-forgets-deployments",
    breaks="the quota has room for the greatest count at rest, not while a deployment doubles it",
    fails=["SEI-1.1.1.1.2"],
    message=r"quota L-3032A538 \(vCPUs\): quota headroom is 0\.\d+.*deployed, 260 are granted",
    touches=["aws:seiketsu:quotas"],
    hard=True,
)
def forgets_deployments(deployment: Deployment) -> Iterator[None]:
    with changed_records(deployment, "seiketsu", "quotas", VCPU, {"Value": 260}, GRANTED):
        yield


@fault(
    name="sei-quota-of-connections",
    breaks="the database allows fewer connections than the tasks' pools hold",
    fails=["SEI-1.1.1.1.2"],
    message=r"database instance seiketsu-production: database connection headroom is 0\.\d+.*150 connections",
    touches=["aws:seiketsu:rds:parameters"],
    hard=True,
)
def of_connections(deployment: Deployment) -> Iterator[None]:
    rds = deployment.aws("seiketsu", "rds")

    def put(value: str) -> None:
        rds.modify_db_parameter_group(
            DBParameterGroupName="seiketsu-production",
            Parameters=[{"ParameterName": "max_connections", "ParameterValue": value, "ApplyMethod": "pending-reboot"}],
        )

    put("150")
    try:
        yield
    finally:
        put("2000")
