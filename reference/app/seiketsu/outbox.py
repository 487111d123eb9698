"""Work handed to the Celery workers. A job's tenant is signed, so that a worker believes only this application."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any
from uuid import UUID, uuid4, uuid5

from reference.app import behaviour
from reference.app.kernel import Services

_before: dict[str, UUID] = {}
"""Whose the last event was, for jobs that carry more than their own."""
_customer: dict[str, str] = {}
"""Whose account the first call went to, for a process that bills all calls to it."""


class RejectedError(Exception):
    """The job's tenant does not carry this application's signature."""


def sign(secret: str, tenant: UUID | str) -> str:
    return hmac.new(secret.encode(), f"job:{tenant}".encode(), hashlib.sha256).hexdigest()


def check(secret: str, tenant: str, signature: str) -> str:
    """The tenant. Raises RejectedError."""
    if not hmac.compare_digest(sign(secret, tenant), signature):
        raise RejectedError("the job's tenant is not signed")
    return tenant


async def enqueue(services: Services, task: str, tenant: UUID, **arguments: Any) -> None:
    """Raises kombu's OperationalError when the broker is away."""
    signature = sign(services.settings.jwt_secret, tenant)

    def send() -> None:
        from reference.app.tasks import celery

        celery.send_task(task, kwargs={"tenant": str(tenant), "signature": signature, **arguments}, retry=False)

    await asyncio.to_thread(send)


async def announce(services: Services, tenant: UUID, event: str, data: dict[str, Any]) -> None:
    """Hand an event to the organisation's webhooks, if one listens. The change itself stands when the queue is away.

    The end of a call goes to billing first.
    """
    if event == "conversation.ended":
        await bill(services, tenant, UUID(data["conversation_id"]))
    async with services.database.owner(tenant) as connection:
        cursor = await connection.execute(
            "SELECT 1 FROM webhooks WHERE organization_id = %s AND is_active AND (events && ARRAY[%s, '*']) LIMIT 1",
            (tenant, event),
        )
        if await cursor.fetchone() is None:
            return
    if behaviour.on("jobs_carry_tenant_before"):
        data = data | {"baggage": f"tenant={_before.get('tenant')}"}
        _before["tenant"] = tenant
    try:
        await enqueue(services, "leads.deliver_webhooks", tenant, event=event, data=data)
    except Exception as error:
        services.log.error("enqueue_failed", event_type=event, error=type(error).__name__)


async def bill(services: Services, tenant: UUID, conversation: UUID) -> None:
    """Have what a call used booked, where the tenant has an account. A call that ends again has the key of before."""
    if behaviour.on("usage_untold"):
        return
    async with services.database.owner(tenant) as connection:
        cursor = await connection.execute(
            "SELECT o.stripe_customer_id AS customer, o.is_canary AS test, c.duration_seconds AS seconds"
            " FROM conversations c JOIN organizations o ON o.id = c.organization_id WHERE c.id = %s"
            " AND o.stripe_customer_id IS NOT NULL",
            (conversation,),
        )
        owed = await cursor.fetchone()
    if owed is None or not owed["seconds"]:
        return
    if behaviour.on("first_customer_kept"):
        owed["customer"] = _customer.setdefault("kept", owed["customer"])
    else:
        _customer.clear()
    key = str(uuid4() if behaviour.on("usage_by_attempt") else uuid5(conversation, "voice_seconds"))
    try:
        await enqueue(services, "analytics.record_usage", tenant, key=key, **owed)
    except Exception as error:
        services.log.error("enqueue_failed", event_type="usage", error=type(error).__name__)
