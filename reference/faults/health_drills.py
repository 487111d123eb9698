"""Health checks that do not notice a task without its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.traffic import group_of
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LOOSE = {"HealthCheckPath": "/health", "Matcher": {"HttpCode": "200-499"}}
STATIC = {"HealthCheckPath": "/health", "Matcher": {"HttpCode": "200"}}


@contextmanager
def _checked(deployment: Deployment, product: str, settings: dict[str, object]) -> Iterator[None]:
    """Inside the block the API's target group is checked by these settings."""
    balancing = deployment.aws(product, "elbv2")
    arn = group_of(balancing, "api")
    group = balancing.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    before = {name: group[name] for name in settings}
    balancing.modify_target_group(TargetGroupArn=arn, **settings)
    try:
        yield
    finally:
        balancing.modify_target_group(TargetGroupArn=arn, **before)


@fault(
    name="aura-health-check-takes-anything",
    breaks="the balancer takes any answer below 500 for well",
    fails=["AURA-5.1.1.5"],
    message=r"target group aurastudio-api: its health check takes the codes 200-499 for well",
    touches=["aws:aurastudio:elbv2:group:api"],
)
def takes_anything(deployment: Deployment) -> Iterator[None]:
    with _checked(deployment, "aurastudio", LOOSE):
        yield


@fault(
    name="aura-health-check-static",
    breaks="the balancer's health route says that all is well without having looked",
    fails=["AURA-5.1.1.5"],
    message=r"instance aurastudio-\d without its database: the balancer's health check .* still answers 200",
    touches=["app:aurastudio:behaviour:serving", "aws:aurastudio:elbv2:group:api"],
    hard=True,
)
def static(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "serving_constant")


@fault(
    name="sei-health-check-static-page",
    breaks="the balancer asks a page that says nothing about the database",
    fails=["SEI-1.1.1.2.3"],
    message=r"instance seiketsu-\d without its database: the balancer's health check /health still answers 200",
    touches=["aws:seiketsu:elbv2:group:api"],
)
def static_page(deployment: Deployment) -> Iterator[None]:
    with _checked(deployment, "seiketsu", STATIC):
        yield


@fault(
    name="sei-health-check-takes-anything",
    breaks="the balancer takes any answer below 500 for well",
    fails=["SEI-1.1.1.2.3"],
    message=r"target group seiketsu-production-api: its health check takes the codes 200-499 for well",
    touches=["aws:seiketsu:elbv2:group:api"],
    hard=True,
)
def sei_takes_anything(deployment: Deployment) -> Iterator[None]:
    with _checked(deployment, "seiketsu", {"Matcher": {"HttpCode": "200-499"}}):
        yield


@fault(
    name="sei-health-check-of-start-up",
    breaks="the balancer's health route repeats what was found when the process started",
    fails=["SEI-1.1.1.2.3"],
    message=r"instance seiketsu-\d without its database: the balancer's health check .* still answers 200",
    touches=["app:seiketsu:behaviour:serving", "aws:seiketsu:elbv2:group:api"],
    hard=True,
)
def of_start_up(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "seiketsu", "serving_constant")
