"""A letter that a run writes to support by the form that users have, and takes away again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fixtures.helpdesk import Helpdesk, Ticket
from fixtures.pages.contact import Contact

PAUSE = 0.5
TEXT = "Sent by a verification run, which takes it away again. Please leave it."


@dataclass(frozen=True)
class Letter:
    """`refused`: why the form did not take it; `minutes` until its ticket was there, or was no longer waited for."""

    refused: str
    ticket: Ticket | None
    minutes: float


@contextmanager
def sent(contact: Contact, helpdesk: Helpdesk, subject: str, patience: float, text: str = TEXT) -> Iterator[Letter]:
    """Inside the block a letter was written and waited for, `patience` minutes at most; after it, its tickets are gone.

    Raises:
        AssertionError: a ticket of it could not be taken away.
        Unobservable: the form or the help desk does not answer.
    """
    begun = time.monotonic()
    refused = contact.write(subject, text)
    found = [] if refused else helpdesk.with_subject(subject)
    while not refused and not found and time.monotonic() - begun < patience * 60:
        time.sleep(PAUSE)
        found = helpdesk.with_subject(subject)
    minutes = (time.monotonic() - begun) / 60
    try:
        yield Letter(refused, found[0] if found else None, minutes)
    finally:
        for ticket in found:
            helpdesk.delete(ticket)
    left = helpdesk.with_subject(subject)
    assert not left, f"{left[0]} could not be taken away"


def lost(contact: Contact, helpdesk: Helpdesk, letter: Letter, patience: float) -> str:
    """Why a letter has no ticket."""
    if letter.refused:
        return f"{contact} {letter.refused}: what users write is not taken"
    why = f"{contact} thanked, and no ticket came of it in {helpdesk} within {patience:g} min"
    return f"{why}. Where does the form send to?"
