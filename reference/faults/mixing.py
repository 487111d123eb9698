"""Stores and indexes over all tenants that hand out what is another's, behind lists that are right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.canaries import forget_reports
from reference.faults.encryption import RECORDINGS
from reference.schema.canaries import ORGANIZATIONS
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


@fault(
    name="sei-mixing-file-in-wrong-folder",
    breaks="an export of one tenant's lies in another's folder, beside files that are right",
    fails=[LINE],
    message=r"CANARY-amber is given CANARY-birch by the file tenants/\S+/exports/last-spring\.json",
    touches=[f"aws:{PRODUCT}:s3:recordings:canaries"],
    hard=True,
)
def file_in_wrong_folder(deployment: Deployment) -> Iterator[None]:
    s3, amber = deployment.aws(PRODUCT, "s3"), ORGANIZATIONS[0]
    key = f"tenants/{amber.id}/exports/last-spring.json"
    made = s3.put_object(Bucket=RECORDINGS, Key=key, Body=b'{"rows": [{"last_name": "CANARY-birch"}]}')
    try:
        yield
    finally:
        s3.delete_object(Bucket=RECORDINGS, Key=key, VersionId=made["VersionId"])


@fault(
    name="sei-mixing-jobs-carry-another",
    breaks="a job carries baggage of the request before, which may be another tenant's",
    fails=[LINE],
    message=r"CANARY-\w+ is given [0-9a-f-]{36} by a job about its own",
    touches=[f"app:{PRODUCT}:behaviour:jobs"],
    hard=True,
)
def jobs_carry_another(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "jobs_carry_tenant_before")


@fault(
    name="sei-mixing-log-names-another",
    breaks="the log names the tenant of the request before: the context is set too late",
    fails=[LINE],
    message=r"CANARY-\w+ is given [0-9a-f-]{36} by the log of its own request",
    touches=[f"app:{PRODUCT}:behaviour:request-log"],
    hard=True,
)
def log_names_another(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "log_names_tenant_before")
