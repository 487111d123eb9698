"""A help desk after Zendesk's Support API v2 (developer.zendesk.com/api-reference/ticketing).

Tickets by the incremental export with their metrics, one by its number, and what was suspended as unwanted.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator
from reference.simulators.zendesk_guide import guide_router
from reference.simulators.zendesk_staff import policy_metrics, routed, staff_router

HOUR, PAGE = 3600.0, 1000
CANARY, GROUP = 1001, 360001
RATED_EVERY, BAD_ONE_IN = 1800.0, 16
"""Seconds between two answers to surveys, and which of them is bad."""
KNOWN: tuple[dict[str, Any], ...] = (
    {"id": CANARY, "subject": "Canary: please leave", "status": "open", "priority": "low", "hours_ago": 900,
     "reply": 3},
    {"id": 1017, "subject": "How do I change the greeting?", "status": "solved", "priority": "normal", "hours_ago": 5,
     "reply": 12},
    {"id": 1018, "subject": "The invoice has our old address", "status": "open", "priority": "normal", "hours_ago": 4,
     "reply": 25, "tags": ["billing"]},
    {"id": 1019, "subject": "Calls end early", "status": "solved", "priority": "urgent", "hours_ago": 3.5, "reply": 8,
     "tags": ["voice"]},
    {"id": 1020, "subject": "Where are exports?", "status": "pending", "priority": "low", "hours_ago": 2, "reply": 31},
)  # fmt: skip
"""`hours_ago` before the start; `reply`: minutes until the first answer, None without one."""
WEEKS, A_WEEK = 8, (6, 7, 8, 7, 6, 8, 7, 7)
"""For so many weeks back there were tickets at this time of the week: how many each."""


def _history() -> tuple[dict[str, Any], ...]:
    """What was written in the hours before this one in past weeks; all of it is solved."""
    about = (["voice"], ["billing"], ["login"], [], ["voice"])
    return tuple(
        {"id": 100 * week + n, "subject": f"A question of week {week}", "status": "closed", "priority": "normal",
         "hours_ago": week * 168 + 0.6 + n * 0.45, "reply": 15 + n, "tags": about[n % len(about)],
         "channel": "web" if n % 7 == 3 else "email"}
        for week in range(1, WEEKS + 1)
        for n in range(A_WEEK[week - 1])
    )  # fmt: skip


HISTORY = _history()


class ZendeskBehaviour(Behaviour):
    """Further ways in which a help desk can look."""

    tickets: list[dict[str, Any]] = Field(default=[], description="more tickets, with the keys of KNOWN")
    lost_channel: str | None = Field(default=None, description="what comes by it since six and a half hours is lost")
    articles: dict[str, dict[str, Any] | None] = Field(
        default={}, description="title of an article -> what is otherwise of it (zendesk_guide.Article), null: gone"
    )
    empty_index: list[str] = Field(default=[], description="brands whose help centre's search finds nothing")
    unowned_requests: bool = Field(default=False, description="the rule that gives requests to a group is off")
    lost_requests: bool = Field(default=False, description="what people write by the form makes no ticket")
    dissatisfied_hours: float = Field(default=0, description="for so many hours everybody has rated badly")
    suspended: list[dict[str, Any]] = Field(default=[], description="suspended ones: subject, content, hours_ago")
    rules_off: list[str] = Field(default=[], description="words of the rules by which requests are given to groups")
    rule_articles: dict[str, str] = Field(default={}, description="word of a rule -> the article its answers name")
    closed_now: bool = Field(default=False, description="the schedule of the hours opens in six hours' time")
    without_macros: list[str] = Field(default=[], description="names of prepared answers that are gone")
    suspended_agents: list[str] = Field(default=[], description="addresses of agents without a licence")


class Zendesk(Simulator):
    name = "zendesk"
    behaviour_type = ZendeskBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.started = time.time()
        self.written: list[dict[str, Any]] = []
        self._numbers = count(9000)

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        if status == 401:
            return JSONResponse({"error": "invalid_token", "error_description": "The access token is invalid"}, 401)
        name = {404: "RecordNotFound", 400: "BadRequest", 403: "Forbidden"}.get(status, "InternalError")
        return JSONResponse({"error": name, "description": message or "Not found"}, status)

    def authorise(self, request: Request) -> None:
        if self.account(self.key_of(request)) != PRODUCTION:
            raise self.refuse(401)

    def tickets(self) -> list[dict[str, Any]]:
        lost, known = self.behaviour.lost_channel, [*HISTORY, *KNOWN]
        if lost:
            known = [t for t in known if t["hours_ago"] > 6.5 or t.get("channel", "email") != lost]
        return [*known, *({"id": 2000 + n} | given for n, given in enumerate(self.behaviour.tickets)), *self.written]

    def known(self, id_: int) -> dict[str, Any]:
        """A ticket by its number; 404 where there is none."""
        found = next((t for t in self.tickets() if t["id"] == id_), None)
        if found is None:
            raise self.refuse(404)
        return found

    def take(self, subject: str, text: str, sender: str, brand: str) -> int:
        """A request that somebody wrote by the form; returns its number, which is a ticket's unless it is lost."""
        number = next(self._numbers)
        ticket = {
            "id": number, "subject": subject, "description": text, "status": "new", "priority": None, "channel": "web",
            "hours_ago": (self.started - time.time()) / HOUR, "sender": sender, "tags": [brand],
            "group_id": None if self.behaviour.unowned_requests else GROUP,
        }  # fmt: skip
        if not self.behaviour.lost_requests:
            self.written.append(routed(self, ticket))
        return number

    def router(self) -> APIRouter:
        outer = APIRouter()
        outer.include_router(self._tickets())
        outer.include_router(guide_router(self))
        outer.include_router(staff_router(self))
        return outer

    def _tickets(self) -> APIRouter:
        router = APIRouter(prefix="/api/v2", dependencies=[Depends(self.authorise)])

        @router.get("/incremental/tickets.json")
        async def incremental(request: Request) -> Response:
            query = request.query_params
            if not query.get("start_time", "").isdigit() or int(query["start_time"]) > time.time() - 60:
                raise self.refuse(400, "start_time must be at least a minute ago")
            found = [t for t in self.tickets() if self.at(t) >= int(query["start_time"])]
            body: dict[str, Any] = {
                "tickets": [self._shown(t) for t in found], "count": len(found), "end_of_stream": True,
                "end_time": int(time.time()), "next_page": None,
            }  # fmt: skip
            if "metric_sets" in query.get("include", ""):
                body["metric_sets"] = [self._metrics(t) for t in found]
            return JSONResponse(body)

        @router.get("/tickets/{id_}.json")
        async def ticket(request: Request, id_: int) -> dict[str, Any]:
            found = self.known(id_)
            slas = {"slas": {"policy_metrics": policy_metrics(self, found)}}
            return {"ticket": self._shown(found) | (slas if "slas" in request.query_params.get("include", "") else {})}

        @router.get("/tickets/{id_}/audits.json")
        async def audits(id_: int) -> dict[str, Any]:
            found = self.known(id_)
            author, via = (
                7001,
                {"channel": "rule", "source": {"from": {"title": "Notify requester of received request"}}},
            )
            events: list[dict[str, Any]] = [
                {"type": "Comment", "public": True, "author_id": author, "body": found.get("description", "")},
                {"type": "Notification", "via": via, "recipients": [author]},
            ]
            return {"audits": [{"id": id_ * 10, "ticket_id": id_, "author_id": author, "events": events}], "count": 1}

        @router.get("/tickets.json")
        async def all_tickets(request: Request) -> dict[str, Any]:
            query = request.query_params
            newest = query.get("sort", "").startswith("-")
            size = int(query.get("page[size]", "100"))
            rows = sorted(self.tickets(), key=lambda t: int(t["id"]), reverse=newest)
            return {"tickets": [self._shown(t) for t in rows[:size]], "meta": {"has_more": len(rows) > size}}

        @router.put("/tickets/{id_}.json")
        async def change(request: Request, id_: int) -> dict[str, Any]:
            found = next((t for t in self.written if t["id"] == id_), None)
            if found is None:
                raise self.refuse(404)
            found["status"] = str(((await self.json_object(request)).get("ticket") or {}).get("status", "open"))
            return {"ticket": self._shown(found)}

        @router.delete("/tickets/{id_}.json")
        async def delete(id_: int) -> Response:
            if id_ not in {t["id"] for t in self.written}:
                raise self.refuse(404)
            self.written = [t for t in self.written if t["id"] != id_]
            return Response(status_code=204)

        @router.get("/satisfaction_ratings.json")
        async def ratings(request: Request) -> dict[str, Any]:
            now, since = time.time(), int(request.query_params.get("start_time", "0"))
            gone_bad = now - self.behaviour.dissatisfied_hours * HOUR
            first = max(since, now - 30 * 24 * HOUR) // RATED_EVERY + 1
            rows = [_rating(n, gone_bad) for n in range(int(first), int(now // RATED_EVERY) + 1)]
            return {"satisfaction_ratings": rows, "next_page": None, "previous_page": None, "count": len(rows)}

        @router.get("/suspended_tickets.json")
        async def suspended() -> dict[str, Any]:
            rows = [
                {"id": 500 + n, "subject": s["subject"], "content": s.get("content", ""), "cause": "Detected as spam",
                 "created_at": _stamp(self.at(s)), "brand_id": 1}
                for n, s in enumerate(self.behaviour.suspended)
            ]  # fmt: skip
            return {"suspended_tickets": rows, "next_page": None, "previous_page": None, "count": len(rows)}

        return router

    def at(self, ticket: dict[str, Any]) -> float:
        return self.started - float(ticket["hours_ago"]) * HOUR

    def _shown(self, ticket: dict[str, Any]) -> dict[str, Any]:
        at = _stamp(self.at(ticket))
        return {
            "id": ticket["id"], "subject": ticket["subject"], "description": ticket.get("description", ""),
            "status": ticket.get("status", "new"), "priority": ticket.get("priority"), "tags": ticket.get("tags", []),
            "created_at": at, "updated_at": at, "assignee_id": None, "group_id": ticket.get("group_id", GROUP),
            "via": {"channel": ticket.get("channel", "email")},
        }  # fmt: skip

    @staticmethod
    def _metrics(ticket: dict[str, Any]) -> dict[str, Any]:
        reply = ticket.get("reply")
        return {"ticket_id": ticket["id"], "reply_time_in_minutes": {"calendar": reply, "business": reply}}


def _rating(number: int, gone_bad: float) -> dict[str, Any]:
    """The answer to a survey that came in the so-many-th half hour since 1970: one in sixteen is bad."""
    at = number * RATED_EVERY
    bad = number % BAD_ONE_IN == 0 or at > gone_bad
    return {"id": number, "score": "bad" if bad else "good", "created_at": _stamp(at), "updated_at": _stamp(at)}


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
