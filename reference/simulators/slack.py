"""A chat after Slack's Web API and incoming webhooks (api.slack.com/methods, api.slack.com/messaging/webhooks).

Each product has a channel for incidents and one of those who lead. Refusals are answered 200 with `ok: false`.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from reference.settings import Settings
from reference.simulators.behaviour import Behaviour
from reference.simulators.pagerduty_roster import Person, Roster
from reference.simulators.simulator import PRODUCTION, Simulator

INCIDENTS, LEADS = "incidents", "leads"
TEAM = "T0REFERENCE"
_ERRORS = {401: "invalid_auth", 403: "missing_scope", 404: "unknown_method", 429: "ratelimited", 500: "internal_error"}


def slack_id(kind: str, *parts: str) -> str:
    """An id as the chat's look: a letter for its kind, and ten characters."""
    return kind + hashlib.sha256("/".join(parts).encode()).hexdigest().upper()[:10]


def webhook(settings: Settings, product: str, channel: str) -> str:
    """Where a program posts to a channel: whoever knows it may."""
    key = settings.secret(f"slack/{product}/{channel}", 24)
    return f"{settings.simulators['slack'].base_url}/services/{TEAM}/{slack_id('B', product, channel)}/{key}"


@dataclass
class Channel:
    """A channel. `members`: who reads it."""

    product: str
    name: str
    members: list[Person]
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return slack_id("C", self.product, self.name)


class SlackBehaviour(Behaviour):
    """Further ways in which a chat does not reach people; names of channels are `incidents` and `leads`."""

    archived: list[str] = Field(default=[], description="channels that were archived")
    removed_members: list[str] = Field(default=[], description="people who left all channels")
    empty_channels: list[str] = Field(default=[], description="channels that nobody is in")
    dead_webhooks: list[str] = Field(default=[], description="channels whose webhook was revoked")
    led_elsewhere: bool = Field(default=False, description="webhooks post to a channel that nobody reads")


class Slack(Simulator):
    name = "slack"
    behaviour_type = SlackBehaviour

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.channels: list[Channel] = []
        self.elsewhere = Channel("nobody", "old-alerts", [])
        for product in settings.products:
            people = Roster.of([product]).people
            leads = [p for p in people if "manager" in p.title.lower()]
            self.channels += [Channel(product, INCIDENTS, people), Channel(product, LEADS, leads)]

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        return JSONResponse({"ok": False, "error": message or _ERRORS.get(status, "fatal_error")}, 200)

    def authorise(self, request: Request) -> None:
        if self.account(self.key_of(request)) != PRODUCTION:
            raise self.refuse(401)

    def channel(self, id_: str) -> Channel:
        for channel in [*self.channels, self.elsewhere]:
            if channel.id == id_:
                return channel
        raise self.refuse(400, "channel_not_found")

    def members(self, channel: Channel) -> list[Person]:
        gone = self.behaviour.removed_members
        here = [] if channel.name in self.behaviour.empty_channels else channel.members
        return [person for person in here if person.name not in gone]

    def post(self, channel: Channel, text: str) -> str:
        """Write a message and return its time, which is its id."""
        stamp = f"{time.time():.6f}"
        message = {"type": "message", "subtype": "bot_message", "bot_id": "B0REFERENCE", "text": text, "ts": stamp}
        channel.messages.append(message)
        return stamp

    def router(self) -> APIRouter:
        outer = APIRouter()
        api = APIRouter(prefix="/api", dependencies=[Depends(self.authorise)])

        @api.get("/conversations.info")
        async def info(channel: str) -> dict[str, Any]:
            found = self.channel(channel)
            archived = found.name in self.behaviour.archived
            shown = {"id": found.id, "name": f"{found.product}-{found.name}", "is_archived": archived}
            return {"ok": True, "channel": shown | {"num_members": len(self.members(found))}}

        @api.get("/conversations.members")
        async def members(channel: str) -> dict[str, Any]:
            ids = [slack_id("U", p.name) for p in self.members(self.channel(channel))]
            return {"ok": True, "members": ids, "response_metadata": {"next_cursor": ""}}

        @api.get("/conversations.history")
        async def history(channel: str, oldest: float = 0, limit: int = 100) -> dict[str, Any]:
            found = [m for m in self.channel(channel).messages if float(m["ts"]) >= oldest][::-1]
            return {"ok": True, "messages": found[:limit], "has_more": len(found) > limit}

        @api.get("/users.lookupByEmail")
        async def lookup(email: str) -> dict[str, Any]:
            for channel in self.channels:
                for person in channel.members:
                    if person.email == email.lower():
                        return {"ok": True, "user": {"id": slack_id("U", person.name), "name": person.name}}
            raise self.refuse(400, "users_not_found")

        @api.post("/chat.postMessage")
        async def post_message(request: Request) -> dict[str, Any]:
            body = await self.json_object(request)
            found = self.channel(str(body.get("channel")))
            if found.name in self.behaviour.archived:
                raise self.refuse(400, "is_archived")
            return {"ok": True, "channel": found.id, "ts": self.post(found, str(body.get("text", "")))}

        @api.post("/chat.delete")
        async def delete(request: Request) -> dict[str, Any]:
            body = await self.json_object(request)
            found = self.channel(str(body.get("channel")))
            if body.get("ts") not in {m["ts"] for m in found.messages}:
                raise self.refuse(400, "message_not_found")
            found.messages = [m for m in found.messages if m["ts"] != body["ts"]]
            return {"ok": True, "channel": found.id, "ts": body["ts"]}

        @outer.post("/services/{team}/{hook}/{key}")
        async def incoming(request: Request, team: str, hook: str, key: str) -> Response:
            for channel in self.channels:
                known = webhook(self.settings, channel.product, channel.name).endswith(f"/{team}/{hook}/{key}")
                if known and channel.name not in self.behaviour.dead_webhooks:
                    if channel.name in self.behaviour.archived:
                        return PlainTextResponse("channel_is_archived", 410)
                    text = str((await self.json_object(request)).get("text", ""))
                    if not text:
                        return PlainTextResponse("no_text", 400)
                    self.post(self.elsewhere if self.behaviour.led_elsewhere else channel, text)
                    return PlainTextResponse("ok")
            return PlainTextResponse("no_service", 404)

        outer.include_router(api)
        return outer
