"""Backups are made by themselves every day, without gaps, and once more in another region."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.aws.iam import Iam
from fixtures.aws.keys import Key
from fixtures.aws.rds import Database
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.backup_calendar import in_a_day, window_length
from tests.judges.restore import DAY, gaps, missed_days

HOUR = timedelta(hours=1)


@verifies("AURA-1.1.2.3")
def test_backups_are_made_by_themselves_every_day(line: Line, rds: Database) -> None:
    writer, now = rds.writer, datetime.now(UTC)
    problems = [line.limit("retention").problem(writer.backup_retention, of=writer, hint="0 turns them off")]
    window = timedelta(0)
    if writer.backup_window:
        window = window_length(writer.backup_window)
    else:
        problems.append(f"{writer}: has no backup window")
    automated = [s for s in writer.all_snapshots.or_none() if s.type == "automated"]
    done = [s for s in automated if s.status == "available" and s.created]
    made = in_a_day([s.created for s in done if s.created], now, window)
    observed(writer, "automated snapshots of the last day", made, source="rds:DescribeDBSnapshots")
    hint = (
        f"The newest finished one is {done[0]} of {done[0].created:%Y-%m-%d %H:%M}" if done else "There is none at all"
    )
    problems.append(line.limit("backups_per_24h").problem(made, of=writer, hint=hint))
    if done:
        problems.append(line.limit("newest_progress").problem(done[0].progress, of=done[0]))
    conclude(problems)


@verifies("AURA-6.1.1.1")
def test_each_of_the_last_days_has_a_backup(line: Line, rds: Database) -> None:
    writer, now = rds.writer, datetime.now(UTC)
    days = float(line.limit("days_covered").value)  # type: ignore[arg-type]
    found = [s for s in writer.automated_snapshots.or_none() if s.created]
    assert found, f"{writer}: has no finished automated snapshot. Are automated backups on?"
    made = [s.created for s in found if s.created]
    between = gaps(made, now, days)
    longest, since = max(between)
    recent = [s for s in found if s.created and now - s.created <= (days + 1) * DAY]
    conclude(
        [
            line.limit("largest_gap").problem(
                longest / HOUR, of=writer, hint=f"No snapshot for that long since {since:%Y-%m-%d %H:%M} UTC"
            ),
            line.limit("days_without_backup").problem(missed_days(between), of=writer),
            line.limit("days_covered").problem(
                (now - min(made)) / DAY, of=writer, hint="How old the oldest snapshot is"
            ),
            *(f"{s} of {writer}: is not encrypted" for s in recent if not s.encrypted),
        ]
    )


@verifies("AURA-6.1.1.5")
def test_backups_lie_in_a_second_region_too(line: Line, rds: Database, iam: Iam) -> None:
    writer, settings, now = rds.writer, rds.account.settings, datetime.now(UTC)
    region = settings.dr_region
    if region is None:
        raise NotConfigured(f"the target has no {line.product}.aws.dr_region", "Name the region of the copies")
    assert region != writer.region, f"{writer}: the second region is the first one, {region}"
    copies = writer.copies_in(region).or_none()
    replicated = writer.replicated_to(region)
    newest = copies[0] if copies else None
    moments = [m for m in (replicated, newest.created if newest else None) if m]
    assert moments, f"{writer}: {region} holds no finished copy of its snapshots and no replicated backups"
    problems = [
        line.limit("newest_copy_age").problem(
            (now - max(moments)) / HOUR, of=writer, hint=f"{len(copies)} copies in {region}, the newest is {newest}"
        )
    ]
    if newest and newest.created == max(moments):
        key = Key(rds.account, newest.key, region)
        problems.append(key.problem(newest))
        if newest.key and f":{region}:" not in newest.key:
            problems.append(f"{newest}: its key {newest.key} is not one of {region}")
        restore = rds.settings.restore
        if restore and restore.role and newest.key and not iam.role(restore.role).may("kms:CreateGrant", newest.key):
            problems.append(f"{newest}: {iam.role(restore.role)} may not use its key (kms:CreateGrant)")
    conclude(problems)
