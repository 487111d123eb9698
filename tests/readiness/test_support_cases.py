"""Support resolves what customers ask: each test case gets to those who know, in time, with the right article."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest

from fixtures.attestations import Attestations
from fixtures.attestations.contents import contents
from fixtures.attestations.training import Training
from fixtures.helpdesk import Helpdesk
from fixtures.helpdesk.handling import Handling, handling
from fixtures.helpdesk.staff import Staff
from fixtures.oncall import Desk, Roster
from fixtures.pages import Library
from fixtures.pages.contact import Contact
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.people import Case
from golive.target.people import Helpdesk as Settings
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.materials import links_in
from tests.judges.support import article_problem, clock_problem, closed_in, misrouting, moments, promised
from tests.judges.training import HELPDESK, untrained
from tests.readiness.attested import holding
from tests.readiness.letters import PAUSE, Letter, lost, sent

TEXT = "A test of support by a verification run. Please answer it as you would any customer: it is taken away then."


@pytest.mark.writes
@verifies("SEI-5.2.1.1.4")
def test_support_resolves_test_cases(
    line: Line, target: ProductTarget, helpdesk: Helpdesk, pages: Library, attestations: Attestations, oncall: Desk
) -> None:
    settings = configured(target.helpdesk, f"{line.product}.helpdesk")
    if line.limit("tickets").problem(len(settings.cases), of="test cases of the target"):
        raise NotConfigured(f"the target has {len(settings.cases)} test cases", "Add [PRODUCT.helpdesk.cases.WORD]")
    if not promised(settings.hours, clock.now()):
        raise Unobservable("support does not work now, by [PRODUCT.helpdesk.hours]", "Run it when it does")
    limit, arrival, contact, staff = line.limit("first_reply"), line.limit("arrival"), Contact(pages), Staff(helpdesk)
    assert isinstance(limit.value, (int, float))
    assert isinstance(arrival.value, (int, float))
    groups, problems = staff.groups(), list[str | None]()
    wrong: dict[str, list[str]] = {"misrouted_tickets": [], "stalled_clocks": [], "wrong_articles": []}
    with _asked(contact, helpdesk, settings.cases, arrival.value, limit.value) as letters:
        for word, (letter, handled) in letters.items():
            case = settings.cases[word]
            if handled is None:
                problems.append(f"{word}: {lost(contact, helpdesk, letter, arrival.value)}")
                continue
            found = {
                "misrouted_tickets": misrouting(case, handled, groups),
                "stalled_clocks": clock_problem(handled, limit.value),
                "wrong_articles": article_problem(case, _titles(pages, handled.reply)) if handled.reply else "",
            }
            for name, why in found.items():
                wrong[name] += [f"{letter.ticket} {why}"] if why else []
            late = limit.problem(handled.reply_after, of=letter.ticket) if handled.reply_after is not None else None
            problems.append(late if handled.reply else f"{letter.ticket} has no answer after {limit.value:g} min")
    problems += [line.limit(n).problem(len(w), of=helpdesk, hint="; ".join(w)) for n, w in wrong.items()]
    conclude([*problems, *_hours(settings, staff), *_certified(line, attestations, staff), *_engineering(oncall)])


@contextmanager
def _asked(
    contact: Contact, helpdesk: Helpdesk, cases: Mapping[str, Case], arrival: float, patience: float
) -> Iterator[dict[str, tuple[Letter, Handling | None]]]:
    """Inside the block each case was written, and its answer waited for, `patience` minutes at most for all of them.

    After one that did not arrive in time no more are written.
    """
    with ExitStack() as stack:
        letters: dict[str, Letter] = {}
        for word, case in cases.items():
            subject, text = f"{case.question} ({run_id()} {word})", f"{case.question}? {TEXT}"
            letters[word] = stack.enter_context(sent(contact, helpdesk, subject, arrival, text))
            if letters[word].ticket is None:
                break
        end = time.monotonic() + patience * 60
        while True:
            found = {w: (x, handling(helpdesk, x.ticket) if x.ticket else None) for w, x in letters.items()}
            if all(h is None or h.reply for _, h in found.values()) or time.monotonic() > end:
                break
            time.sleep(PAUSE)
        yield found


def _titles(pages: Library, reply: str) -> list[str]:
    """The titles of those articles of ours that an answer links to and that a customer can read."""
    read = [pages.read(url) for url in links_in(reply) if pages.serves(url)]
    return [page.heading for page in read if not page.absent]


def _hours(settings: Settings, staff: Staff) -> list[str]:
    """Whether the help desk counts time whenever support is promised."""
    since = clock.now().replace(minute=0, second=0, microsecond=0)
    schedules = staff.schedules()
    shut = closed_in(moments(settings.hours, since, timedelta(days=7)), [s.open_at for s in schedules])
    first = f", first at {shut[0]:%a %H:%M}Z" if shut else ""
    names = ", ".join(f"{s} ({s.time_zone})" for s in schedules)
    said = f"{names}: its clocks stand still for {len(shut) / 4:g} h a week in which support works{first}"
    return [said] if shut else []


def _certified(line: Line, attestations: Attestations, staff: Staff) -> list[str]:
    record, age = holding(attestations, line), line.limit("certification_age")
    assert isinstance(age.value, (int, float))
    trained = contents(record, Training, "certification").trained
    since = clock.now() - timedelta(days=age.value)
    lacking = untrained(staff.agents(), trained, HELPDESK, since, clock.now())
    return [f"{record}: {person}, who may answer, {why}" for person, why in lacking.items()]


def _engineering(oncall: Desk) -> list[str]:
    """Where nobody would be asked if support handed a case over now."""
    roster, now = Roster(oncall), clock.now().replace(second=0, microsecond=0)
    return [
        f"{service}: nobody is on call whom support could hand a case over to"
        for service in oncall.services
        if not roster.shifts(roster.policy_of(service.name), now, now + timedelta(hours=1))
    ]
