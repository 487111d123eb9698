"""Work handed to the Celery workers. A job's tenant is signed, so that a worker believes only this application."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any
from uuid import UUID

from reference.app.kernel import Services


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
    """Hand an event to the organisation's webhooks, if one listens. The change itself stands when the queue is away."""
    async with services.database.owner(tenant) as connection:
        cursor = await connection.execute(
            "SELECT 1 FROM webhooks WHERE organization_id = %s AND is_active AND (events && ARRAY[%s, '*']) LIMIT 1",
            (tenant, event),
        )
        if await cursor.fetchone() is None:
            return
    try:
        await enqueue(services, "leads.deliver_webhooks", tenant, event=event, data=data)
    except Exception as error:
        services.log.error("enqueue_failed", event_type=event, error=type(error).__name__)
