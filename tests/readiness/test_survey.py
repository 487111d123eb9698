"""Customers were asked what they think of the release, those who want to be, and their answers arrive."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from fixtures.pages import Library
from fixtures.pages.mailing import Mailing
from fixtures.pages.survey import Survey
from fixtures.postgres import Database
from golive.catalogue import Line
from golive.guard.http import GuardedSession
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.release import deployed_at
from tests.judges.materials import links_in
from tests.readiness.customers import contacts

HOUR = timedelta(hours=1)
PATIENCE, PAUSE = 10.0, 0.5
"""Seconds that a test answer may take to be seen."""


@pytest.mark.writes
@verifies("SEI-3.2.1.2.3")
def test_customers_were_asked_what_they_think(
    line: Line, target: ProductTarget, pages: Library, all_rows: Database
) -> None:
    settings = configured(pages.settings.mailing, f"{line.product}.pages.mailing")
    asked = configured(pages.settings.survey, f"{line.product}.pages.survey")
    deployed = deployed_at(target.release, line.product)
    mailing, survey = Mailing(settings, pages.timeouts), Survey(asked, pages.timeouts, pages.settings.ca_file)
    campaign = mailing.campaign(settings.survey)
    assert campaign is not None, f"{mailing} has no campaign '{settings.survey}': nobody was asked"
    assert campaign.sent is not None, f"{campaign} is a draft ({campaign.status}), it was never sent: nobody was asked"
    assert campaign.sent >= deployed, f"{campaign} was sent before this release: nobody was asked about it"
    refuse = mailing.opted_out(campaign)
    eligible = {who for people in contacts(all_rows, settings, deployed).values() for who in people} - refuse
    recipients = mailing.recipients(campaign)
    sent_to = eligible & set(recipients)
    wanted = [who for who in sent_to if recipients[who]]
    against = refuse & set(recipients)
    observed(campaign, "eligible people", len(eligible), source="SQL, less those who opted out", unit="count")
    assert eligible, "everybody opted out: nobody can be asked"
    with _answered(survey) as (refused, stored):
        problems = [
            line.limit("sent").problem(100 * len(sent_to) / len(eligible), of=f"{campaign}, {len(eligible)} people"),
            line.limit("send_delay").problem((campaign.sent - deployed) / HOUR, of=campaign),
            line.limit("delivered").problem(100 * len(wanted) / max(len(sent_to), 1), of=campaign),
            f"{campaign} went to {len(against)} people who want no mail" if against else None,
            *_links(mailing.text(campaign), survey, pages),
            f"{survey} {refused}" if refused else None,
            line.limit("accepted_test_answers").problem(
                stored, of=survey, hint="Is a test answer taken, and is it seen where answers are read?"
            ),
        ]
    conclude(problems)


@contextmanager
def _answered(survey: Survey) -> Iterator[tuple[str, int]]:
    """Inside the block a test answer was given: why it was not taken, and how many are kept. After it, it is gone."""
    text = f"Test answer of {run_id()}"
    refused = survey.answer(text)
    found, end = list[str](), time.monotonic() + PATIENCE
    while not refused and not (found := survey.with_text(text)) and time.monotonic() < end:
        time.sleep(PAUSE)
    try:
        yield refused, len(found)
    finally:
        if found:
            survey.delete(found)
    assert not survey.with_text(text), f"a test answer could not be taken away from {survey}"


def _links(text: str, survey: Survey, pages: Library) -> list[str]:
    """What is wrong with the mail's link to the survey: there is none, or it leads to no form.

    Other links are not followed: one may end somebody's subscription.
    """
    hosts = {urlsplit(url).netloc for url in (str(survey.settings.submit), survey.url)}
    links = [url for url in links_in(text) if urlsplit(url).netloc in hosts]
    if not links:
        return ["the mail has no link to the survey"]
    with GuardedSession(links, connect_timeout=pages.timeouts.connect, read_timeout=pages.timeouts.read) as session:
        answer = session.get(links[0])
    observed(links[0], "survey's page", answer.status_code, source="GET")
    if answer.status_code != 200:
        return [f"the mail's link to the survey answers {answer.status_code}: {links[0]}"]
    form = re.search(r"<(form|input|textarea|script)\b", answer.text, re.IGNORECASE)
    return [] if form else [f"the mail's link leads to a page without a form: {links[0]}"]
