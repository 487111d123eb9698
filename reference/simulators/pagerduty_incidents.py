"""Incidents and maintenance windows over the REST API, and the two ways in for events."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.simulators.pagerduty_desk import Incident, Window
from reference.simulators.pagerduty_people import listing, reference
from reference.simulators.pagerduty_roster import Person, Service, identifier, iso
from reference.simulators.simulator import note

if TYPE_CHECKING:
    from reference.simulators.pagerduty import PagerDuty


def incidents_router(pagerduty: PagerDuty) -> APIRouter:
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
        values: dict[str, Callable[[Incident], str]] = {
            "statuses[]": lambda i: i.status,
            "urgencies[]": lambda i: i.urgency,
            "service_ids[]": lambda i: i.service.id,
        }
        for parameter, value in values.items():
            wanted = query.getlist(parameter)
            found = [incident for incident in found if not wanted or value(incident) in wanted]
        if query.get("incident_key"):
            found = [incident for incident in found if incident.key == query["incident_key"]]
        return listing(request, "incidents", [shown(incident) for incident in found])

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
        incident = desk.trigger(
            service, body["title"], urgency, key=key, assignees=people, details=(body.get("body") or {}).get("details")
        )
        note(request, incident=incident.id)
        return JSONResponse({"incident": shown(incident)}, 201)

    @router.get("/incidents/{id_}")
    async def incident(id_: str) -> dict[str, Any]:
        return {"incident": shown(desk.find(id_))}

    @router.put("/incidents/{id_}")
    async def change(request: Request, id_: str) -> dict[str, Any]:
        person, found = sender(request), desk.find(id_)
        status = ((await pagerduty.json_object(request)).get("incident") or {}).get("status")
        if status == "acknowledged" and found.status != "resolved":
            desk.acknowledge(found, person)
        elif status == "resolved" and found.status != "resolved":
            desk.resolve(found, agent=person)
        else:
            raise pagerduty.refuse(
                400,
                "Incident Already Resolved"
                if found.status == "resolved"
                else "Status must be acknowledged or resolved.",
            )
        return {"incident": shown(found)}

    @router.get("/incidents/{id_}/log_entries")
    async def log(request: Request, id_: str) -> dict[str, Any]:
        return listing(request, "log_entries", desk.find(id_).log[::-1])

    @router.get("/incidents/{id_}/alerts")
    async def alerts(request: Request, id_: str) -> dict[str, Any]:
        found = desk.find(id_)
        alert = {
            "id": identifier(found.id, "alert"),
            "type": "alert",
            "alert_key": found.key,
            "summary": found.title,
            "body": {"details": found.details},
        }
        return listing(request, "alerts", [alert | {"status": found.status, "created_at": iso(found.created)}])

    @router.get("/maintenance_windows")
    async def windows(request: Request) -> dict[str, Any]:
        now, query = pagerduty.now(), request.query_params
        tests: dict[str, Callable[[Window], bool]] = {
            "past": lambda w: w.end <= now,
            "future": lambda w: w.start > now,
            "ongoing": lambda w: w.start <= now < w.end,
        }
        tests |= {"open": lambda w: w.end > now, "": lambda _: True, "all": lambda _: True}
        if query.get("filter", "") not in tests:
            raise pagerduty.refuse(400, "filter must be past, future, ongoing, open or all.")
        wanted = query.getlist("service_ids[]")
        found = [
            w
            for w in desk.windows()
            if tests[query.get("filter", "")](w) and (not wanted or any(s.id in wanted for s in w.services))
        ]
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
            raise pagerduty.refuse(
                400, "event_action must be trigger, acknowledge or resolve; a trigger needs payload.summary."
            )
        urgency = "high" if payload.get("severity", "critical") in ("critical", "error") else "low"
        pagerduty.desk.event(
            service, action, key, str(payload.get("summary", "")), urgency, payload.get("custom_details")
        )
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
            alarm = {
                "AlarmName": envelope.get("Subject") or str(envelope.get("Message", ""))[:200] or "Notification",
                "NewStateValue": "ALARM",
            }
        key = str(alarm.get("AlarmArn") or alarm["AlarmName"])
        action = "resolve" if alarm.get("NewStateValue") == "OK" else "trigger"
        pagerduty.desk.event(service, action, key, str(alarm["AlarmName"]), "high", alarm)
        return JSONResponse({"status": "success", "message": "Event processed", "incident_key": key}, 202)

    return router


def shown(incident: Incident) -> dict[str, Any]:
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
        "updated_at": iso(
            incident.resolved or (incident.acknowledgers[-1][0] if incident.acknowledgers else incident.created)
        ),
        "resolved_at": iso(incident.resolved) if incident.resolved else None,
        "service": reference("service", incident.service),
        "escalation_policy": reference("escalation_policy", incident.service.policy),
        "assignments": []
        if incident.status == "resolved"
        else [{"at": asked, "assignee": reference("user", p)} for p in incident.assigned],
        "acknowledgements": [{"at": iso(at), "acknowledger": agent} for at, agent, _ in incident.acknowledgers]
        if incident.status == "acknowledged"
        else [],
        "body": {"type": "incident_body", "details": incident.details},
    }


def _window(window: Window) -> dict[str, Any]:
    times = {"start_time": iso(window.start), "end_time": iso(window.end)}
    services = [reference("service", service) for service in window.services]
    return {
        "id": window.id,
        "type": "maintenance_window",
        "description": window.description,
        "services": services,
        **times,
    }
