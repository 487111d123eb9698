"""Incidents from trigger to resolution, maintenance windows, and the two ways in for events.

People answer by themselves: who is on call acknowledges after `acknowledge_seconds`; without that an incident moves to the next
level after the policy's delay. Time passes when somebody looks: `Desk.advance` writes the log entries that are due.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.simulators.pagerduty_people import listing, reference
from reference.simulators.pagerduty_roster import Person, Service, identifier
from reference.simulators.simulator import note

if TYPE_CHECKING:
    from reference.simulators.pagerduty import PagerDuty

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
        for days, title in ((20, "Storage above the warning level"), (12, "Response time above its limit"), (5, "A provider refuses requests")):
            for service in pagerduty.roster.services[:2]:
                at = now - timedelta(days=days, hours=3)
                incident = self.trigger(service, title, "high", at=at, silent=True)
                self._acknowledge(incident, incident.assigned[0], at + timedelta(minutes=2))
                self.resolve(incident, at + timedelta(minutes=40))

    def trigger(self, service: Service, title: str, urgency: str, *, key: str = "", at: datetime | None = None, assignees: list[Person] | None = None, details: Any = None, silent: bool = False) -> Incident:
        at = at or self.pagerduty.now()
        incident = Incident(len(self.incidents) + 1, title, service, urgency, at, key or secrets.token_hex(8), details=details)
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
                answering = [p for p in incident.assigned if p.name not in behaviour.unresponsive and f"level {incident.level}" not in behaviour.unresponsive]
                escalates = incident.asked_at + timedelta(minutes=self.pagerduty.escalation_minutes)
                if behaviour.automatic_acknowledgement and answers <= now:
                    self._acknowledge(incident, None, answers)
                elif answering and answers <= now and (answers <= escalates or incident.direct):
                    for person in answering:
                        self._acknowledge(incident, person, answers)
                elif escalates <= now and not incident.direct and incident.level < len(self.pagerduty.levels(incident.service.policy)):
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
                self._write(incident, "notify", at, AGENT, user=reference("user", person), channel={"type": "auto", "notification": {"type": "push", "status": "success"}})

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
        entry = {"id": identifier(incident.id, kind, str(len(incident.log))), "type": f"{kind}_log_entry", "created_at": at.isoformat(timespec="milliseconds")}
        channel = more.pop("channel", {"type": "auto"})
        incident.log.append(entry | {"summary": f"{kind}: {incident.title}", "agent": agent, "channel": channel, **more})

    def all(self) -> list[Incident]:
        """Newest first, with the open ones that the behaviour adds."""
        self.advance()
        services, now = self.pagerduty.roster.services, self.pagerduty.now()
        added = []
        for number, wanted in enumerate(self.pagerduty.behaviour.open_incidents):
            service = next((s for s in services if wanted.service in s.name), services[0])
            incident = Incident(90_000 + number, wanted.title, service, wanted.urgency, now - timedelta(minutes=wanted.minutes_ago), f"behaviour {number}")
            incident.status = "acknowledged" if wanted.acknowledged else "triggered"
            added.append(incident)
        return sorted([*self.incidents, *added], key=lambda incident: incident.created, reverse=True)

    def find(self, id_: str) -> Incident:
        for incident in self.all():
            if incident.id == id_:
                return incident
        raise self.pagerduty.refuse(404)

    def windows(self) -> list[Window]:
        forced = [Window(identifier("window", s.name, start.isoformat()), "Maintenance", [s], start, end) for s, start, end in self.pagerduty.maintenance()]
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
        same = next((i for i in self.incidents if i.key == key and i.service is service and i.status != "resolved"), None)
        if action == "trigger" and same is None and not self.in_maintenance(service):
            self.trigger(service, title, urgency, key=key, details=details)
        elif action == "acknowledge" and same:
            self.acknowledge(same, None)
        elif action == "resolve" and same:
            self.resolve(same)


def incidents_router(pagerduty: PagerDuty) -> APIRouter:
    from reference.simulators.pagerduty import iso

    router, desk = APIRouter(), pagerduty.desk

    def sender(request: Request) -> Person:
        email = request.headers.get("from", "")
        person = next((p for p in pagerduty.roster.people if p.email == email), None)
        if person is None:
            raise pagerduty.refuse(400, "Requester User Not Found: the From header must be the email of a user.")
        return person

    @router.get("/incidents")
    async def incidents(request: Request) -> dict[str, Any]:
        query = request.query_params
        since = pagerduty.moment(query.get("since"), pagerduty.now() - timedelta(days=30))
        until = pagerduty.moment(query.get("until"), pagerduty.now() + timedelta(seconds=1))
        found = [i for i in desk.all() if query.get("date_range") == "all" or since <= i.created <= until]
        for parameter, value in (("statuses[]", lambda i: i.status), ("urgencies[]", lambda i: i.urgency), ("service_ids[]", lambda i: i.service.id)):
            wanted = query.getlist(parameter)
            found = [incident for incident in found if not wanted or value(incident) in wanted]
        if query.get("incident_key"):
            found = [incident for incident in found if incident.key == query["incident_key"]]
        return listing(request, "incidents", [shown(pagerduty, incident) for incident in found])

    @router.post("/incidents")
    async def create(request: Request) -> Response:
        sender(request)
        body = (await pagerduty.json_object(request)).get("incident") or {}
        if not body.get("title") or not (body.get("service") or {}).get("id"):
            raise pagerduty.refuse(400, "Title and service are required.")
        service = pagerduty.service(body["service"]["id"])
        people = [pagerduty.person(item["assignee"]["id"]) for item in body.get("assignments") or []]
        key = str(body.get("incident_key") or "")
        if key and any(i.key == key and i.status != "resolved" for i in desk.all()):
            raise pagerduty.refuse(400, "Open incident with matching dedup key already exists on this service.")
        urgency = body.get("urgency") or "high"
        incident = desk.trigger(service, body["title"], urgency, key=key, assignees=people, details=(body.get("body") or {}).get("details"))
        note(request, incident=incident.id)
        return JSONResponse({"incident": shown(pagerduty, incident)}, 201)

    @router.get("/incidents/{id_}")
    async def incident(id_: str) -> dict[str, Any]:
        return {"incident": shown(pagerduty, desk.find(id_))}

    @router.put("/incidents/{id_}")
    async def change(request: Request, id_: str) -> dict[str, Any]:
        person, found = sender(request), desk.find(id_)
        status = ((await pagerduty.json_object(request)).get("incident") or {}).get("status")
        if status == "acknowledged" and found.status != "resolved":
            desk.acknowledge(found, person)
        elif status == "resolved" and found.status != "resolved":
            desk.resolve(found, agent=person)
        else:
            raise pagerduty.refuse(400, "Incident Already Resolved" if found.status == "resolved" else "Status must be acknowledged or resolved.")
        return {"incident": shown(pagerduty, found)}

    @router.get("/incidents/{id_}/log_entries")
    async def log(request: Request, id_: str) -> dict[str, Any]:
        return listing(request, "log_entries", desk.find(id_).log[::-1])

    @router.get("/incidents/{id_}/alerts")
    async def alerts(request: Request, id_: str) -> dict[str, Any]:
        found = desk.find(id_)
        alert = {"id": identifier(found.id, "alert"), "type": "alert", "alert_key": found.key, "summary": found.title, "body": {"details": found.details}}
        return listing(request, "alerts", [alert | {"status": found.status, "created_at": iso(found.created)}])

    @router.get("/maintenance_windows")
    async def windows(request: Request) -> dict[str, Any]:
        now, query = pagerduty.now(), request.query_params
        tests = {"past": lambda w: w.end <= now, "future": lambda w: w.start > now, "ongoing": lambda w: w.start <= now < w.end}
        tests |= {"open": lambda w: w.end > now, "": lambda w: True, "all": lambda w: True}
        if query.get("filter", "") not in tests:
            raise pagerduty.refuse(400, "filter must be past, future, ongoing, open or all.")
        wanted = query.getlist("service_ids[]")
        found = [w for w in desk.windows() if tests[query.get("filter", "")](w) and (not wanted or any(s.id in wanted for s in w.services))]
        return listing(request, "maintenance_windows", [_window(w) for w in found])

    @router.post("/maintenance_windows")
    async def add_window(request: Request) -> Response:
        sender(request)
        body = (await pagerduty.json_object(request)).get("maintenance_window") or {}
        services = [pagerduty.service(item["id"]) for item in body.get("services") or []]
        start, end = (pagerduty.moment(body.get(name), pagerduty.now()) for name in ("start_time", "end_time"))
        if not services or end <= start:
            raise pagerduty.refuse(400, "services, start_time and a later end_time are required.")
        window = Window(identifier("window", secrets.token_hex(8)), body.get("description") or "", services, start, end)
        desk.add_window(window)
        return JSONResponse({"maintenance_window": _window(window)}, 201)

    @router.delete("/maintenance_windows/{id_}")
    async def delete_window(id_: str) -> Response:
        desk.remove_window(id_)
        return Response(status_code=204)

    return router


def events_router(pagerduty: PagerDuty) -> APIRouter:
    """Events carry their own key: the routing key of a service, instead of the account's token."""
    router = APIRouter()

    def addressed(key: object) -> Service:
        for service in pagerduty.roster.services:
            if service.routing_key == key and not pagerduty.behaviour.revoked:
                return service
        raise pagerduty.refuse(400, "Invalid routing key")

    @router.post("/v2/enqueue")
    async def enqueue(request: Request) -> Response:
        body = await pagerduty.json_object(request)
        service, action = addressed(body.get("routing_key")), body.get("event_action")
        payload = body.get("payload") or {}
        key = str(body.get("dedup_key") or secrets.token_hex(16))
        if action not in ("trigger", "acknowledge", "resolve") or (action == "trigger" and not payload.get("summary")):
            raise pagerduty.refuse(400, "event_action must be trigger, acknowledge or resolve; a trigger needs payload.summary.")
        urgency = "high" if payload.get("severity", "critical") in ("critical", "error") else "low"
        pagerduty.desk.event(service, action, key, str(payload.get("summary", "")), urgency, payload.get("custom_details"))
        return JSONResponse({"status": "success", "message": "Event processed", "dedup_key": key}, 202)

    @router.post("/integration/{routing_key}/enqueue")
    async def notification(request: Request, routing_key: str) -> Response:
        """The CloudWatch integration: SNS posts its notification here, an alarm in the message."""
        service = addressed(routing_key)
        envelope = await pagerduty.json_object(request)
        try:
            alarm = json.loads(envelope.get("Message") or "{}")
        except ValueError:
            alarm = {}
        if not isinstance(alarm, dict) or "AlarmName" not in alarm:
            alarm = {"AlarmName": envelope.get("Subject") or str(envelope.get("Message", ""))[:200] or "Notification", "NewStateValue": "ALARM"}
        key = str(alarm.get("AlarmArn") or alarm["AlarmName"])
        action = "resolve" if alarm.get("NewStateValue") == "OK" else "trigger"
        pagerduty.desk.event(service, action, key, str(alarm["AlarmName"]), "high", alarm)
        return JSONResponse({"status": "success", "message": "Event processed", "incident_key": key}, 202)

    return router


def shown(pagerduty: PagerDuty, incident: Incident) -> dict[str, Any]:
    from reference.simulators.pagerduty import iso

    asked = iso(incident.asked_at or incident.created)
    return {
        "id": incident.id,
        "type": "incident",
        "incident_number": incident.number,
        "incident_key": incident.key,
        "title": incident.title,
        "summary": f"[#{incident.number}] {incident.title}",
        "status": incident.status,
        "urgency": incident.urgency,
        "created_at": iso(incident.created),
        "updated_at": iso(incident.resolved or (incident.acknowledgers[-1][0] if incident.acknowledgers else incident.created)),
        "resolved_at": iso(incident.resolved) if incident.resolved else None,
        "service": reference("service", incident.service),
        "escalation_policy": reference("escalation_policy", incident.service.policy),
        "assignments": [] if incident.status == "resolved" else [{"at": asked, "assignee": reference("user", p)} for p in incident.assigned],
        "acknowledgements": [{"at": iso(at), "acknowledger": agent} for at, agent, _ in incident.acknowledgers] if incident.status == "acknowledged" else [],
        "body": {"type": "incident_body", "details": incident.details},
    }


def _window(window: Window) -> dict[str, Any]:
    from reference.simulators.pagerduty import iso

    times = {"start_time": iso(window.start), "end_time": iso(window.end)}
    services = [reference("service", service) for service in window.services]
    return {"id": window.id, "type": "maintenance_window", "description": window.description, "services": services, **times}
