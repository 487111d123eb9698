"""People, schedules, on-calls, escalation policies, services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from reference.simulators.pagerduty_roster import Person, Policy, Schedule, Service, identifier, iso

if TYPE_CHECKING:
    from reference.simulators.pagerduty import PagerDuty

LARGEST_PAGE = 100


def people_router(pagerduty: PagerDuty) -> APIRouter:
    router = APIRouter()

    @router.get("/users")
    async def users(request: Request) -> dict[str, Any]:
        here = [person for person in pagerduty.roster.people if person.name not in pagerduty.behaviour.removed_people]
        asked = request.query_params.get("query", "").lower()
        found = [
            user(pagerduty, person, request) for person in here if asked in person.name.lower() or asked in person.email
        ]
        return listing(request, "users", found)

    @router.get("/users/{id_}")
    async def one_user(request: Request, id_: str) -> dict[str, Any]:
        return {"user": user(pagerduty, pagerduty.person(id_), request)}

    @router.get("/users/{id_}/contact_methods")
    async def contacts(id_: str) -> dict[str, Any]:
        return {"contact_methods": contact_methods(pagerduty, pagerduty.person(id_))}

    @router.get("/users/{id_}/notification_rules")
    async def rules(id_: str) -> dict[str, Any]:
        return {"notification_rules": notification_rules(pagerduty, pagerduty.person(id_))}

    @router.get("/schedules")
    async def schedules(request: Request) -> dict[str, Any]:
        asked = request.query_params.get("query", "").lower()
        return listing(
            request, "schedules", [_schedule(s) for s in pagerduty.roster.schedules if asked in s.name.lower()]
        )

    @router.get("/schedules/{id_}")
    async def one_schedule(request: Request, id_: str) -> dict[str, Any]:
        found = _find(pagerduty, pagerduty.roster.schedules, id_)
        since = pagerduty.moment(request.query_params.get("since"), pagerduty.now())
        until = pagerduty.moment(request.query_params.get("until"), since + timedelta(days=14))
        if not since < until <= since + timedelta(days=180):
            raise pagerduty.refuse(400, "until must be after since, by 180 days at most.")
        return {"schedule": _schedule(found) | {"final_schedule": _rendered(pagerduty, found, since, until)}}

    @router.get("/schedules/{id_}/users")
    async def schedule_users(request: Request, id_: str) -> dict[str, Any]:
        return {
            "users": [
                user(pagerduty, person, request) for person in _find(pagerduty, pagerduty.roster.schedules, id_).people
            ]
        }

    @router.get("/oncalls")
    async def oncalls(request: Request) -> dict[str, Any]:
        query = request.query_params
        since = pagerduty.moment(query.get("since"), pagerduty.now())
        until = pagerduty.moment(query.get("until"), since + timedelta(seconds=1))
        found = [
            entry
            for policy in pagerduty.roster.policies
            for entry in _oncalls(pagerduty, policy, since, until, request)
        ]
        for parameter, part in (
            ("schedule_ids[]", "schedule"),
            ("user_ids[]", "user"),
            ("escalation_policy_ids[]", "escalation_policy"),
        ):
            wanted = query.getlist(parameter)
            found = [entry for entry in found if not wanted or (entry[part] or {}).get("id") in wanted]
        levels = query.getlist("escalation_levels[]")
        return listing(
            request, "oncalls", [entry for entry in found if not levels or str(entry["escalation_level"]) in levels]
        )

    @router.get("/escalation_policies")
    async def policies(request: Request) -> dict[str, Any]:
        asked = request.query_params.get("query", "").lower()
        return listing(
            request,
            "escalation_policies",
            [_policy(pagerduty, p) for p in pagerduty.roster.policies if asked in p.name.lower()],
        )

    @router.get("/escalation_policies/{id_}")
    async def one_policy(id_: str) -> dict[str, Any]:
        return {"escalation_policy": _policy(pagerduty, _find(pagerduty, pagerduty.roster.policies, id_))}

    @router.get("/services")
    async def services(request: Request) -> dict[str, Any]:
        asked = request.query_params.get("query", "").lower()
        return listing(
            request, "services", [_service(pagerduty, s) for s in pagerduty.roster.services if asked in s.name.lower()]
        )

    @router.get("/services/{id_}")
    async def one_service(id_: str) -> dict[str, Any]:
        return {"service": _service(pagerduty, pagerduty.service(id_))}

    return router


def listing(request: Request, name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """One page by `limit` and `offset`, as every list of this API."""
    query = request.query_params
    limit = min(LARGEST_PAGE, int(query["limit"])) if query.get("limit", "").isdigit() else 25
    offset = int(query["offset"]) if query.get("offset", "").isdigit() else 0
    total = len(items) if query.get("total") == "true" else None
    return {
        name: items[offset : offset + limit],
        "limit": limit,
        "offset": offset,
        "more": offset + limit < len(items),
        "total": total,
    }


def reference(kind: str, item: Person | Schedule | Policy | Service) -> dict[str, Any]:
    return {"id": item.id, "type": f"{kind}_reference", "summary": item.name, "self": None, "html_url": None}


def contact_methods(pagerduty: PagerDuty, person: Person) -> list[dict[str, Any]]:
    if person.name in pagerduty.behaviour.without_contact:
        return []
    common = {"label": "Work", "self": None}
    return [
        common
        | {
            "id": identifier(person.name, "email"),
            "type": "email_contact_method",
            "address": person.email,
            "send_short_email": False,
        },
        common
        | {
            "id": identifier(person.name, "phone"),
            "type": "phone_contact_method",
            "address": person.phone,
            "country_code": 1,
            "enabled": True,
            "blacklisted": False,
        },
        common
        | {
            "id": identifier(person.name, "push"),
            "type": "push_notification_contact_method",
            "address": person.id,
            "device_type": "android",
        },
    ]


def notification_rules(pagerduty: PagerDuty, person: Person) -> list[dict[str, Any]]:
    methods = contact_methods(pagerduty, person)
    return [
        {
            "id": identifier(person.name, "rule", urgency, method["type"]),
            "type": "assignment_notification_rule",
            "urgency": urgency,
            "start_delay_in_minutes": minutes,
            "contact_method": {"id": method["id"], "type": f"{method['type']}_reference"},
        }
        for urgency in ("high", "low")
        for minutes, method in enumerate(reversed(methods))
    ]


def user(pagerduty: PagerDuty, person: Person, request: Request) -> dict[str, Any]:
    included = request.query_params.getlist("include[]")
    methods, rules = contact_methods(pagerduty, person), notification_rules(pagerduty, person)
    return {
        "id": person.id,
        "type": "user",
        "summary": person.name,
        "name": person.name,
        "email": person.email,
        "job_title": person.title,
        "role": "manager" if "manager" in person.title.lower() else "user",
        "time_zone": "Etc/UTC",
        "invitation_sent": False,
        "contact_methods": methods
        if "contact_methods" in included
        else [{"id": m["id"], "type": f"{m['type']}_reference"} for m in methods],
        "notification_rules": rules
        if "notification_rules" in included
        else [{"id": r["id"], "type": f"{r['type']}_reference"} for r in rules],
    }


def _find(pagerduty: PagerDuty, items: list[Any], id_: str) -> Any:
    for item in items:
        if item.id == id_:
            return item
    raise pagerduty.refuse(404)


def _schedule(schedule: Schedule) -> dict[str, Any]:
    people = [reference("user", person) for person in schedule.people]
    return {
        "id": schedule.id,
        "type": "schedule",
        "summary": schedule.name,
        "name": schedule.name,
        "time_zone": "Etc/UTC",
        "users": people,
    }


def _rendered(pagerduty: PagerDuty, schedule: Schedule, since: datetime, until: datetime) -> dict[str, Any]:
    shifts = pagerduty.shifts(schedule, since, until)
    entries = [
        {"start": iso(start), "end": iso(end), "user": reference("user", person)} for start, end, person in shifts
    ]
    covered = sum(((end - start) for start, end, _ in shifts), timedelta()) / (until - since)
    return {
        "name": "Final Schedule",
        "rendered_schedule_entries": entries,
        "rendered_coverage_percentage": round(covered * 100, 2),
    }


def _oncalls(
    pagerduty: PagerDuty, policy: Policy, since: datetime, until: datetime, request: Request
) -> list[dict[str, Any]]:
    entries = []
    for level, target in enumerate(pagerduty.levels(policy), 1):
        common = {"escalation_policy": reference("escalation_policy", policy), "escalation_level": level}
        # A person who is a level is always on call: without start and end.
        shifts = (
            [(None, None, target)] if isinstance(target, Person) else _whole_shifts(pagerduty, target, since, until)
        )
        for start, end, person in shifts:
            schedule = reference("schedule", target) if isinstance(target, Schedule) else None
            shown = (
                user(pagerduty, person, request)
                if "users" in request.query_params.getlist("include[]")
                else reference("user", person)
            )
            times = {"start": iso(start) if start else None, "end": iso(end) if end else None}
            entries.append(common | {"schedule": schedule, "user": shown, **times})
    return entries


def _whole_shifts(
    pagerduty: PagerDuty, schedule: Schedule, since: datetime, until: datetime
) -> list[tuple[datetime, datetime, Person]]:
    """Shifts that touch the span, with the times at which they really begin and end."""
    around = pagerduty.shifts(schedule, since - timedelta(weeks=1), until + timedelta(weeks=1))
    return [(start, end, person) for start, end, person in around if start < until and end > since]


def _policy(pagerduty: PagerDuty, policy: Policy) -> dict[str, Any]:
    rules = [
        {
            "id": identifier(policy.name, "level", str(number)),
            "escalation_delay_in_minutes": pagerduty.escalation_minutes,
            "targets": [reference("schedule" if isinstance(target, Schedule) else "user", target)],
        }
        for number, target in enumerate(pagerduty.levels(policy), 1)
    ]
    services = [reference("service", s) for s in pagerduty.roster.services if s.policy is policy]
    shown = {"id": policy.id, "type": "escalation_policy", "summary": policy.name, "name": policy.name, "num_loops": 2}
    return shown | {"escalation_rules": rules, "services": services, "on_call_handoff_notifications": "if_has_services"}


def _service(pagerduty: PagerDuty, service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "type": "service",
        "summary": service.name,
        "name": service.name,
        "status": pagerduty.desk.service_status(service),
        "escalation_policy": reference("escalation_policy", service.policy),
        "incident_urgency_rule": {"type": "constant", "urgency": "high"},
        "acknowledgement_timeout": 1800,
        "auto_resolve_timeout": None,
        "alert_creation": "create_alerts_and_incidents",
    }
