"""Reports on a schedule that nobody makes, or whose files are older, empty or another tenant's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

from reference.app.seiketsu.analytics import export_key
from reference.faults import fault
from reference.faults.encryption import RECORDINGS
from reference.schema.canaries import ORGANIZATIONS, SMALL, Organization

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, MIXING = "seiketsu", "SEI-5.2.2.1.2", "SEI-2.2.2.1.2"
AMBER, BIRCH, _ = ORGANIZATIONS
ROWS, FILES = f"postgres:{PRODUCT}:table:reports:rows", f"aws:{PRODUCT}:s3:recordings:canaries"
NEWEST = """SELECT id FROM reports WHERE organization_id = %s AND content->>'schedule' = 'daily'
ORDER BY completed_at DESC LIMIT 1"""
EARLIER = """UPDATE reports
SET created_at = created_at - %(by)s::interval, completed_at = completed_at - %(by)s::interval
WHERE content->>'schedule' = 'daily' AND (%(whose)s::uuid IS NULL OR organization_id = %(whose)s::uuid) RETURNING id"""
AGAIN = """UPDATE reports
SET created_at = created_at + %(by)s::interval, completed_at = completed_at + %(by)s::interval
WHERE id = ANY(%(ids)s)"""


@fault(
    name="sei-reports-schedule-disabled",
    breaks="the schedule of the daily report was switched off, so that the newest is of nine days ago",
    fails=[LINE],
    message=r"the report daily_leads was not made in the last 72 h for (\d+) of \1 tenants",
    touches=[ROWS],
)
def schedule_disabled(deployment: Deployment) -> Iterator[None]:
    yield from _earlier(deployment, "9 days")


@fault(
    name="sei-reports-one-tenant-left-out",
    breaks="the job stops at the smallest tenant, whose report is a day and a half old; all others have today's",
    fails=[LINE],
    message=r"the report daily_leads of tenant \S+: run age is 1\.[2-9]\d* intervals.*1 of \d+ tenants had it too long",
    touches=[ROWS],
    hard=True,
)
def one_tenant_left_out(deployment: Deployment) -> Iterator[None]:
    yield from _earlier(deployment, "36 hours", SMALL)


@fault(
    name="sei-reports-file-of-last-week",
    breaks="the report is made in time, and the file that is sent is last week's",
    fails=[LINE],
    message=r"the report daily_leads of CANARY-amber lacks \d+ of \d+ rows. Was an older file sent again",
    touches=[ROWS, FILES],
    hard=True,
)
def file_of_last_week(deployment: Deployment) -> Iterator[None]:
    old = {"id": str(uuid4()), "first_name": "Canary", "last_name": AMBER.marker, "status": "new", "lead_score": 10}
    yield from _replaced(deployment, AMBER, {"rows": [old], "total": 1, "schedule": "daily"})


@fault(
    name="sei-reports-empty-file",
    breaks="the report is made in time and in its place, and there is nothing in it",
    fails=[LINE],
    message=r"the report daily_leads of CANARY-birch is empty and should show \d+ of \d+ rows",
    touches=[ROWS, FILES],
    hard=True,
)
def empty_file(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, BIRCH, {"rows": [], "total": 0, "schedule": "daily"})


@fault(
    name="sei-reports-to-the-wrong-readers",
    breaks="the readers of one tenant are sent another's report, complete and in time",
    fails=[LINE, MIXING],
    message={
        LINE: r"the report daily_leads of CANARY-birch shows \d+ rows of another tenant",
        MIXING: r"CANARY-birch is given CANARY-amber by the file tenants/\S+\.json",
    },
    touches=[ROWS, FILES],
    hard=True,
)
def to_the_wrong_readers(deployment: Deployment) -> Iterator[None]:
    s3 = deployment.aws(PRODUCT, "s3")
    body = s3.get_object(Bucket=RECORDINGS, Key=_newest(deployment, AMBER))["Body"].read()
    yield from _replaced(deployment, BIRCH, json.loads(body))


def _earlier(deployment: Deployment, by: str, whose: Organization | None = None) -> Iterator[None]:
    """The scheduled runs of one tenant, or of all, so much earlier than they were."""
    with deployment.sql(PRODUCT) as connection:
        wanted = {"by": by, "whose": whose and whose.id}
        ids = [row[0] for row in connection.execute(EARLIER, wanted).fetchall()]
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(AGAIN, {"by": by, "ids": ids})


def _replaced(deployment: Deployment, organization: Organization, content: dict[str, object]) -> Iterator[None]:
    """Other contents in the file of a tenant's newest run."""
    s3, key = deployment.aws(PRODUCT, "s3"), _newest(deployment, organization)
    made = s3.put_object(Bucket=RECORDINGS, Key=key, Body=json.dumps(content).encode(), ContentType="application/json")
    try:
        yield
    finally:
        s3.delete_object(Bucket=RECORDINGS, Key=key, VersionId=made["VersionId"])


def _newest(deployment: Deployment, organization: Organization) -> str:
    with deployment.sql(PRODUCT) as connection:
        row = connection.execute(NEWEST, (organization.id,)).fetchone()
    return export_key(organization.id, row[0])
