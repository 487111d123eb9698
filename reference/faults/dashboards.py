"""Dashboards that are gone, or drawn with nothing on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

STUDIO, VOICE = "aurastudio", "seiketsu"


@contextmanager
def _rewritten(deployment: Deployment, product: str, name: str, change: Callable[[str], str | None]) -> Iterator[None]:
    """Inside the block the dashboard's body is changed; by None it is deleted."""
    cloudwatch = deployment.aws(product, "cloudwatch")
    before = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    after = change(before)
    if after is None:
        cloudwatch.delete_dashboards(DashboardNames=[name])
    else:
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=after)
    try:
        yield
    finally:
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=before)


@fault(
    name="aura-dashboard-deleted",
    breaks="the dashboard of the business figures was deleted",
    fails=["AURA-1.1.4.5"],
    message=r"dashboard aurastudio-business: does not exist",
    touches=["aws:aurastudio:dashboard:business"],
)
def dashboard_deleted(deployment: Deployment) -> Iterator[None]:
    with _rewritten(deployment, STUDIO, "aurastudio-business", lambda _: None):
        yield


@fault(
    name="aura-dashboard-of-dead-namespace",
    breaks="the panels keep their titles and draw a namespace that nothing reports to any more",
    fails=["AURA-1.1.4.5"],
    message=r"panel Product of dashboard aurastudio-business draws nothing for AuraStudioOld",
    touches=["aws:aurastudio:dashboard:business"],
    hard=True,
)
def dashboard_of_dead_namespace(deployment: Deployment) -> Iterator[None]:
    def renamed(body: str) -> str:
        return body.replace('[["', '[["AuraStudioOld/', 1)

    with _rewritten(deployment, STUDIO, "aurastudio-business", renamed):
        yield


@fault(
    name="aura-dashboard-of-another-region",
    breaks="the panels draw the region that the product moved out of",
    fails=["AURA-1.1.4.5"],
    message=r"panel Cache of dashboard aurastudio-overview draws nothing for .* in us-west-2",
    touches=["aws:aurastudio:dashboard:overview"],
    hard=True,
)
def dashboard_of_another_region(deployment: Deployment) -> Iterator[None]:
    def moved(body: str) -> str:
        return body.replace('"region": "us-east-1"', '"region": "us-west-2"')

    with _rewritten(deployment, STUDIO, "aurastudio-overview", moved):
        yield


@fault(
    name="sei-dashboard-of-dead-namespace",
    breaks="the business panels draw a namespace that nothing reports to any more",
    fails=["SEI-2.1.2.3.2"],
    message=r"panel Product of dashboard seiketsu-production-business draws nothing .* SeiketsuOld",
    touches=["aws:seiketsu:dashboard:business"],
    hard=True,
)
def voice_dashboard_of_dead_namespace(deployment: Deployment) -> Iterator[None]:
    with _rewritten(
        deployment, VOICE, "seiketsu-production-business", lambda body: body.replace('[["', '[["SeiketsuOld/', 1)
    ):
        yield
