"""Isolation that takes a tenant's own away from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed
from reference.schema.canaries import ORGANIZATIONS
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-2.1.2.4.3"


@fault(
    name="sei-own-rows-hidden",
    breaks="a policy hides one tenant's voice agents from itself",
    fails=[LINE],
    message=r"CANARY-\w+ is told 0 by list_voice_agents and has 1: its own are hidden from it",
    touches=[f"postgres:{PRODUCT}:table:voice_agents:row-security"],
)
def rows_hidden(deployment: Deployment) -> Iterator[None]:
    third = ORGANIZATIONS[2].id
    there = [f"create policy of_today on voice_agents as restrictive for select using (organization_id <> '{third}')"]
    with changed(deployment, PRODUCT, there, ["drop policy of_today on voice_agents"]):
        yield


@fault(
    name="sei-own-settings-by-default",
    breaks="the plan's defaults go before what tenants have set",
    fails=[LINE],
    message=r"CANARY-\w+ is told .*max_agents.* as settings by organization, and .* stands in its rows",
    touches=[f"app:{PRODUCT}:behaviour:settings-by-default"],
    hard=True,
)
def settings_by_default(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "settings_by_default")
