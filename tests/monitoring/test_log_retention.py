"""Logs are kept long enough, in every group and archive, and what should be kept is really there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.aws.account import Account
from fixtures.aws.buckets import Bucket
from fixtures.aws.logs import LogGroup, groups_beside
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies

SAMPLE = timedelta(days=80)
"""An event older than this must still be readable where the group is older."""


@verifies("AURA-8.2.2.5")
@pytest.mark.smoke
def test_logs_are_kept_and_readable_at_the_end_of_it(line: Line, aws: Account, log_groups: Found[LogGroup]) -> None:
    groups = groups_beside(aws, log_groups)
    allowed = set(aws.settings.log_groups_kept_forever)
    problems: list[str | None] = [p for found in each(lambda g: _retention(line, g), groups) for p in found]
    forever = [g.name for g in groups if g.never_expires and g.name not in allowed]
    hint = f"{', '.join(forever)}. Set a retention, or declare them in log_groups_kept_forever" if forever else ""
    problems.append(line.limit("never_expiring_groups").problem(len(forever), of=aws, hint=hint))
    problems += each(_sample, [g for g in groups if g.name in {d.name for d in log_groups}])
    if "logs" in aws.settings.buckets:
        problems += _archive(line, Bucket(aws, aws.settings.buckets["logs"], "logs"))
    conclude(problems)


def _retention(line: Line, group: LogGroup) -> list[str | None]:
    return [line.limit("retention").problem(group.retention, of=group, hint="Raise it with put-retention-policy")]


def _sample(group: LogGroup) -> str | None:
    """Look for one event of the last ten days of the ninety."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    if now - group.created < SAMPLE + timedelta(days=10):
        return None
    if group.events(now - timedelta(days=90), now - SAMPLE, at_most=1).or_none():
        return None
    return (
        f"{group}: was made on {group.created:%d %b %Y} and has no event older than {SAMPLE.days} days. "
        "Does a job delete its streams after exporting them?"
    )


def _archive(line: Line, bucket: Bucket) -> list[str | None]:
    days = [
        r["Expiration"]["Days"]
        for r in bucket.lifecycle
        if r.get("Status") == "Enabled" and "Days" in r.get("Expiration", {}) and _holds(bucket, r)
    ]
    return [line.limit("retention").problem(d, of=bucket, hint="A lifecycle rule deletes the archive") for d in days]


def _holds(bucket: Bucket, rule: dict[str, Any]) -> bool:
    """Whether the rule is about the whole bucket, or about something that is in it."""
    prefix = (rule.get("Filter") or {}).get("Prefix") or rule.get("Prefix") or ""
    return not prefix or bool(bucket.objects(prefix, at_most=1).or_none())
