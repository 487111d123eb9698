"""A help desk after Zendesk's Support API v2 (developer.zendesk.com/api-reference/ticketing).

Tickets by the incremental export with their metrics, one by its number, and what was suspended as unwanted.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator

HOUR, PAGE = 3600.0, 1000
CANARY = 1001
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


class ZendeskBehaviour(Behaviour):
    """Further ways in which a help desk can look."""

    tickets: list[dict[str, Any]] = Field(default=[], description="more tickets, with the keys of KNOWN")
    suspended: list[dict[str, Any]] = Field(default=[], description="suspended ones: subject, content, hours_ago")


class Zendesk(Simulator):
    name = "zendesk"
    behaviour_type = ZendeskBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.started = time.time()

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
        return [*KNOWN, *({"id": 2000 + n} | given for n, given in enumerate(self.behaviour.tickets))]

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api/v2", dependencies=[Depends(self.authorise)])

        @router.get("/incremental/tickets.json")
        async def incremental(request: Request) -> Response:
            query = request.query_params
            if not query.get("start_time", "").isdigit() or int(query["start_time"]) > time.time() - 60:
                raise self.refuse(400, "start_time must be at least a minute ago")
            found = [t for t in self.tickets() if self._at(t) >= int(query["start_time"])]
            body: dict[str, Any] = {
                "tickets": [self._shown(t) for t in found], "count": len(found), "end_of_stream": True,
                "end_time": int(time.time()), "next_page": None,
            }  # fmt: skip
            if "metric_sets" in query.get("include", ""):
                body["metric_sets"] = [self._metrics(t) for t in found]
            return JSONResponse(body)

        @router.get("/tickets/{id_}.json")
        async def ticket(id_: int) -> dict[str, Any]:
            found = next((t for t in self.tickets() if t["id"] == id_), None)
            if found is None:
                raise self.refuse(404)
            return {"ticket": self._shown(found)}

        @router.get("/suspended_tickets.json")
        async def suspended() -> dict[str, Any]:
            rows = [
                {"id": 500 + n, "subject": s["subject"], "content": s.get("content", ""), "cause": "Detected as spam",
                 "created_at": _stamp(self._at(s)), "brand_id": 1}
                for n, s in enumerate(self.behaviour.suspended)
            ]  # fmt: skip
            return {"suspended_tickets": rows, "next_page": None, "previous_page": None, "count": len(rows)}

        return router

    def _at(self, ticket: dict[str, Any]) -> float:
        return self.started - float(ticket["hours_ago"]) * HOUR

    def _shown(self, ticket: dict[str, Any]) -> dict[str, Any]:
        at = _stamp(self._at(ticket))
        return {
            "id": ticket["id"], "subject": ticket["subject"], "description": ticket.get("description", ""),
            "status": ticket.get("status", "new"), "priority": ticket.get("priority"), "tags": ticket.get("tags", []),
            "created_at": at, "updated_at": at, "via": {"channel": "email"},
        }  # fmt: skip

    @staticmethod
    def _metrics(ticket: dict[str, Any]) -> dict[str, Any]:
        reply = ticket.get("reply")
        return {"ticket_id": ticket["id"], "reply_time_in_minutes": {"calendar": reply, "business": reply}}


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
