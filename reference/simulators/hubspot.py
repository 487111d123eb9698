"""HubSpot: contacts, deals and who wants no mail, after its CRM and Subscriptions APIs v3 (developers.hubspot.com).

One portal with the properties of `hubspot_records`. A change of a property that the app listens to goes signed to its
endpoint (`X-HubSpot-Signature-v3`: method, address, body and time under the client's secret), and again for a while
where it is not taken.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import ssl
import time
from typing import Any
from uuid import uuid4

import httpx
from fastapi import APIRouter
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.settings import Settings
from reference.simulators.behaviour import Behaviour
from reference.simulators.hubspot_preferences import add_preferences
from reference.simulators.hubspot_records import LISTENED, Records, Thing, WrongError
from reference.simulators.simulator import PRODUCTION, Simulator

PRODUCT, ENDPOINT = "seiketsu", "/api/v1/crm/events/hubspot"
PORTAL, APP = 48_190_277, 2_718_281
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each try to deliver an event."""
MOST_A_PAGE = 200
_CATEGORIES = {
    400: "VALIDATION_ERROR",
    401: "INVALID_AUTHENTICATION",
    403: "MISSING_SCOPES",
    404: "OBJECT_NOT_FOUND",
    409: "CONFLICT",
    429: "RATE_LIMITS",
}


def webhook_secret(settings: Settings) -> str:
    return settings.secret("hubspot/webhook")


def signature(secret: str, method: str, url: str, body: bytes, at: str) -> str:
    """Version 3: base64 of the HMAC-SHA256 of method, address, body and time in milliseconds."""
    source = method.encode() + url.encode() + body + at.encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


class HubSpotBehaviour(Behaviour):
    """Further ways in which the CRM gets in the way."""

    silent: bool = Field(default=False, description="no event is sent to the app")


class HubSpot(Simulator):
    name = "hubspot"
    behaviour_type = HubSpotBehaviour

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.records = {kind: Records(kind, self.changed) for kind in LISTENED}
        self._events = itertools.count(int(time.time()) * 1000)
        self._tasks: set[asyncio.Task[None]] = set()

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        after = details.pop("retry_after", None)
        error = {"status": "error", "message": message or _message(status), "correlationId": str(uuid4()),
                 "category": _CATEGORIES.get(status, "INTERNAL_ERROR")}  # fmt: skip
        if status == 429:
            error |= {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
        headers = {} if after is None else {"Retry-After": f"{after:g}"}
        return JSONResponse(error | details, status, headers)

    def wrong(self, error: WrongError) -> Exception:
        return self.refuse(error.status, str(error), **error.details)

    # Webhooks

    def changed(self, kind: str, id_: str, name: str, value: str) -> None:
        """Tell the app of a property that it listens to."""
        if self.behaviour.silent or not any(name.startswith(each) for each in LISTENED[kind]):
            return
        event = {
            "eventId": next(self._events), "subscriptionId": 3_141_592, "portalId": PORTAL, "appId": APP,
            "occurredAt": int(time.time() * 1000), "subscriptionType": f"{kind.removesuffix('s')}.propertyChange",
            "attemptNumber": 0, "objectId": int(id_), "propertyName": name, "propertyValue": value,
            "changeSource": "INTEGRATION",
        }  # fmt: skip
        task = asyncio.get_running_loop().create_task(self._deliver(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: Thing) -> None:
        verify = ssl.create_default_context(cafile=self.settings.ca_file)
        url = self.settings.products[PRODUCT].api_url + ENDPOINT
        async with httpx.AsyncClient(verify=verify, timeout=10, trust_env=False) as client:
            for attempt, pause in enumerate(PAUSES):
                await asyncio.sleep(pause)
                body = json.dumps([event | {"attemptNumber": attempt}]).encode()
                try:
                    answer = await client.post(url, content=body, headers=self.signed(url, body))
                except httpx.HTTPError:
                    continue
                if answer.is_success:
                    return

    def signed(self, url: str, body: bytes) -> dict[str, str]:
        at = str(int(time.time() * 1000))
        own = signature(webhook_secret(self.settings), "POST", url, body, at)
        return {
            "Content-Type": "application/json", "X-HubSpot-Signature-v3": own, "X-HubSpot-Request-Timestamp": at,
        }  # fmt: skip

    # Requests

    def admit(self, request: Request) -> None:
        """Raises RefusedError (401) for whoever is not the portal's private app."""
        if self.account(self.key_of(request)) != PRODUCTION:
            raise self.refuse(401, "Authentication credentials not found. This API supports OAuth 2.0 authentication.")

    def of(self, request: Request, kind: str) -> Records:
        self.admit(request)
        if kind not in self.records:
            raise self.refuse(404, f"Unable to infer object type from: {kind}")
        return self.records[kind]

    def asked(self, request: Request) -> list[str]:
        return [name for each in request.query_params.getlist("properties") for name in each.split(",") if name]

    def router(self) -> APIRouter:
        router = APIRouter()
        self._add_search(router)
        self._add_objects(router)
        add_preferences(self, router)
        return router

    def _add_search(self, router: APIRouter) -> None:
        @router.get("/crm/v3/properties/{kind}")
        async def properties(request: Request, kind: str) -> Thing:
            known = self.of(request, kind).known
            return {"results": [{"name": n, "label": n, "type": t, "hasUniqueValue": u} for n, (t, u) in known.items()]}

        @router.post("/crm/v3/objects/{kind}/search")
        async def search(request: Request, kind: str) -> Thing:
            records, body = self.of(request, kind), await self.json_object(request)
            limit, after = int(body.get("limit") or 10), int(body.get("after") or 0)
            if limit > MOST_A_PAGE:
                raise self.refuse(400, f"Page size cannot be greater than {MOST_A_PAGE}.")
            try:
                found = records.search(body.get("filterGroups") or [], body.get("properties") or [])
            except WrongError as error:
                raise self.wrong(error) from None
            page: Thing = {"total": len(found), "results": found[after : after + limit]}
            if after + limit < len(found):
                page["paging"] = {"next": {"after": str(after + limit)}}
            return page

        @router.post("/crm/v3/objects/{kind}/batch/upsert")
        async def upsert(request: Request, kind: str) -> Response:
            records, body = self.of(request, kind), await self.json_object(request)
            started = records.now()
            try:
                made = [records.upsert(i.get("idProperty"), str(i["id"]), i["properties"]) for i in body["inputs"]]
            except WrongError as error:
                raise self.wrong(error) from None
            except KeyError as error:
                raise self.refuse(400, f"Invalid input JSON: {error} is missing") from None
            return JSONResponse(
                {"status": "COMPLETE", "results": made, "startedAt": started, "completedAt": records.now()}
            )

    def _add_objects(self, router: APIRouter) -> None:
        @router.get("/crm/v3/objects/{kind}")
        async def listed(request: Request, kind: str) -> Thing:
            records, query = self.of(request, kind), request.query_params
            limit, after = int(query.get("limit", 10)), int(query.get("after", 0))
            found = records.search([], self.asked(request))
            page: Thing = {"results": found[after : after + limit]}
            if after + limit < len(found):
                page["paging"] = {"next": {"after": str(after + limit)}}
            return page

        @router.post("/crm/v3/objects/{kind}", status_code=201)
        async def create(request: Request, kind: str) -> Thing:
            records, body = self.of(request, kind), await self.json_object(request)
            others = [str(a["to"]["id"]) for a in body.get("associations") or []]
            if missing := [id_ for id_ in others if id_ not in self.records["contacts"].kept]:
                raise self.refuse(400, f"Invalid association: no contact {', '.join(missing)}")
            try:
                made = records.make(body.get("properties") or {})
            except WrongError as error:
                raise self.wrong(error) from None
            records.linked[made["id"]] = others
            return made

        @router.get("/crm/v3/objects/{kind}/{id_}")
        async def one(request: Request, kind: str, id_: str) -> Thing:
            records, query = self.of(request, kind), request.query_params
            try:
                found = records.one(id_, query.get("idProperty"))
            except WrongError as error:
                raise self.wrong(error) from None
            shown = records.shown(found, self.asked(request))
            others = records.linked.get(found["id"])
            if others and "contacts" in query.get("associations", "").split(","):
                results = [{"id": other, "type": f"{kind.removesuffix('s')}_to_contact"} for other in others]
                shown["associations"] = {"contacts": {"results": results}}
            return shown

        @router.patch("/crm/v3/objects/{kind}/{id_}")
        async def change(request: Request, kind: str, id_: str) -> Thing:
            records, body = self.of(request, kind), await self.json_object(request)
            try:
                found = records.one(id_, request.query_params.get("idProperty"))
                return records.change(found, body.get("properties") or {})
            except WrongError as error:
                raise self.wrong(error) from None

        @router.delete("/crm/v3/objects/{kind}/{id_}", status_code=204)
        async def archive(request: Request, kind: str, id_: str) -> Response:
            self.of(request, kind).archive(id_)
            return Response(status_code=204)

        @router.get("/crm/v4/objects/{kind}/{id_}/associations/{other}")
        async def associated(request: Request, kind: str, id_: str, other: str) -> Thing:
            self.of(request, kind)
            if kind == "contacts" and other == "deals":
                deals = self.records["deals"]
                ids = [d for d, whose in deals.linked.items() if id_ in whose and d in deals.kept]
            else:
                ids = self.records[kind].linked.get(id_, [])
            types = [{"category": "HUBSPOT_DEFINED", "typeId": 4 if kind == "contacts" else 3, "label": None}]
            return {"results": [{"toObjectId": int(each), "associationTypes": types} for each in ids]}


def _message(status: int) -> str:
    known = {404: "resource not found", 429: "You have reached your ten_secondly_rolling limit."}
    return known.get(status, "internal error")
