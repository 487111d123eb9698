"""What is said of an incident or a rollback reaches those who deal with it, at once."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from fixtures.drills.program import run_program
from fixtures.oncall import Chat, Desk, Roster
from fixtures.oncall.chat import Message
from fixtures.oncall.duty import on_duty
from fixtures.oncall.paging import incident_titled, notified, resolve
from golive.catalogue import Line
from golive.catalogue.limit import Limit
from golive.judging import conclude
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.verdict import NotConfigured, Unobservable

ROTATION_DAYS = 30
"""In which everybody of a rotation has had a turn."""
PAUSE, MOMENT = 0.3, timedelta(minutes=1)


@pytest.mark.writes
@verifies("AURA-10.2.1.3")
def test_the_incident_channel_reaches_the_team(line: Line, oncall: Desk, chat: Chat) -> None:
    channel, words = chat.settings.incidents, f"Test message {run_id()}"
    name, limit = chat.name(channel), line.limit("delivered_after")
    people = on_duty(oncall, ROTATION_DAYS)
    absent = [people[address] for address in chat.absent(channel, people)]
    hint = f"{', '.join(absent)} would read nothing" if absent else ""
    problems = [line.limit("members_missing").problem(len(absent), of=f"channel {name}", hint=hint)]
    begun = time.monotonic()
    refused = chat.send(f"{words}: sent by a verification run, which takes it away again.")
    if refused:
        conclude([*problems, f"the webhook of channel {name} {refused}: what production writes there is lost"])
    message = chat.find(channel, words, _seconds(limit))
    took = time.monotonic() - begun
    if message is None:
        problems.append(f"the webhook answered 200, and channel {name} did not show the message in {took:.0f} s")
    else:
        chat.delete(message)
        problems.append(limit.problem(took, of=f"channel {name}"))
        problems.append(_left(chat, channel, words))
    conclude(problems)


@pytest.mark.writes
@verifies("AURA-12.1.1")
def test_a_rollback_tells_everyone(line: Line, target: ProductTarget, oncall: Desk, chat: Chat) -> None:
    program = target.rollback.notify if target.rollback else []
    leads = chat.settings.managers
    if not program or leads is None or oncall.settings.requester is None:
        what = f"{line.product}.rollback notify, oncall.chat managers and oncall requester"
        raise NotConfigured("the target does not say how people are told of a rollback", f"Add {what}")
    incidents, words, limit = chat.settings.incidents, f"Test {run_id()}", line.limit("notified_after")
    names = {channel: chat.name(channel) for channel in (incidents, leads)}
    begun, since = time.monotonic(), datetime.now(UTC) - timedelta(seconds=30)
    version, reason = target.release.version, f"{words}: nothing is rolled back"
    problems = list[str | None]()
    try:
        run_program(program, {"version": version, "reason": reason})
    except Unobservable as error:  # what it told before it failed is looked for all the same
        problems.append(f"the rollback's step that tells people failed: {error}")
    end, incident = begun + _seconds(limit), incident_titled(oncall, words, since)
    while incident is None and time.monotonic() < end:
        time.sleep(PAUSE)
        incident = incident_titled(oncall, words, since)
    messages = {channel: chat.find(channel, words, max(end - time.monotonic(), 0)) for channel in names}
    took = time.monotonic() - begun
    try:
        told = notified(oncall, str(incident["id"])) if incident else set()
    finally:
        _tidy(oncall, chat, incident, messages)
    if incident is None:
        problems.append(f"no incident at {oncall} came of the rollback's notice: nobody is paged")
    elif incident.get("urgency") != "high":
        problems.append(f"the incident has urgency {incident.get('urgency')}: it wakes nobody at night")
    for channel, message in messages.items():
        if message is None:
            problems.append(f"channel {names[channel]} did not show the rollback's notice")
        elif version not in message.text:
            problems.append(f"channel {names[channel]}: the notice does not say which version")
    missing = _missing(oncall, chat, told, messages)
    of, hint = "the rollback's notice", f"It does not reach {', '.join(missing)}" if missing else ""
    problems.append(line.limit("recipients_missing").problem(len(missing), of=of, hint=hint))
    if incident is not None and all(messages.values()):
        problems.append(limit.problem(took, of=of))
    conclude([*problems, *(_left(chat, channel, words) for channel in names)])


def _missing(oncall: Desk, chat: Chat, told: set[str], messages: dict[str, Message | None]) -> list[str]:
    """Who is on duty now and neither paged nor in a channel that shows the notice, and leads whom nobody tells."""
    roster, now = Roster(oncall), datetime.now(UTC).replace(second=0, microsecond=0)
    shifts = [s for each in oncall.services for s in roster.shifts(roster.policy_of(each.name), now, now + MOMENT)]
    unpaged = {shift.person: shift.name for shift in shifts if shift.person not in told}
    addresses = {str(u["id"]): str(u.get("email") or u["id"]).lower() for u in oncall.list("users")}
    channel, leads = chat.settings.incidents, chat.settings.managers
    inside = messages[channel] is not None
    absent = chat.absent(channel, [addresses.get(p, p) for p in unpaged]) if inside else list(addresses.values())
    found = sorted({name for person, name in unpaged.items() if addresses.get(person, person) in absent})
    return found if leads and messages[leads] and chat.members(leads) else [*found, "any of those who lead"]


def _tidy(oncall: Desk, chat: Chat, incident: dict[str, object] | None, messages: dict[str, Message | None]) -> None:
    if incident is not None and incident.get("status") != "resolved":
        resolve(oncall, str(incident["id"]))
    for message in messages.values():
        if message is not None:
            chat.delete(message)


def _left(chat: Chat, channel: str, words: str) -> str | None:
    return f"the run's message could not be taken from channel {channel}" if chat.find(channel, words, 0) else None


def _seconds(limit: Limit) -> float:
    assert isinstance(limit.value, (int, float))
    return float(limit.value)
