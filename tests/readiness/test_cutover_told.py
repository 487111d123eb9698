"""Customers heard of the cutover in time, and somebody was there for what they asked then."""

from __future__ import annotations

from datetime import datetime, timedelta

from fixtures.attestations import Attestations
from fixtures.attestations.contents import contents
from fixtures.attestations.coverage import Coverage
from fixtures.helpdesk import Helpdesk
from fixtures.helpdesk.staff import Staff
from fixtures.pages import Library
from fixtures.pages.mailing import Mailing
from fixtures.pages.status import StatusPage
from fixtures.postgres import Database
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.release import deployed_at
from tests.judges.announcing import announced, time_problem, unreached, untold
from tests.judges.support import Shift, moments, unstaffed
from tests.readiness.attested import holding
from tests.readiness.customers import contacts

WAVE = timedelta(hours=24)
"""After the deployment, in which most is asked."""
HOUR = timedelta(hours=1)
SHOWN = 5


@verifies("SEI-2.3.2.1.4")
def test_customers_were_told_of_the_cutover(
    line: Line,
    target: ProductTarget,
    pages: Library,
    helpdesk: Helpdesk,
    attestations: Attestations,
    all_rows: Database,
) -> None:
    settings = configured(pages.settings.mailing, f"{line.product}.pages.mailing")
    deployed = deployed_at(target.release, line.product)
    mailing = Mailing(settings, pages.timeouts)
    campaign = mailing.campaign(settings.cutover)
    assert campaign is not None, f"{mailing} has no campaign '{settings.cutover}': customers were told nothing"
    assert campaign.sent is not None, f"{campaign} is {campaign.status}, it was never sent: customers were told nothing"
    known, recipients = contacts(all_rows, settings, campaign.sent), mailing.recipients(campaign)
    left_out, missed = untold(known, recipients), unreached(known, recipients)
    share = 100 * (len(known) - len(missed)) / len(known)
    hint = f"Not delivered to {', '.join(missed[:SHOWN])}" if missed else ""
    wrong_time = time_problem(announced(mailing.text(campaign)), deployed)
    problems: list[str | None] = [
        line.limit("notice").problem((deployed - campaign.sent) / HOUR, of=campaign),
        line.limit("delivered").problem(share, of=f"{campaign}, {len(known)} tenants", hint=hint),
        *(f"{campaign} went to nobody of {tenant}" for tenant in left_out),
        f"{campaign} {wrong_time}" if wrong_time else None,
    ]
    conclude(
        [
            *problems,
            *_maintenance(line, pages, deployed),
            *_taken(line, target, helpdesk, attestations, deployed),
        ]
    )


def _maintenance(line: Line, pages: Library, deployed: datetime) -> list[str | None]:
    """What is wrong with what the status page announced for the deployment."""
    page = StatusPage(configured(pages.settings.status_page, f"{line.product}.pages.status_page"), pages.timeouts)
    found = [each for each in page.maintenances() if each.start <= deployed <= each.end]
    named = {name.casefold() for each in found for name in each.components}
    silent = [name for name in page.settings.components if found and name.casefold() not in named]
    of = f"{page}, {deployed:%d %b %H:%M}Z"
    return [
        line.limit("maintenance_entries").problem(len(found), of=of),
        *(f"{page}: {found[0]} does not name {name}" for name in silent),
    ]


def _taken(
    line: Line, target: ProductTarget, helpdesk: Helpdesk, attestations: Attestations, deployed: datetime
) -> list[str | None]:
    """Whether somebody had a shift whenever support is promised after the deployment, with answers prepared."""
    record, settings = holding(attestations, line), configured(target.helpdesk, f"{line.product}.helpdesk")
    shifts = [Shift(s.person, s.start, s.end) for s in contents(record, Coverage, "plan of shifts").shift]
    staff = Staff(helpdesk)
    alone = unstaffed(moments(settings.hours, deployed, WAVE), shifts, staff.agents())
    there = {name.casefold() for name in staff.macros()}
    missing = [name for name in settings.macros if name.casefold() not in there]
    observed(record, "hours without anybody", len(alone) / 4, source="record", unit="h")
    hint = f"The first at {alone[0]:%d %b %H:%M}Z" if alone else ""
    return [
        line.limit("unstaffed_hours").problem(len(alone) / 4, of=record, hint=hint),
        *(f"{staff} has no prepared answer '{name}'" for name in missing),
    ]
