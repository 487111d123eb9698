"""Accounts at the payment provider (Stripe), and what its webhooks tell of invoices and payments.

A synthetic tenant is billed in the provider's test mode, where a clock of the provider's gives its time. Usage goes to
a meter, call by call (`outbox.bill`). The plan's fee is put onto each month's draft. An event counts once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from fastapi import APIRouter, HTTPException, Request

from reference.app import behaviour
from reference.app.database import Connection, one
from reference.app.kernel import Services, Using
from reference.app.providers import ProviderError

router = APIRouter(prefix="/api/v1/billing", include_in_schema=False)
"""For the provider alone, so it stands in no description."""

OLDEST_SECONDS = 300
"""Age of a signature that is still believed."""
PLAN_CENTS = {"starter": 4900, "professional": 14900, "enterprise": 99900, "custom": 29900}
"""The monthly fee of a plan."""
Thing = dict[str, Any]


async def stripe(
    services: Services, test: bool, method: str, path: str, key: str = "", **form: str | int
) -> dict[str, Any]:
    """Raises ProviderError."""
    s = services.settings
    headers = {"Authorization": f"Bearer {s.stripe_test_key if test else s.stripe_key}", "Stripe-Version": "2024-06-20"}
    if key:
        headers["Idempotency-Key"] = key
    operation = path.split("/")[2]
    return await services.providers.json(
        "stripe", operation, method, s.stripe_url + path, headers=headers, data=form or None
    )


async def opened(services: Services, tenant: UUID, name: str, clock: str) -> str:
    """Open an account on a test clock and subscribe it to what is metered; its customer's id. Raises ProviderError."""
    form: dict[str, str | int] = {"name": name, "test_clock": clock, "metadata[tenant]": str(tenant)}
    try:
        customer = await stripe(services, True, "POST", "/v1/customers", **form)
    except ProviderError as error:
        if error.status in (400, 404):
            raise HTTPException(422, "The payment provider has no such test clock") from error
        raise
    form = {"customer": customer["id"], "items[0][price]": "price_voice_seconds", "metadata[tenant]": str(tenant)}
    await stripe(services, True, "POST", "/v1/subscriptions", **form)
    return str(customer["id"])


async def booked(connection: Connection, tenant: UUID, plan: str, customer: str) -> None:
    """Note a tenant's account, in the transaction that makes the tenant."""
    await connection.execute("UPDATE organizations SET stripe_customer_id = %s WHERE id = %s", (customer, tenant))
    await connection.execute("INSERT INTO client_subscriptions (client_id, plan) VALUES (%s, %s)", (tenant, plan))


@router.post("/webhooks/stripe")
async def event_of_stripe(request: Request, services: Using) -> dict[str, bool]:
    """Take an event of the provider. Anything but 2xx has it sent again."""
    event = verified(
        services.settings.stripe_webhook_secret, await request.body(), request.headers.get("stripe-signature", "")
    )
    thing: Thing = event["data"]["object"]
    test = not event["livemode"]
    try:
        customer = await stripe(services, test, "GET", f"/v1/customers/{thing.get('customer')}")
    except ProviderError as error:
        if error.status == 404:  # gone, with all that concerned it
            return {"received": True}
        raise
    tenant = UUID(customer["metadata"]["tenant"])
    async with services.database.owner(tenant) as connection:
        known = await one(connection, "SELECT plan, stripe_customer_id FROM organizations WHERE id = %s", (tenant,))
        if known is None or known["stripe_customer_id"] != customer["id"]:
            return {"received": True}
        if await _first(connection, tenant, event):
            await _apply(services, connection, tenant, str(known["plan"]), event["type"], thing, test)
    return {"received": True}


def verified(secret: str, body: bytes, signature: str) -> dict[str, Any]:
    """The event. Raises HTTPException 401 for what the provider did not sign lately."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    at = parts.get("t", "")
    wanted = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    young = at.isdecimal() and abs(time.time() - int(at)) < OLDEST_SECONDS
    if not secret or not young or not hmac.compare_digest(wanted.encode(), parts.get("v1", "").encode()):
        raise HTTPException(401, "The event is not signed by the payment provider")
    event: dict[str, Any] = json.loads(body)
    return event


async def _first(connection: Connection, tenant: UUID, event: Thing) -> bool:
    """Note an event; False where it was noted before."""
    if behaviour.on("events_taken_again"):
        return True
    payload = json.dumps({"event": event["id"], "type": event["type"]})
    cursor = await connection.execute(
        "INSERT INTO third_party_webhooks (id, client_id, provider, payload, status) VALUES (%s, %s, 'stripe',"
        " %s::text::jsonb, 'processed') ON CONFLICT (id) DO NOTHING",
        (uuid5(NAMESPACE_URL, event["id"]), tenant, payload),
    )
    return cursor.rowcount == 1


async def _apply(
    services: Services, connection: Connection, tenant: UUID, plan: str, kind: str, thing: Thing, test: bool
) -> None:
    match kind:
        case "invoice.created" if thing["status"] == "draft" and thing["billing_reason"] == "subscription_cycle":
            key = "" if behaviour.on("events_taken_again") else f"plan-{thing['id']}"
            form: dict[str, str | int] = {"customer": thing["customer"], "invoice": thing["id"], "currency": "usd"}
            fee = {"amount": PLAN_CENTS[plan], "description": f"Plan {plan}"}
            await stripe(services, test, "POST", "/v1/invoiceitems", key, **form, **fee)
        case "invoice.paid" if thing["amount_paid"]:
            await _enter(connection, tenant, thing["id"], thing["amount_paid"])
            await _entitle(connection, tenant, "active")
        case "invoice.payment_failed" | "invoice.payment_action_required":
            # Events come in any order: whoever holds the row asks how the invoice stands now.
            await connection.execute("SELECT FROM client_subscriptions WHERE client_id = %s FOR UPDATE", (tenant,))
            invoice = await stripe(services, test, "GET", f"/v1/invoices/{thing['id']}")
            if invoice["status"] != "paid" and not behaviour.on("unpaid_stay_entitled"):
                await _entitle(connection, tenant, "past_due")
        case "charge.refunded":
            await _enter(connection, tenant, thing["id"], -thing["amount_refunded"])


async def _enter(connection: Connection, tenant: UUID, of: str, cents: int) -> None:
    """Enter an amount into the tenant's ledger, once for what it is of."""
    today = datetime.now(UTC).date()
    id_ = uuid4() if behaviour.on("events_taken_again") else uuid5(NAMESPACE_URL, of)
    await connection.execute(
        "INSERT INTO client_billing_records (id, client_id, amount_usd, status, period_start, period_end) VALUES"
        " (%s, %s, %s::numeric / 100, 'paid', %s, %s) ON CONFLICT (id) DO NOTHING",
        (id_, tenant, cents, today.replace(day=1), today),
    )


async def _entitle(connection: Connection, tenant: UUID, status: str) -> None:
    await connection.execute("UPDATE client_subscriptions SET status = %s WHERE client_id = %s", (status, tenant))
