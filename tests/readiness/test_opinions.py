"""What users say in the product comes to the team, and people decide on it each week."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.api import ApiClient
from fixtures.api.newcomers import Newcomer, newcomer
from fixtures.browser.acting import ActingVisitor, says, sends
from fixtures.documents import Documents
from fixtures.documents.records import newest_record
from fixtures.helpdesk import Helpdesk, Ticket
from fixtures.postgres import Database
from fixtures.postgres.asked import asked
from fixtures.web import Site
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.audience import Feedback
from golive.target.product import configured
from golive.target.release import launched_at
from golive.verdict import Unobservable
from tests.judges import opinions as judge

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEY = "[PRODUCT.feedback]"
THANKED_WITHIN, PAUSE = 10.0, 0.5
"""Seconds."""
LOOKED_BACK = timedelta(days=60)


@verifies("AURA-11.1.2.4")
@pytest.mark.writes
@pytest.mark.timeout(600)
def test_what_users_say_comes_to_the_team(
    line: Line,
    target: ProductTarget,
    site: Site,
    api: ApiClient,
    all_rows: Database,
    helpdesk: Helpdesk,
    chromium: Browser,
) -> None:
    settings = configured(target.feedback, f"{line.product}.feedback")
    since, text = launched_at(target.release, line.product), f"Golive tries this: {run_id()}"
    problems: list[str | None] = [_given(settings, all_rows, since)]
    with newcomer(api) as somebody:
        thanked = _send(line, target, site, chromium, somebody, text)
        begun = time.monotonic()
        stored, tickets = _awaited(settings, all_rows, helpdesk, text)
        minutes = round((time.monotonic() - begun) / 60, 2)
        try:
            problems += [
                None if thanked else f"the form on {settings.form.path} does not say '{settings.form.thanks}'",
                *_arrived(settings, stored, tickets, somebody),
                line.limit("visible_after").problem(minutes, of="what was said") if tickets else None,
            ]
        finally:
            for ticket in tickets:
                helpdesk.delete(ticket)
    left = asked(all_rows, settings.stored, set(), f"{KEY} stored", text=text)
    assert not left, "what this run said stays in the store after its account is gone: delete it by hand"
    conclude(problems)


def _given(settings: Feedback, all_rows: Database, since: datetime) -> str | None:
    """Whether users said something, where there are so many of them that some must have."""
    rows = asked(all_rows, settings.given, {"active", "feedback"}, f"{KEY} given", since=since)
    if len(rows) != 1:
        raise Unobservable(f"{KEY} given has {len(rows)} rows instead of one", f"Correct {KEY} given")
    counts = {word: int(rows[0][word]) for word in ("active", "feedback")}
    observed(all_rows, f"since {since:%d %b}", counts, source="SQL")
    if counts["feedback"] or counts["active"] < settings.active_users:
        return None
    return f"none of {counts['active']} active users said anything since {since:%Y-%m-%d}: is the form seen?"


def _send(line: Line, target: ProductTarget, site: Site, chromium: Browser, somebody: Newcomer, text: str) -> bool:
    """Say something by the form, as somebody does; return whether the page thanks for it."""
    form = configured(target.feedback, f"{line.product}.feedback").form
    how = configured(configured(target.web, f"{line.product}.web").signed_in, f"{line.product}.web.signed_in")
    cookies, storage, local = (
        {k: v.replace("{token}", somebody.token) for k, v in held.items()}
        for held in (how.cookies, how.storage, how.local)
    )
    visitor = ActingVisitor(chromium, site, cookies=cookies, storage=storage, local=local)
    with visitor.open(form.path) as tab:
        if says(tab, form.thanks, 0.1):
            raise Unobservable(f"{form.path} thanks before anything is sent", f"Correct {KEY}.form thanks")
        sends(tab, {form.text: text}, form.choose, form.send)
        thanked = says(tab, form.thanks, THANKED_WITHIN)
    return observed(site, "thanked for what was said", thanked, source="Chromium")


def _awaited(
    settings: Feedback, all_rows: Database, helpdesk: Helpdesk, text: str
) -> tuple[list[dict[str, Any]], list[Ticket]]:
    """Return the rows and the tickets with a text, once there is one of each, or they were waited for."""
    end = time.monotonic() + settings.patience
    while True:
        columns = {"user", "page", "forwarded"}
        rows = asked(all_rows, settings.stored, columns, f"{KEY} stored", text=text)
        tickets = helpdesk.with_subject(text)
        if (rows and tickets and rows[0]["forwarded"]) or time.monotonic() > end:
            observed(all_rows, "stored with the text of this run", len(rows), source="SQL", unit="count")
            return rows, tickets
        time.sleep(PAUSE)


def _arrived(settings: Feedback, stored: list[dict[str, Any]], tickets: list[Ticket], somebody: Newcomer) -> list[str]:
    if not stored:
        return [f"the form sent it, and the store has nothing of it {settings.patience:g} s later: it is discarded"]
    row, found = stored[0], list[str]()
    if str(row["user"]) != somebody.id:
        found.append(f"what was said is stored as said by {row['user']}, not by {somebody}")
    if settings.form.path not in str(row["page"] or ""):
        found.append(f"what was said is stored without the page on which it was: {row['page']!r}")
    if not row["forwarded"]:
        found.append("what was said is stored and has no forwarded id: the team's tracker does not get it")
    if not tickets:
        found.append("what was said is stored, and the team's tracker has no ticket with it: who reads it?")
    elif row["forwarded"] and str(row["forwarded"]) not in {str(t.id) for t in tickets}:
        found.append(f"what was said is stored as ticket {row['forwarded']}, which is not {tickets[0]}")
    return found


@verifies("AURA-11.2.1.4")
def test_people_decide_each_week_on_what_users_said(
    line: Line, target: ProductTarget, all_rows: Database, documents: Documents
) -> None:
    settings, now = configured(target.feedback, f"{line.product}.feedback"), clock.now()
    late = line.limit("late_above").value
    assert isinstance(late, (int, float))
    said = _said(settings, all_rows)
    due = judge.older(said, late, now)
    left = judge.undecided(due, settings.undecided)
    record = newest_record(documents, "feedback_reviews")
    problems: list[str | None] = [
        line.limit("unreviewed").problem(
            len(left),
            of=f"of {len(due)} that users said more than {late:g} days ago",
            hint="; ".join(map(str, left[:5])),
        ),
        *judge.by_nobody(due, settings.undecided, settings.people),
        *judge.unanswered(due),
    ]
    if record.written is None or record.period is None:
        conclude([*problems, f"{record} does not say when it was written, or of which time"])
        return
    written = {str(f["measured as"]).strip("` "): f["value"] for f in record.table("measured as", "value")}
    counts = {word: int(n) for word, n in written.items() if n.strip().isdigit()}
    observed(record, "counts", counts, source="checkout")
    age = (now.date() - record.written).days
    differs = judge.otherwise(counts, judge.counted(said, *record.period, settings.undecided))
    problems += [line.limit("review_age").problem(age, of=record), *(f"{record} {why}" for why in differs)]
    if record.by.lower() not in {p.lower() for p in settings.people}:
        problems.append(f"{record} is by {record.by or 'nobody'}, who is none of those who decide")
    conclude(problems)


def _said(settings: Feedback, all_rows: Database) -> Found[judge.Said]:
    columns = {"item", "at", "status", "decision", "actor", "asks", "answered"}
    since = clock.now() - LOOKED_BACK
    rows = asked(all_rows, settings.items, columns, f"{KEY} items", since=since)
    found = [
        judge.Said(
            str(r["item"]), r["at"], str(r["status"] or ""), str(r["decision"] or ""), str(r["actor"] or ""),
            bool(r["asks"]), bool(r["answered"]),
        )
        for r in rows
    ]  # fmt: skip
    remedy = "Where users said nothing, nothing shows that it is read: see the line on the form"
    return Found("things that users said", found, source="SQL", remedy=remedy)
