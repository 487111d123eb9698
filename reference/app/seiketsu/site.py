"""What the marketing site sends: who wants to be called, and who wants no more mail. Both go on to the sales' CRM.

A person is one lead of the platform's own, however often they write: its id is made of the address. What is to be
told to the CRM waits in a table until a worker has told it; a request of the same `Idempotency-Key` is told once.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.database import Connection, one
from reference.app.kernel import Services, Using
from reference.app.seiketsu.outbox import enqueue
from reference.app.seiketsu.personal import seal
from reference.app.seiketsu.tenancy import Caller, audit, found

router = APIRouter(prefix="/api/v1/site", tags=["site"])

ADDRESS = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
WANTS_MAIL, OPTED_OUT = "marketing", "opted_out"
"""Tags of a lead: who agreed to marketing mail, and who wants none any more."""
PROVIDER = "hubspot"
WAYS = (
    "crm_email_elsewhere", "crm_without", "crm_in_two_steps", "deal_each_time", "everybody_subscribed",
    "crm_refusals_dropped",
)  # fmt: skip
"""Switches of what a worker does, which has none of its own: the job carries them."""
Word = Annotated[str, Field(max_length=100)]


class Campaign(BaseModel):
    """Where the visitor came from, as the address of the page said it."""

    source: Word = ""
    medium: Word = ""
    campaign: Word = ""


class Interest(BaseModel):
    first_name: str = Field(min_length=1, max_length=100)
    last_name: str = Field(min_length=1, max_length=100)
    email: str = Field(max_length=254, pattern=ADDRESS)
    company: str = Field(min_length=1, max_length=100)
    plan: Literal["starter", "professional", "enterprise"] = "professional"
    consent: bool = False
    """Whether marketing mail may be sent; who does not tick it takes nothing back."""
    utm: Campaign = Campaign()


class Address(BaseModel):
    email: str = Field(max_length=254, pattern=ADDRESS)


def lead_of(email: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"seiketsu/site/{email.lower()}")


async def platform_of(services: Services) -> UUID:
    async with services.database.nobody() as connection:
        row = found(await one(connection, "SELECT find_organization('platform') AS id"))
    return UUID(str(row["id"]))


def staff(platform: UUID) -> Caller:
    """The platform itself, where nobody of it acts."""
    return Caller(UUID(int=0), platform, platform, "super_admin", "custom", {})


@router.post("/leads", status_code=202)
async def interested(
    request: Request, services: Using, body: Interest,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> dict[str, bool]:  # fmt: skip
    """Take the form by which a visitor asks to be called."""
    platform, lead = await platform_of(services), lead_of(body.email)
    values = {"first_name": body.first_name, "last_name": body.last_name, "email": body.email.lower()}
    # An agreement that is given anew ends an opt-out of before; a form without one leaves all as it was.
    tags = f"array_append(array_remove(array_remove(leads.tags, '{OPTED_OUT}'), '{WANTS_MAIL}'), '{WANTS_MAIL}')"
    if not body.consent:
        tags = f"array_remove(leads.tags, '{OPTED_OUT}')" if behaviour.on("opt_out_forgotten") else "leads.tags"
    async with services.database.owner(platform) as connection:
        await connection.execute(
            "INSERT INTO leads (id, organization_id, first_name, last_name, email, source, tags) VALUES (%(id)s,"
            " %(org)s, %(first_name)s, %(last_name)s, %(email)s, 'website', %(tags)s) ON CONFLICT (id) DO UPDATE SET"
            " first_name = excluded.first_name, last_name = excluded.last_name, deleted_at = NULL, updated_at = now(),"
            f" tags = {tags}",
            {
                **seal(services, platform, "leads", values),
                "id": lead,
                "org": platform,
                "tags": [WANTS_MAIL] if body.consent else [],
            },
        )
        await audit(connection, request, staff(platform), "data.create", "lead", lead)
        told = body.model_dump(include={"company", "plan", "utm"}) | {"consent": body.consent}
        message = await _waiting(connection, platform, "lead", lead, idempotency_key, told)
    await _pass_on(services, platform, message)
    return {"received": True}


@router.post("/unsubscribe", status_code=202)
async def unsubscribe(request: Request, services: Using, body: Address) -> dict[str, bool]:
    """Send no more marketing mail to an address. The answer does not tell whether it is known."""
    platform, lead = await platform_of(services), lead_of(body.email)
    async with services.database.owner(platform) as connection:
        known = await opted_out(connection, lead)
        if known:
            await audit(connection, request, staff(platform), "data.update", "lead", lead)
        untold = not known or behaviour.on("opt_out_untold")
        message = None if untold else await _waiting(connection, platform, "opt_out", lead, None, {})
    await _pass_on(services, platform, message)
    return {"received": True}


async def opted_out(connection: Connection, lead: UUID) -> bool:
    """Note that somebody wants no more mail; False where there is no such lead."""
    cursor = await connection.execute(
        "UPDATE leads SET tags = array_append(array_remove(array_remove(tags, %s), %s), %s), updated_at = now()"
        " WHERE id = %s",
        (WANTS_MAIL, OPTED_OUT, OPTED_OUT, lead),
    )
    return cursor.rowcount == 1


async def _waiting(
    connection: Connection, platform: UUID, kind: str, lead: UUID, key: str | None, told: dict[str, Any]
) -> UUID | None:
    """Note what is to be told to the CRM; None where this key was told before."""
    id_ = uuid5(lead, key) if key and not behaviour.on("site_key_ignored") else uuid4()
    cursor = await connection.execute(
        "INSERT INTO third_party_webhooks (id, client_id, provider, payload) VALUES (%s, %s, %s, %s::text::jsonb)"
        " ON CONFLICT (id) DO NOTHING",
        (id_, platform, PROVIDER, json.dumps({"type": kind, "lead": str(lead), **told})),
    )
    return id_ if cursor.rowcount else None


async def _pass_on(services: Services, platform: UUID, message: UUID | None) -> None:
    """Without a queue it waits, and counts as what was not told."""
    if message is None or not services.settings.hubspot_url:
        return
    try:
        ways = {name: behaviour.value(name) for name in WAYS if behaviour.on(name)}
        await enqueue(services, "leads.tell_crm", platform, message=str(message), ways=ways)
    except Exception as error:
        services.log.error("enqueue_failed", event_type="crm", error=type(error).__name__)
