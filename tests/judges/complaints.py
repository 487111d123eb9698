"""Whether what customers and the public complain about is seen, answered, and decided on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from fixtures.attestations.watch import Case, Suspicion, Watch
from fixtures.helpdesk import Ticket

URGENT = ("urgent", "critical")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def critical(ticket: Ticket, tags: Collection[str], alarming: Iterable[str]) -> str:
    """Why a ticket is critical, or nothing."""
    if ticket.priority in URGENT:
        return f"is {ticket.priority}"
    if tagged := [tag for tag in ticket.tags if tag in tags]:
        return f"has the tag {tagged[0]}"
    said = f"{ticket.subject}\n{ticket.text}".lower()
    return next((f"says '{words}'" for words in alarming if words.lower() in said), "")


def unsettled(ticket: Ticket) -> str:
    """Why a critical ticket is not settled, or nothing: it is open, or was ended without an answer."""
    if ticket.open:
        return f"is {ticket.status}"
    if ticket.status == "suspended":
        return "was suspended as unwanted"
    return f"was {ticket.status} without an answer" if ticket.answered_after is None else ""


def untriaged(ticket: Ticket, now: datetime, minutes: float) -> bool:
    """Whether a ticket has waited longer for a priority than it may."""
    return ticket.open and not ticket.priority and (now - ticket.created) / MINUTE > minutes


def hours_to_answer(ticket: Ticket, now: datetime) -> float:
    """Hours until the first answer, to now while there is none and it is open."""
    if ticket.answered_after is not None:
        return ticket.answered_after / 60
    return (now - ticket.created) / HOUR if ticket.open else 0.0


def denied(watch: Watch, tickets: Sequence[Ticket]) -> str:
    """Say that a record tells of nothing while tickets do, or of cases without any."""
    if watch.finding == "none" and tickets:
        return f"says that there is nothing, and {', '.join(map(str, tickets))} of the help desk"
    return "says that there are cases, and names none" if watch.finding == "cases" and not watch.case else ""


def undecided(watch: Watch, tickets: Iterable[Ticket], now: datetime, most: timedelta) -> list[str]:
    """Say which cases and tickets were not decided on in time."""
    known = {case.id: case for case in watch.case}
    found = [f"case {case.id} {why}" for case in watch.case if (why := _late(case, now, most))]
    return found + [
        f"{ticket} is no case {(now - ticket.created) / MINUTE:.0f} min after it was written"
        for ticket in tickets
        if str(ticket.id) not in known and ticket.open and now - ticket.created > most
    ]


def unnotified(cases: Iterable[Suspicion], now: datetime, most: timedelta) -> list[str]:
    """Say of which cases a regulator had to be told, and was not in time."""
    said = []
    for case in cases:
        taken = (case.notified or now) - case.reported
        if case.notifiable and taken > most:
            was = "was notified" if case.notified else "is not notified"
            said.append(f"case {case.id} {was} {_span(taken)} after it was reported, want within {_span(most)}")
    return said


def _late(case: Case, now: datetime, most: timedelta) -> str:
    taken = (case.decided or now) - case.reported
    if taken <= most:
        return ""
    if case.decided:
        return f"was decided {_span(taken)} after it was reported"
    return f"is without a decision {_span(taken)} after it was reported"


def _span(span: timedelta) -> str:
    return f"{span / HOUR:.1f} h"
