"""Whether a runbook is whole: each alarm's entry with all parts, each service with somebody who knows it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from os.path import commonprefix

from fixtures.documents.markdown import Section
from fixtures.documents.parts import part
from tests.judges.documents import INCIDENT, commands, incident_problems

WHOLE = INCIDENT | {"rollback": ("rollback", "roll back")}


def own_names(alarms: Collection[str]) -> dict[str, str]:
    """Alarm to its name without what the names of all of them begin with (`production-`)."""
    first = commonprefix(sorted(alarms)) if len(alarms) > 1 else ""  # noqa: RUF071
    begin = first.rpartition("-")[0]
    return {name: name.removeprefix(f"{begin}-") if begin else name for name in alarms}


def entry_problems(place: str, section: Section, words: Iterable[str | None], contacts: Collection[str]) -> list[str]:
    """What an entry lacks.

    Args:
        words: what it may name its alarm by.
        contacts: names that the paging provider knows.
    """
    said = section.whole_text.casefold()
    if not any(word and word.casefold() in said for word in words):
        return [f"{place}: '{section.heading}' is about something else"]
    found = [f"{place}: {why}" for why in incident_problems(section, WHOLE)]
    escalation = part(list(section.walk()), INCIDENT["escalation"])
    if escalation and commands(section) and not _known(escalation, contacts):
        found.append(f"{place}: '{section.heading}' escalates to nobody whom the paging provider knows: {escalation}")
    return found


def service_problems(place: str, document: Section, services: Iterable[str], contacts: Collection[str]) -> list[str]:
    """The services that the runbook's table leaves out, and those whose contact nobody knows."""
    rows = [row for each in document.walk() for table in each.tables for row in table]
    known = {row["service"].strip("` ").casefold(): row.get("contact", "") for row in rows if row.get("service")}
    found = []
    for service in sorted(services):
        contact = known.get(service.casefold())
        if contact is None:
            found.append(f"{place} has no row for the service {service} (a table: service, contact)")
        elif not _known(contact, contacts):
            found.append(f"{place}: the contact of {service} is {contact or 'nobody'}, whom the paging provider lacks")
    return found


def _known(text: str, contacts: Iterable[str]) -> bool:
    return any(name.casefold() in text.casefold() for name in contacts)
