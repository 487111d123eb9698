"""Instances of another release, health reports that say what they like, and a worker that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

SECOND = "seiketsu-2"


def _switched(deployment: Deployment, instance: str, **switches: object) -> Iterator[None]:
    product = instance.rpartition("-")[0]
    deployment.behave_instance(product, instance, dict(switches))
    try:
        yield
    finally:
        deployment.behave_instance(product, instance, dict.fromkeys(switches))


@fault(
    name="sei-instance-of-old-release",
    breaks="one of the API's instances runs the release before",
    fails=["SEI-2.1.2.1.1"],
    message=r"instance seiketsu-2 runs 2\.0\.0-rc\.1",
    touches=["app:seiketsu-2:behaviour:version"],
)
def instance_of_old_release(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, SECOND, wrong_version=True)


@fault(
    name="sei-health-report-made-up",
    breaks="an instance reports all dependencies as well, without having looked",
    fails=["SEI-2.1.2.1.1"],
    message=r"instance seiketsu-2, its report: report age is .*stand still",
    touches=["app:seiketsu-2:behaviour:health"],
    hard=True,
)
def health_report_made_up(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, SECOND, health_constant=True)


@fault(
    name="sei-instance-without-data",
    breaks="an instance reports itself ready, and fails on the routes that read data",
    fails=["SEI-2.1.2.1.1"],
    message=r"instance seiketsu-2: list_leads \(GET /api/v1/leads\) answered 500",
    touches=["app:seiketsu-2:behaviour:data"],
    hard=True,
)
def instance_without_data(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, SECOND, **{"status:/api/v1/leads": 500})
