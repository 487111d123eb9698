"""Single mails after Mailchimp Transactional's API 1.0 (mailchimp.com/developer/transactional/api), formerly Mandrill.

Seiketsu told the clients whom its incident of five days ago hit, each by a mail of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.schema.canaries import INCIDENT_CALLS, INCIDENT_DAYS, ORGANIZATIONS, SMALL, Organization
from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator

TAG, TOLD_AFTER = "incident", timedelta(minutes=18)
KNOWN = {each.slug: each for each in (*ORGANIZATIONS, SMALL)}


class MandrillBehaviour(Behaviour):
    """Further ways in which clients hear of an incident."""

    untold: list[str] = Field(default=[], description="slugs of clients who were not told")
    told_too: list[str] = Field(default=[], description="slugs of clients who were told, and had no trouble")
    in_one: bool = Field(default=False, description="one mail to all, who see one another in its To")
    figures_of: dict[str, str] = Field(default={}, description="slug -> the client whose figures its mail has")
    bounced: list[str] = Field(default=[], description="slugs of clients whose mail came back")


class Mandrill(Simulator):
    name = "mandrill"
    behaviour_type = MandrillBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.sent = datetime.now(UTC) - timedelta(days=INCIDENT_DAYS, hours=3) + TOLD_AFTER

    def key_of(self, connection: HTTPConnection) -> str | None:
        return connection.scope.get("mandrill.key")

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        name = {401: "Invalid_Key", 404: "Unknown_Message"}.get(status, "ValidationError")
        body = {"status": "error", "code": -1, "name": name, "message": message or name}
        return JSONResponse(body, 500 if status in (400, 401, 404) else status)

    def _told(self) -> list[Organization]:
        slugs = [slug for slug in INCIDENT_CALLS if slug not in self.behaviour.untold]
        return [KNOWN[slug] for slug in [*slugs, *self.behaviour.told_too]]

    def _message(self, to: Organization) -> dict[str, Any]:
        bounced = to.slug in self.behaviour.bounced
        return {
            "_id": to.id.hex, "ts": int(self.sent.timestamp()), "email": address(to), "subject": "Calls that failed",
            "state": "bounced" if bounced else "sent", "tags": [TAG], "sender": "support@seiketsu.example",
        }  # fmt: skip

    def _content(self, to: Organization) -> dict[str, Any]:
        about = KNOWN[self.behaviour.figures_of.get(to.slug, to.slug)]
        seen = self._told() if self.behaviour.in_one else [to]
        text = (
            f"Dear people of {about.name},\n\na provider of ours refused requests. "
            f"{INCIDENT_CALLS.get(about.slug, 0)} of your calls failed. We are sorry; all is well again."
        )
        headers = {"To": ", ".join(map(address, seen)), "From": "support@seiketsu.example"}
        return self._message(to) | {"to": {"email": address(to), "name": ""}, "headers": headers, "text": text}

    async def _asked(self, request: Request) -> dict[str, Any]:
        body = await self.json_object(request)
        if self.account(str(body.get("key", ""))) != PRODUCTION:
            raise self.refuse(401)
        return body

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api/1.0")

        @router.post("/users/ping2.json")
        async def ping(request: Request) -> dict[str, str]:
            await self._asked(request)
            return {"PING": "PONG!"}

        @router.post("/messages/search.json")
        async def search(request: Request) -> list[dict[str, Any]]:
            body = await self._asked(request)
            first, last = (_day(body.get(name)) for name in ("date_from", "date_to"))
            tags, at = body.get("tags") or [TAG], self.sent.timestamp()
            if TAG not in tags or (first and at < first) or (last and at >= last + 86_400):
                return []
            return [self._message(each) for each in self._told()][: int(body.get("limit", 100))]

        @router.post("/messages/content.json")
        async def content(request: Request) -> dict[str, Any]:
            wanted = (await self._asked(request)).get("id")
            found = next((each for each in self._told() if each.id.hex == wanted), None)
            if found is None:
                raise self.refuse(404)
            return self._content(found)

        return router


def address(organization: Organization) -> str:
    return f"owner@{organization.slug}.example"


def _day(text: Any) -> float | None:
    return datetime.fromisoformat(f"{text}T00:00:00+00:00").timestamp() if text else None
