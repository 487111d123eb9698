"""How long each kind of data is kept is written down, and what is older is really gone."""

from __future__ import annotations

from datetime import UTC, datetime

from psycopg import sql

from fixtures.aws.buckets import Bucket
from fixtures.aws.logs import LogGroup
from fixtures.documents import Documents
from fixtures.postgres import Database
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.privacy import Kind
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.buckets import old_versions_days
from tests.judges.retention import periods, replaced, unplaced


@verifies("AURA-8.2.1.4")
def test_nothing_is_kept_longer_than_is_written(
    line: Line,
    target: ProductTarget,
    documents: Documents,
    all_rows: Database,
    buckets: Found[Bucket],
    log_groups: Found[LogGroup],
) -> None:
    kinds = configured(target.privacy, f"{line.product}.privacy").retention
    if not kinds:
        raise NotConfigured(f"the target has no {line.product}.privacy.retention", "Say where each kind of data lies")
    place, document = documents.place("retention"), documents.section("retention")
    if document is None:
        raise AssertionError(f"{place} is missing: nobody has written down how long data is kept")
    written, problems = periods(table for part in document.walk() for table in part.tables)
    observed(place, "days by kind", written, source="the checkout")
    if not written:
        raise AssertionError(f"{place} has no table of kind, period and action")
    problems += unplaced(written, [k.kind for k in kinds.values()])
    grace = float(str(line.limit("grace").value))
    beyond = 0
    for kind in (k for k in kinds.values() if k.kind in written):
        said, count = _beyond(kind, written[kind.kind], grace, all_rows, buckets, log_groups)
        problems += [f"{kind.kind}: {what}" for what in said]
        beyond += count
    conclude([*problems, line.limit("items_beyond").problem(beyond, of=f"what {place} gives a period")])


def _beyond(
    kind: Kind, days: int, grace: float, every_row: Database, buckets: Found[Bucket], groups: Found[LogGroup]
) -> tuple[list[str], int]:
    """What of a kind is kept longer, or has nothing that would remove it; and how many things are too old."""
    if kind.table:
        return _rows(kind, days, grace, every_row)
    if kind.bucket:
        named = [b for b in buckets if b.word == kind.bucket]
        if not named:
            raise NotConfigured(f"no bucket {kind.bucket} is described", "Add it to [PRODUCT.aws.buckets]")
        return _versions(named[0], days, grace)
    longer = [f"{group} keeps {group.retention} days, of {days}" for group in groups if group.retention > days]
    return longer, 0


def _rows(kind: Kind, days: int, grace: float, every_row: Database) -> tuple[list[str], int]:
    query = sql.SQL(
        "select count(*)::int as n,"
        " count(*) filter (where ({at}) < now() - make_interval(secs => {old}))::int as beyond,"
        " extract(epoch from now() - min({at}))::float / 86400 as oldest from {table} where {where}"
    ).format(
        at=sql.SQL(kind.at), old=sql.Literal((days + grace) * 86400), where=sql.SQL(kind.where),
        table=sql.Identifier(every_row.schema, str(kind.table)),
    )  # fmt: skip
    row = every_row.rows(query.as_string(), fresh=True)[0]
    if not row["n"]:
        raise Unobservable(f"{kind.table} is empty, so that nothing could be too old", "Run it when there is data")
    oldest = observed(f"table {kind.table}", "oldest row", round(row["oldest"], 2), source="SQL", unit="days")
    if not row["beyond"]:
        return [], 0
    return [
        f"{row['beyond']} rows of {kind.table} are beyond {days} days and {grace:g} of grace, "
        f"the oldest of {oldest:g}. Does the job that removes them succeed?"
    ], row["beyond"]


def _versions(bucket: Bucket, days: int, grace: float) -> tuple[list[str], int]:
    removed, rule = old_versions_days(bucket.lifecycle)
    found = []
    if removed > days:
        found.append(f"the lifecycle of {bucket} removes former versions after {removed:g} days {rule}, want {days}")
    versions = []
    for page in bucket.account.client("s3", bucket.region).get_paginator("list_object_versions").paginate(
        Bucket=bucket.name, PaginationConfig={"MaxItems": 20_000}
    ):  # fmt: skip
        versions += [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    now = datetime.now(UTC)
    ages = [(now - at).total_seconds() / 86400 for at in replaced(versions)]
    observed(bucket, "former versions", len(ages), source="s3:ListObjectVersions", unit="count")
    old = [age for age in ages if age > days + grace]
    if old:
        found.append(f"{len(old)} former versions in {bucket} were replaced {max(old):.0f} days ago, want {days}")
    return found, len(old)
