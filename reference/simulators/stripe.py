"""Stripe: usage-based billing after its API of 2024-06-20 (docs.stripe.com/api), with test clocks and webhooks.

Test mode has books of its own and the second account's key. Live mode is read: what tenants used and paid on whole days
comes from `reference.accounting`. Events go signed to the product's endpoint (`Stripe-Signature`: `t=...,v1=...`), and
again for a while where they are not taken.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
from fastapi import APIRouter
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.accounting import VOICE_SECONDS, charged, used
from reference.schema.canaries import ORGANIZATIONS
from reference.settings import Settings
from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator
from reference.simulators.stripe_books import CARDS, METER, Books, Thing
from reference.simulators.stripe_clocks import add_clocks
from reference.simulators.stripe_invoicing import add_invoicing

PRODUCT, ENDPOINT = "seiketsu", "/api/v1/billing/webhooks/stripe"
ENDPOINT_ID = "we_seiketsu_production"
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each try to deliver an event."""
HISTORY_DAYS = 40
_KINDS = {400: "invalid_request_error", 401: "invalid_request_error", 402: "card_error", 404: "invalid_request_error"}


def webhook_secret(settings: Settings) -> str:
    return settings.secret("stripe/webhook")


class StripeBehaviour(Behaviour):
    """Further ways in which billing goes wrong."""

    halved: list[str] = Field(default=[], description="slugs of tenants of whose usage only half arrived")
    unpaid: bool = Field(default=False, description="two customers of three could not be charged yesterday")


class Stripe(Simulator):
    name = "stripe"
    behaviour_type = StripeBehaviour

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.books = {livemode: Books(livemode, self._emit) for livemode in (True, False)}
        self._tasks: set[asyncio.Task[None]] = set()
        for each in ORGANIZATIONS:
            customer = {"id": f"cus_{each.id.hex[:14]}", "object": "customer", "livemode": True, "name": each.name}
            self.books[True].customers[customer["id"]] = customer | {"metadata": {"tenant": str(each.id)}}

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        error = {"type": _KINDS.get(status, "api_error"), "message": message or f"Request failed ({status})."}
        return JSONResponse({"error": error | details}, status)

    # Webhooks

    def _emit(self, event: Thing) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: Thing) -> None:
        body = json.dumps(event | {"pending_webhooks": 1}).encode()
        verify = ssl.create_default_context(cafile=self.settings.ca_file)
        url = self.settings.products[PRODUCT].api_url + ENDPOINT
        async with httpx.AsyncClient(verify=verify, timeout=10, trust_env=False) as client:
            for pause in PAUSES:
                await asyncio.sleep(pause)
                try:
                    answer = await client.post(url, content=body, headers=self.signed(body))
                except httpx.HTTPError:
                    continue
                if answer.is_success:
                    event["pending_webhooks"] = 0
                    return

    def signed(self, body: bytes) -> dict[str, str]:
        at = str(int(time.time()))
        key = webhook_secret(self.settings).encode()
        signature = hmac.new(key, at.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "Stripe-Signature": f"t={at},v1={signature}"}

    # Requests

    def books_of(self, request: Request) -> Books:
        account = self.account(self.key_of(request))
        if account is None:
            raise self.refuse(401, "Invalid API Key provided")
        return self.books[account == PRODUCTION]

    async def form(self, request: Request) -> dict[str, str]:
        return dict(parse_qsl((await request.body()).decode()))

    def one(self, things: dict[str, Thing], id_: str | None, kind: str) -> Thing:
        if id_ not in things:
            raise self.refuse(404, f"No such {kind}: '{id_}'", code="resource_missing")
        return things[id_]

    def page(self, things: Iterable[Thing], request: Request) -> Thing:
        """A page, the newest first, as `limit` and `starting_after` ask for it."""
        query = request.query_params
        found = sorted(things, key=lambda t: (-t.get("created", 0), t["id"]))
        if after := query.get("starting_after"):
            ids = [thing["id"] for thing in found]
            found = found[ids.index(after) + 1 :] if after in ids else []
        limit = min(int(query.get("limit", 10)), 100)
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": request.url.path}

    def _usage_of(self, books: Books, customer: Thing, start: int, end: int) -> int:
        """Live: whole days of the history, beside what was metered since."""
        counted = books.metered(customer["id"], start, end)
        if not books.livemode:
            return counted
        organization = next((o for o in ORGANIZATIONS if str(o.id) == customer["metadata"].get("tenant")), None)
        if organization is None:
            return counted
        days = _days(start, end)
        history = sum(used(organization.id, day) for day in days)
        return counted + (history // 2 if organization.slug in self.behaviour.halved else history)

    def _history(self) -> list[Thing]:
        today = datetime.now(UTC).date()
        found = []
        for back in range(1, HISTORY_DAYS):
            day = today - timedelta(days=back)
            at = int(datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp())
            for organization in ORGANIZATIONS[: 1 if back == 1 and self.behaviour.unpaid else None]:
                id_ = f"txn_{day:%Y%m%d}{organization.id.hex[:10]}"
                amount = charged(organization.id, day)
                found.append({"id": id_, "object": "balance_transaction", "type": "charge", "created": at,
                              "amount": amount, "currency": "usd", "status": "available"})  # fmt: skip
        return found

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1")
        self._add_accounts(router)
        self._add_metering(router)
        add_clocks(self, router)
        add_invoicing(self, router)
        return router

    def _add_accounts(self, router: APIRouter) -> None:
        @router.get("/customers")
        async def customers(request: Request) -> Thing:
            clock, known = request.query_params.get("test_clock"), self.books_of(request).customers.values()
            return self.page((c for c in known if c.get("test_clock") == clock), request)

        @router.post("/customers")
        async def create(request: Request) -> Thing:
            books, form = self.books_of(request), await self.form(request)
            clock = form.get("test_clock")
            if clock is not None:
                self.one(books.clocks, clock, "test clock")
            metadata = {k[9:-1]: v for k, v in form.items() if k.startswith("metadata[")}
            customer = books.made(
                "cus", "customer", name=form.get("name"), email=form.get("email"), metadata=metadata, test_clock=clock
            )
            books.customers[customer["id"]] = customer
            return customer

        @router.get("/customers/{id_}")
        async def customer(request: Request, id_: str) -> Thing:
            return self.one(self.books_of(request).customers, id_, "customer")

        @router.post("/subscriptions")
        async def subscribe(request: Request) -> Thing:
            books, form = self.books_of(request), await self.form(request)
            customer = self.one(books.customers, form.get("customer"), "customer")
            metadata = {k[9:-1]: v for k, v in form.items() if k.startswith("metadata[")}
            return books.subscribe(customer["id"], metadata)

        @router.get("/subscriptions")
        async def subscriptions(request: Request) -> Thing:
            wanted, known = request.query_params.get("customer"), self.books_of(request).subscriptions.values()
            return self.page((s for s in known if wanted in (None, s["customer"])), request)

        @router.post("/payment_methods/{card}/attach")
        async def attach(request: Request, card: str) -> Thing:
            books, form = self.books_of(request), await self.form(request)
            customer = self.one(books.customers, form.get("customer"), "customer")
            if card not in CARDS:
                raise self.refuse(404, f"No such PaymentMethod: '{card}'", code="resource_missing")
            method = books.made("pm", "payment_method", customer=customer["id"], type="card")
            books.cards[method["id"]] = card
            return method

        @router.get("/balance_transactions")
        async def transactions(request: Request) -> Thing:
            books, since, until = self.books_of(request), *_span(request)
            found = self._history() if books.livemode else []
            return self.page((t for t in found if since <= t["created"] < until), request)

        @router.get("/events")
        async def events(request: Request) -> Thing:
            books, since, until = self.books_of(request), *_span(request)
            wanted, delivered = request.query_params.get("type"), request.query_params.get("delivery_success")
            found = (
                e
                for e in books.events.values()
                if since <= e["created"] < until
                and wanted in (None, e["type"])
                and (delivered is None or (e["pending_webhooks"] == 0) == (delivered == "true"))
            )
            return self.page(found, request)

        @router.get("/webhook_endpoints")
        async def endpoints(request: Request) -> Thing:
            self.books_of(request)
            return self.page([{"id": ENDPOINT_ID, "object": "webhook_endpoint", "status": "enabled"}], request)

        @router.post("/events/{id_}/retry")
        async def again(request: Request, id_: str) -> Thing:
            event = self.one(self.books_of(request).events, id_, "event")
            self.one({ENDPOINT_ID: {}}, (await self.form(request)).get("webhook_endpoint"), "webhook endpoint")
            event["pending_webhooks"] = 1
            self._emit(event)
            return event

    def _add_metering(self, router: APIRouter) -> None:
        @router.get("/billing/meters")
        async def meters(request: Request) -> Thing:
            self.books_of(request)
            meter = {"id": METER, "object": "billing.meter", "event_name": VOICE_SECONDS, "status": "active"}
            return self.page([meter], request)

        @router.post("/billing/meter_events")
        async def meter_event(request: Request) -> Thing:
            books, form = self.books_of(request), await self.form(request)
            try:
                customer, units = form["payload[stripe_customer_id]"], int(form["payload[value]"])
                event, identifier = form["event_name"], form["identifier"]
            except (KeyError, ValueError) as error:
                raise self.refuse(400, f"Missing or invalid: {error}") from None
            if event != VOICE_SECONDS or customer not in books.customers:
                raise self.refuse(400, f"No meter {event} or no customer {customer}", code="resource_missing")
            at = int(form.get("timestamp", time.time()))
            if not books.meter(identifier, customer, units, at):
                raise self.refuse(400, f"An event already exists with identifier {identifier}.")
            return {"object": "billing.meter_event", "identifier": identifier, "event_name": event, "timestamp": at}

        @router.get("/billing/meters/{meter}/event_summaries")
        async def summaries(request: Request, meter: str) -> Thing:
            books, query = self.books_of(request), request.query_params
            self.one({METER: {}}, meter, "meter")
            customer = self.one(books.customers, query.get("customer"), "customer")
            try:
                start, end = int(query["start_time"]), int(query["end_time"])
            except (KeyError, ValueError):
                raise self.refuse(400, "start_time and end_time are needed") from None
            if start % 60 or end % 60:
                raise self.refuse(400, "start_time and end_time must be aligned with minute boundaries.")
            value = self._usage_of(books, customer, start, end)
            summary = {"id": f"mtrusg_{start}", "object": "billing.meter_event_summary", "meter": meter,
                       "aggregated_value": value, "start_time": start, "end_time": end}  # fmt: skip
            return self.page([summary] if value else [], request)


def _span(request: Request) -> tuple[int, int]:
    query = request.query_params
    return int(query.get("created[gte]", 0)), int(query.get("created[lt]", 1 << 40))


def _days(start: int, end: int) -> list[Any]:
    """The days that lie in a time wholly."""
    first = datetime.fromtimestamp(start + 86_399, UTC).date()
    count = (datetime.fromtimestamp(end, UTC).date() - first).days
    return [first + timedelta(days=n) for n in range(max(0, count))]
