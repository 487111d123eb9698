"""On-call and incidents, after PagerDuty's REST API v2 (`Authorization: Token token=...`) and Events API v2
(`/v2/enqueue`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators import pagerduty_desk, pagerduty_incidents, pagerduty_people
from reference.simulators.behaviour import Behaviour
from reference.simulators.pagerduty_roster import ESCALATION_MINUTES, Person, Policy, Roster, Schedule, Service
from reference.simulators.simulator import PRODUCTION, Simulator

_MESSAGES = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Rate Limit Exceeded",
    500: "Internal Server Error",
}
_CODES = {400: 2001, 401: 2006, 403: 2010, 404: 2100, 429: 2020, 500: 2000}


class Span(BaseModel):
    """A stretch of time for what contains `name`; hours from now."""

    model_config = ConfigDict(extra="forbid")
    name: str = ""
    start_hours: float
    end_hours: float


class OpenIncident(BaseModel):
    model_config = ConfigDict(extra="forbid")
    service: str = ""
    title: str = "An incident"
    urgency: str = Field(default="high", pattern="^(high|low)$")
    minutes_ago: float = Field(default=30, ge=0)
    acknowledged: bool = False


class PastIncident(BaseModel):
    """An incident that is over. Minutes are after it began; `automatic`: a workflow acknowledged it."""

    model_config = ConfigDict(extra="forbid")
    service: str = ""
    title: str = "An incident"
    urgency: str = Field(default="high", pattern="^(high|low)$")
    hours_ago: float = Field(ge=0)
    acknowledged: float | None = Field(default=None, description="minutes; null: nobody did")
    automatic: bool = False
    resolved: float = Field(default=60, description="minutes")


class PagerDutyBehaviour(Behaviour):
    """Further ways in which on-call can be wrong."""

    gaps: list[Span] = Field(default=[], description="nobody is on call in schedules whose name contains it")
    same_person: bool = Field(default=False, description="the secondary is the primary")
    overrides: dict[str, str] = Field(default={}, description="schedule, or a pattern -> person who takes all of it")
    without_contact: list[str] = Field(default=[], description="people without contact method and notification rule")
    removed_people: list[str] = Field(default=[], description="people who are gone, and still in schedules")
    levels: int | None = Field(default=None, ge=0, le=3, description="levels that escalation policies have")
    same_levels: bool = Field(default=False, description="the second level is the first again")
    escalation_minutes: float | None = Field(default=None, ge=0)
    maintenance: list[Span] = Field(default=[], description="maintenance windows for services whose name contains it")
    open_incidents: list[OpenIncident] = []
    past_incidents: list[PastIncident] = []
    acknowledge_seconds: float = Field(default=2, ge=0)
    unresponsive: list[str] = Field(default=[], description="people who don't acknowledge, or level 1, level 2")
    automatic_acknowledgement: bool = Field(default=False, description="a workflow acknowledges, not a person")
    lost_events: bool = Field(default=False, description="events are accepted and make no incident")


class PagerDuty(Simulator):
    name = "pagerduty"
    behaviour_type = PagerDutyBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.roster = Roster.of(list(settings.products))
        self.desk = pagerduty_desk.Desk(self)

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token.removeprefix("token=") or None if scheme == "Token" and token.startswith("token=") else None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        headers = {"retry-after": f"{details['retry_after']:g}"} if details.get("retry_after") is not None else {}
        text = _MESSAGES.get(status, "Invalid Input Provided")
        body = {"message": text, "code": _CODES.get(status, 2000), "errors": [message] if message else []}
        return JSONResponse({"error": body}, status, headers)

    def authorise(self, request: Request) -> None:
        account = self.account(self.key_of(request))
        if account is None:
            raise self.refuse(401)
        if account != PRODUCTION and request.method != "GET":
            raise self.refuse(403, "The key can only read.")

    @property
    def escalation_minutes(self) -> float:
        fixed = self.behaviour.escalation_minutes
        return float(ESCALATION_MINUTES if fixed is None else fixed)

    def person(self, id_: str) -> Person:
        for person in self.roster.people:
            if person.id == id_ and person.name not in self.behaviour.removed_people:
                return person
        raise self.refuse(404)

    def service(self, id_: str) -> Service:
        for service in self.roster.services:
            if service.id == id_:
                return service
        raise self.refuse(404)

    def levels(self, policy: Policy) -> list[Schedule | Person]:
        levels = list(policy.levels)
        if self.behaviour.same_levels:
            levels[1] = levels[0]
        return levels if self.behaviour.levels is None else levels[: self.behaviour.levels]

    def shifts(self, schedule: Schedule, since: datetime, until: datetime) -> list[tuple[datetime, datetime, Person]]:
        """(start, end, person) of the final schedule: with overrides and without what is not covered."""
        behaviour = self.behaviour
        base = schedule
        if behaviour.same_person:
            base = next(s for s in self.roster.schedules if s.name == schedule.name.removesuffix(", secondary"))
        found = list(base.shifts(since, until))
        taken = next(
            (n for part, n in behaviour.overrides.items() if part in schedule.name or fnmatchcase(schedule.name, part)),
            None,
        )
        if taken:
            found = [(since, until, next((p for p in self.roster.people if p.name == taken), found[0][2]))]
        for gap in behaviour.gaps:
            if gap.name in schedule.name:
                first, last = (self.now() + timedelta(hours=hours) for hours in (gap.start_hours, gap.end_hours))
                halves = [
                    half
                    for start, end, who in found
                    for half in ((start, min(end, first), who), (max(start, last), end, who))
                ]
                found = [(start, end, who) for start, end, who in halves if start < end]
        return found

    def on_call(self, target: Schedule | Person, at: datetime) -> Person | None:
        """Who answers for one level at a moment; None in a gap."""
        if isinstance(target, Person):
            return target
        return next((person for _, _, person in self.shifts(target, at, at + timedelta(seconds=1))), None)

    def maintenance(self) -> list[tuple[Service, datetime, datetime]]:
        """Windows by the behaviour; those made over the API are on the desk."""
        spans = [(span, self.now()) for span in self.behaviour.maintenance]
        return [
            (service, now + timedelta(hours=span.start_hours), now + timedelta(hours=span.end_hours))
            for span, now in spans
            for service in self.roster.services
            if span.name in service.name
        ]

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    def moment(self, value: str | None, otherwise: datetime) -> datetime:
        """A time from a query. Raises RefusedError (400)."""
        if not value:
            return otherwise
        try:
            read = datetime.fromisoformat(value.replace(" ", "+"))
        except ValueError as error:
            raise self.refuse(400, f"{value!r} is not a valid ISO 8601 time.") from error
        return read if read.tzinfo else read.replace(tzinfo=UTC)

    def router(self) -> APIRouter:
        outer = APIRouter()
        router = APIRouter(dependencies=[Depends(self.authorise)])

        @router.get("/abilities")
        async def abilities() -> dict[str, list[str]]:
            return {"abilities": ["teams", "on_call_schedules", "urgencies", "maintenance_windows"]}

        router.include_router(pagerduty_people.people_router(self))
        router.include_router(pagerduty_incidents.incidents_router(self))
        outer.include_router(router)
        outer.include_router(pagerduty_incidents.events_router(self))
        return outer
