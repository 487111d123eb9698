"""Reports that tenants get on a schedule: made in time for all, there, and of their own rows of the right time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from fixtures.api import ApiClient
from fixtures.aws.buckets import Bucket
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.tenancy.reports import Report, Run
from fixtures.tenancy.things import Owner, Things, owners, things
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges import reports as judge

MOST = 200
"""Tenants whose files are looked for."""
BACK = 3
"""Intervals that runs are looked for in."""
EDGE = timedelta(seconds=5)
"""What is written at the beginning or the end of a report's time may be in it or not."""
ASKING = 2


@verifies("SEI-5.2.2.1.2")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_scheduled_reports_are_made_right_and_delivered(
    line: Line,
    target: ProductTarget,
    api: ApiClient,
    app_database: Database,
    all_rows: Database,
    buckets: Found[Bucket],
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    postgres = configured(target.postgres, f"{line.product}.postgres")
    reports = configured(target.reports, f"{line.product}.reports").scheduled
    ring = list(owners(api))
    known = [Report(word, s, line.product, all_rows, buckets) for word, s in reports.items()]
    with things(api, tenancy, postgres, app_database) as shop:
        problems = [p for report in known for p in _judged(line, report, ring, shop)]
    conclude(problems)


def _judged(line: Line, report: Report, ring: Sequence[Owner], shop: Things) -> list[str | None]:
    now, every = clock.now(), timedelta(hours=report.settings.every)
    readers, last = report.readers(now - every), judge.newest(report.runs(now - BACK * every))
    told = judge.ages(readers, last, now, report.settings.every)
    problems = _late(line, report, told)
    looked = [last[t] for t in readers if t in last][:MOST]
    there = each(report.delivered, looked)
    if absent := [run.tenant for run, yes in zip(looked, there, strict=True) if not yes]:
        share = 100 * (len(looked) - len(absent)) / len(looked)
        hint = f"The first is {absent[0]}; see what the worker says of it"
        problems.append(line.limit("delivered").problem(round(share, 2), of=f"files of {report}", hint=hint))
    elif looked:
        line.limit("delivered").problem(100.0, of=f"files of {report}")
    own = {owner.id: str(owner) for owner in ring}
    shown = [_shown(report, run, every) for run in looked if run.tenant in own]
    if not any(s.due for s in shown) and not any(problems):
        raise Unobservable(
            f"{report}: no synthetic tenant has had anything to report since its run before",
            "Let something be made for each of them every day",
        )
    shown += _ordered(report, ring, shop)
    problems += [p for s in shown for p in judge.wrong(s, str(report), own[s.tenant])]
    foreign, differences = sum(len(s.foreign) for s in shown), sum(s.differences for s in shown)
    return [
        *problems,
        line.limit("foreign_rows").problem(foreign, of=f"{len(shown)} files of {report}"),
        line.limit("total_differences").problem(differences, of=f"{len(shown)} files of {report}"),
    ]


def _late(line: Line, report: Report, told: dict[str, float | None]) -> list[str | None]:
    limit = line.limit("run_age")
    never = [tenant for tenant, age in told.items() if age is None]
    known = {tenant: age for tenant, age in told.items() if age is not None}
    late = sum(not limit.admits(age) for age in known.values())
    problems = list[str | None]()
    if never:
        hours = BACK * report.settings.every
        problems.append(
            f"{report} was not made in the last {hours:g} h for {len(never)} of {len(told)} tenants, such as "
            f"{never[0]}. Does its schedule run, and for all?"
        )
    if known:
        oldest = max(known, key=lambda tenant: known[tenant])
        problems.append(
            limit.problem(
                known[oldest], of=f"{report} of tenant {oldest}",
                hint=f"{late} of {len(told)} tenants had it too long ago. Does its schedule run?",
            )
        )  # fmt: skip
    return problems


def _shown(report: Report, run: Run, length: timedelta, must: frozenset[str] = frozenset()) -> judge.Shown:
    content = report.content(run)
    due = report.due(run.tenant, run.at - length + EDGE, run.at - EDGE)
    allowed = report.due(run.tenant, run.at - length - EDGE, run.at + EDGE)
    strange = sorted(set(content.rows) - allowed)
    return judge.Shown(run.tenant, content, due | must, allowed | must, {row: report.owner(row) for row in strange})


def _ordered(report: Report, ring: Sequence[Owner], shop: Things) -> list[judge.Shown]:
    """Let tenants ask for a report at once, each with something new of its own."""
    settings = report.settings
    thing = shop.tenancy.things.get(settings.order)
    if thing is None or thing.create is None or settings.shows not in shop.tenancy.things:
        raise NotConfigured(f"{report.key} order or shows is none of [tenancy.things] that is made", "Correct it")
    asking = [owner for owner in ring if shop.may(owner, thing.create)][:ASKING]
    if len(asking) < ASKING:
        raise NotConfigured(f"{len(asking)} tenants have an identity that may ask for {report}", f"Give {ASKING}")
    begun: datetime = clock.now() - timedelta(minutes=1)
    made = {owner.id: shop.make(settings.shows, owner) for owner in asking}
    ids = {shop.make(settings.order, owner): owner for owner in asking}
    runs = report.ordered(ids, begun)
    if lost := [str(owner) for id_, owner in ids.items() if id_ not in runs]:
        raise AssertionError(
            f"{report} that {', '.join(lost)} asked for was not made in {settings.patience:g} s. Do the workers run?"
        )
    observed(report, "asked for", sorted(str(owner) for owner in asking), source="HTTP")
    length = timedelta(hours=settings.order_hours)
    return [_shown(report, run, length, frozenset({made[run.tenant]})) for run in runs.values()]
