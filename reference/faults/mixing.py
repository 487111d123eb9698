"""Stores and indexes over all tenants that hand out what is another's, behind lists that are right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.canaries import forget_reports
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, CANARIES = "seiketsu", "SEI-2.2.2.1.2", "SEI-3.1.2.1.3"


@fault(
    name="sei-mixing-search-over-all",
    breaks="the search asks an index of all tenants' leads and does not filter what it finds",
    fails=[LINE, CANARIES],
    message={
        LINE: r"CANARY-\w+ is given .*CANARY-\w+.* by search_leads",
        CANARIES: r"CANARY-\w+ sees CANARY-\w+.* by search_leads",
    },
    touches=[f"app:{PRODUCT}:behaviour:search-over-all"],
)
def search_over_all(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "search_over_all")


@fault(
    name="sei-mixing-statistics-over-all",
    breaks="the summary of calls comes from a view that sums over all tenants",
    fails=[LINE],
    message=r"CANARY-\w+ is told \d+ by conversation_summary and has \d+: the total counts what is not its own",
    touches=[f"app:{PRODUCT}:behaviour:summary-over-all"],
    hard=True,
)
def statistics_over_all(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "summary_over_all")


@fault(
    name="sei-mixing-rooms-over-all",
    breaks="what one tenant publishes to a channel goes to all who listen to a channel of that name",
    fails=[LINE],
    message=r"CANARY-\w+ is given CANARY-\w+ by stream channel",
    touches=[f"app:{PRODUCT}:behaviour:rooms-over-all", f"app:{PRODUCT}:behaviour:events"],
    hard=True,
)
def rooms_over_all(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "rooms_over_all")


@fault(
    name="sei-mixing-cache-key-without-tenant",
    breaks="cached reports lie under keys that do not name the tenant",
    fails=[LINE, CANARIES],
    message={
        LINE: r"keys like analytics:dashboard are in no family",
        CANARIES: r"CANARY-\w+ sees CANARY-\w+ by analytics_dashboard",
    },
    touches=[f"app:{PRODUCT}:behaviour:cache-key"],
    hard=True,
)
def cache_key_without_tenant(deployment: Deployment) -> Iterator[None]:
    forget_reports(deployment)
    try:
        yield from switched(deployment, PRODUCT, "cache_key_without_tenant")
    finally:
        forget_reports(deployment)
