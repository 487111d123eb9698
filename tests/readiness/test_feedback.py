"""What customers think of the product comes to somebody, is acknowledged, and is looked at in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.helpdesk import Helpdesk, Ticket
from fixtures.pages import Library
from fixtures.pages.contact import Contact
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.run_id import run_id
from tests.judges.post_mortems import working_days
from tests.readiness.letters import lost, sent

LOOKED_BACK = timedelta(days=30)


@pytest.mark.writes
@verifies("SEI-5.2.2.1.3")
def test_feedback_comes_to_its_owner(line: Line, pages: Library, helpdesk: Helpdesk) -> None:
    contact, limit = Contact(pages), line.limit("visibility")
    assert isinstance(limit.value, (int, float))
    problems = _late(line, helpdesk)
    with sent(contact, helpdesk, f"Feedback {run_id()}", limit.value) as letter:
        if letter.ticket is None:
            problems.append(lost(contact, helpdesk, letter, limit.value))
        else:
            problems.append(limit.problem(letter.minutes, of=f"{letter.ticket} of {contact}"))
            problems += _arrived(contact, helpdesk, letter.ticket)
    conclude(problems)


def _arrived(contact: Contact, helpdesk: Helpdesk, ticket: Ticket) -> list[str]:
    found = []
    if not ticket.owner:
        found.append(f"{ticket} has neither a group nor an assignee: it lies in a queue that is nobody's")
    if missing := [word for word in contact.settings.context if word not in ticket.text]:
        found.append(f"{ticket} does not say {', '.join(missing)}: nobody knows from where it came")
    if not helpdesk.acknowledged(ticket):
        found.append(f"nobody and nothing told the sender that {ticket} arrived")
    return found


def _late(line: Line, helpdesk: Helpdesk) -> list[str | None]:
    """What customers wrote, in the last month, that nobody has looked at in time."""
    now, limit, tag = clock.now(), line.limit("triage"), helpdesk.settings.feedback_tag
    waiting = [t for t in helpdesk.tickets(now - LOOKED_BACK) if tag in t.tags and t.status == "new"]
    return [limit.problem(working_days(t.created.date(), now.date()), of=f"{t}, which is new") for t in waiting]
