"""Requests that act for a tenant which their token does not name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.trespasses import trespasses_forgotten
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.2.1.1.3"


@fault(
    name="sei-context-tenant-of-header",
    breaks="a request acts for the tenant that its header names",
    fails=[LINE],
    message=r"CANARY-\w+ sees CANARY-\w+ by list_leads",
    touches=[f"app:{PRODUCT}:behaviour:tenant-of-header", f"postgres:{PRODUCT}:audit:trespasses"],
)
def tenant_of_header(deployment: Deployment) -> Iterator[None]:
    with trespasses_forgotten(deployment, PRODUCT):
        yield from switched(deployment, PRODUCT, "tenant_from_header")


@fault(
    name="sei-context-tenant-of-session",
    breaks="the tenant is set for the pooled session, and is left there by a request that ends with an error",
    fails=[LINE],
    message=r"CANARY-\w+ (sees CANARY-\w+|is refused its own|does not find its own) by \w+_leads?(.|\n)*The story",
    touches=[f"app:{PRODUCT}:behaviour:tenant-of-session"],
    hard=True,
)
def tenant_of_session(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "tenant_of_session")


@fault(
    name="sei-context-deletes-together",
    breaks="deletions that come at the same moment are done at once, each for all the tenants that asked for one",
    fails=[LINE],
    message=r"CANARY-\w+ (is let through by delete_lead|is refused its own by get_lead)(.|\n)*The story(.|\n)*: rob",
    touches=[f"app:{PRODUCT}:behaviour:lead-deletions"],
    hard=True,
)
def deletes_together(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "deletes_together")
