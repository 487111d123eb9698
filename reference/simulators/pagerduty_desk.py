"""Incidents from trigger to resolution, and maintenance windows.

People answer by themselves: who is on call acknowledges after `acknowledge_seconds`; without that an incident moves
to the next level after the policy's delay. Time passes when somebody looks: `Desk.advance` writes the log entries
that are due.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from reference.simulators.pagerduty_people import reference
from reference.simulators.pagerduty_roster import Person, Service, identifier

if TYPE_CHECKING:
    from reference.simulators.pagerduty import PagerDuty, PastIncident

AGENT = {"id": "PWORKFLOW000001", "type": "workflow_integration_reference", "summary": "Incident workflow"}


@dataclass
class Incident:
    """`key` is what events are deduplicated by; `assigned` are asked, `acknowledgers` have answered."""

    number: int
    title: str
    service: Service
    urgency: str
    created: datetime
    key: str
    status: str = "triggered"
    level: int = 0
    asked_at: datetime | None = None
    assigned: list[Person] = field(default_factory=list)
    acknowledgers: list[tuple[datetime, dict[str, Any], Person | None]] = field(default_factory=list)
    direct: bool = False
    resolved: datetime | None = None
    details: Any = None
    log: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return identifier("incident", str(self.number), self.key)


@dataclass
class Window:
    id: str
    description: str
    services: list[Service]
    start: datetime
    end: datetime


class Desk:
    """All incidents and windows of the account."""

    def __init__(self, pagerduty: PagerDuty) -> None:
        self.pagerduty = pagerduty
        self.incidents: list[Incident] = []
        self._windows: list[Window] = []
        now = pagerduty.now()
        # Some history: paged, acknowledged after two minutes, resolved within the hour.
        for days, title in (
            (20, "Storage above the warning level"),
            (12, "Response time above its limit"),
            (5, "A provider refuses requests"),
            (9, "Game day: a zone is lost"),
        ):
            for service in pagerduty.roster.services[:2]:
                at = now - timedelta(days=days, hours=3)
                incident = self.trigger(service, title, "high", at=at, silent=True)
                self._acknowledge(incident, incident.assigned[0], at + timedelta(minutes=2))
                self.resolve(incident, at + timedelta(minutes=40))

    def trigger(
        self,
        service: Service,
        title: str,
        urgency: str,
        *,
        key: str = "",
        at: datetime | None = None,
        assignees: list[Person] | None = None,
        details: Any = None,
        silent: bool = False,
    ) -> Incident:
        at = at or self.pagerduty.now()
        incident = Incident(
            len(self.incidents) + 1, title, service, urgency, at, key or secrets.token_hex(8), details=details
        )
        self.incidents.append(incident)
        self._write(incident, "trigger", at, {"id": service.id, "type": "service_reference", "summary": service.name})
        incident.direct = bool(assignees)
        if assignees:
            self._ask(incident, assignees, at)
        else:
            self._next_level(incident, at)
        if not silent:
            self.pagerduty.usage["incidents"] += 1
        return incident

    def advance(self) -> None:
        """Let happen what was due since the last look."""
        now, behaviour = self.pagerduty.now(), self.pagerduty.behaviour
        for incident in self.incidents:
            while incident.status == "triggered" and incident.asked_at is not None:
                answers = incident.asked_at + timedelta(seconds=behaviour.acknowledge_seconds)
                answering = [
                    p
                    for p in incident.assigned
                    if p.name not in behaviour.unresponsive and f"level {incident.level}" not in behaviour.unresponsive
                ]
                escalates = incident.asked_at + timedelta(minutes=self.pagerduty.escalation_minutes)
                if behaviour.automatic_acknowledgement and answers <= now:
                    self._acknowledge(incident, None, answers)
                elif answering and answers <= now and (answers <= escalates or incident.direct):
                    for person in answering:
                        self._acknowledge(incident, person, answers)
                elif (
                    escalates <= now
                    and not incident.direct
                    and incident.level < len(self.pagerduty.levels(incident.service.policy))
                ):
                    self._next_level(incident, escalates)
                else:
                    break

    def _next_level(self, incident: Incident, at: datetime) -> None:
        levels = self.pagerduty.levels(incident.service.policy)
        incident.level += 1
        if incident.level > len(levels):
            incident.asked_at = None
            return
        if incident.level > 1:
            self._write(incident, "escalate", at, AGENT)
        person = self.pagerduty.on_call(levels[incident.level - 1], at)
        self._ask(incident, [person] if person else [], at)

    def _ask(self, incident: Incident, people: list[Person], at: datetime) -> None:
        incident.assigned, incident.asked_at = people, at
        for person in people:
            self._write(incident, "assign", at, AGENT, assignees=[reference("user", person)])
            if person.name not in self.pagerduty.behaviour.without_contact:
                self._write(
                    incident,
                    "notify",
                    at,
                    AGENT,
                    user=reference("user", person),
                    channel={"type": "auto", "notification": {"type": "push", "status": "success"}},
                )

    def _acknowledge(self, incident: Incident, person: Person | None, at: datetime) -> None:
        agent = reference("user", person) if person else AGENT
        if any(known["id"] == agent["id"] for _, known, _ in incident.acknowledgers):
            return
        incident.status = "acknowledged"
        incident.acknowledgers.append((at, agent, person))
        self._write(incident, "acknowledge", at, agent)

    def acknowledge(self, incident: Incident, agent: Person | None) -> None:
        self._acknowledge(incident, agent, self.pagerduty.now())

    def resolve(self, incident: Incident, at: datetime | None = None, agent: Person | None = None) -> None:
        if incident.status == "resolved":
            return
        incident.status, incident.resolved = "resolved", at or self.pagerduty.now()
        self._write(incident, "resolve", incident.resolved, reference("user", agent) if agent else AGENT)

    def _write(self, incident: Incident, kind: str, at: datetime, agent: dict[str, Any], **more: Any) -> None:
        entry = {
            "id": identifier(incident.id, kind, str(len(incident.log))),
            "type": f"{kind}_log_entry",
            "created_at": at.isoformat(timespec="milliseconds"),
        }
        channel = more.pop("channel", {"type": "auto"})
        incident.log.append(
            entry | {"summary": f"{kind}: {incident.title}", "agent": agent, "channel": channel, **more}
        )

    def all(self) -> list[Incident]:
        """Newest first, with the open ones that the behaviour adds."""
        self.advance()
        services, now = self.pagerduty.roster.services, self.pagerduty.now()
        added = []
        for number, wanted in enumerate(self.pagerduty.behaviour.open_incidents):
            service = next((s for s in services if wanted.service in s.name), services[0])
            incident = Incident(
                90_000 + number,
                wanted.title,
                service,
                wanted.urgency,
                now - timedelta(minutes=wanted.minutes_ago),
                f"behaviour {number}",
            )
            incident.status = "acknowledged" if wanted.acknowledged else "triggered"
            added.append(incident)
        added += [self._past(number, wanted) for number, wanted in enumerate(self.pagerduty.behaviour.past_incidents)]
        return sorted([*self.incidents, *added], key=lambda incident: incident.created, reverse=True)

    def _past(self, number: int, wanted: PastIncident) -> Incident:
        """An incident of the behaviour that is over, with the log that it would have by now."""
        services = self.pagerduty.roster.services
        service = next((s for s in services if wanted.service in s.name), services[0])
        at = self.pagerduty.now() - timedelta(hours=wanted.hours_ago)
        incident = Incident(80_000 + number, wanted.title, service, wanted.urgency, at, f"past {number}")
        self._write(incident, "trigger", at, {"id": service.id, "type": "service_reference", "summary": service.name})
        self._next_level(incident, at)
        answered = None if wanted.acknowledged is None else at + timedelta(minutes=wanted.acknowledged)
        climbs = at + timedelta(minutes=self.pagerduty.escalation_minutes)
        if answered is None or answered > climbs:
            self._next_level(incident, climbs)
        if answered is not None and incident.assigned:
            self._acknowledge(incident, None if wanted.automatic else incident.assigned[0], answered)
        self.resolve(incident, at + timedelta(minutes=wanted.resolved))
        return incident

    def find(self, id_: str) -> Incident:
        for incident in self.all():
            if incident.id == id_:
                return incident
        raise self.pagerduty.refuse(404)

    def windows(self) -> list[Window]:
        forced = [
            Window(identifier("window", s.name, start.isoformat()), "Maintenance", [s], start, end)
            for s, start, end in self.pagerduty.maintenance()
        ]
        return [*self._windows, *forced]

    def add_window(self, window: Window) -> None:
        self._windows.append(window)

    def remove_window(self, id_: str) -> None:
        if id_ not in {window.id for window in self._windows}:
            raise self.pagerduty.refuse(404)
        self._windows = [window for window in self._windows if window.id != id_]

    def in_maintenance(self, service: Service) -> bool:
        now = self.pagerduty.now()
        return any(service in window.services and window.start <= now < window.end for window in self.windows())

    def service_status(self, service: Service) -> str:
        if self.in_maintenance(service):
            return "maintenance"
        open_ = [incident for incident in self.all() if incident.service is service and incident.status != "resolved"]
        if any(incident.status == "triggered" for incident in open_):
            return "critical"
        return "warning" if open_ else "active"

    def event(self, service: Service, action: str, key: str, title: str, urgency: str, details: Any) -> None:
        """One event of a sender: deduplicated by key, silent while the service is in maintenance."""
        self.advance()
        if self.pagerduty.behaviour.lost_events:
            return
        same = next(
            (i for i in self.incidents if i.key == key and i.service is service and i.status != "resolved"), None
        )
        if action == "trigger" and same is None and not self.in_maintenance(service):
            self.trigger(service, title, urgency, key=key, details=details)
        elif action == "acknowledge" and same:
            self.acknowledge(same, None)
        elif action == "resolve" and same:
            self.resolve(same)
