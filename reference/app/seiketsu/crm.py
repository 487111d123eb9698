"""What the CRM (HubSpot) tells: deals that were won, which make tenants, and people who want no more mail.

An event only says that something changed: how the deal stands is asked of the CRM. A deal makes one tenant, whose id
is made of the deal's, however often it is won.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import psycopg
from fastapi import APIRouter, HTTPException, Request
from pydantic import ValidationError

from reference.app import behaviour
from reference.app.kernel import Services, Using
from reference.app.providers import ProviderError
from reference.app.seiketsu import onboarding
from reference.app.seiketsu.provisioning import NewTenant, provision_once
from reference.app.seiketsu.site import lead_of, opted_out, platform_of, staff

router = APIRouter(prefix="/api/v1/crm", include_in_schema=False)
"""For the CRM alone, so it stands in no description."""

OLDEST_SECONDS = 300
"""Age of a signature that is still believed."""
WON, OPT_OUT = (
    ("deal.propertyChange", "dealstage", "closedwon"),
    ("contact.propertyChange", "hs_email_optout_48190", "true"),
)
Thing = dict[str, Any]


async def hubspot(services: Services, kind: str, id_: object, properties: str, **query: str) -> Thing | None:
    """A record; None: there is none. Raises ProviderError."""
    s = services.settings
    try:
        return await services.providers.json(
            "hubspot", kind, "GET", f"{s.hubspot_url}/crm/v3/objects/{kind}/{id_}",
            headers={"Authorization": f"Bearer {s.hubspot_token}"}, params={"properties": properties, **query},
        )  # fmt: skip
    except ProviderError as error:
        if error.status == 404:
            return None
        raise


@router.post("/events/hubspot")
async def events_of_hubspot(request: Request, services: Using) -> dict[str, bool]:
    """Take a batch of events. Anything but 2xx has it sent again."""
    body = await request.body()
    if not behaviour.on("crm_unsigned"):
        verified(
            services.settings.hubspot_client_secret, services.settings.hubspot_webhook_url, body,
            request.headers.get("x-hubspot-signature-v3", ""), request.headers.get("x-hubspot-request-timestamp", ""),
        )  # fmt: skip
    for event in json.loads(body):
        told = tuple(str(event.get(name)) for name in ("subscriptionType", "propertyName", "propertyValue"))
        if told == WON:
            await _won(request, services, str(event["objectId"]))
        elif told == OPT_OUT:
            await _opted_out(services, str(event["objectId"]))
    return {"received": True}


def verified(secret: str, url: str, body: bytes, signature: str, at: str) -> None:
    """Raises HTTPException 401 for what the CRM did not sign lately."""
    source = b"POST" + url.encode() + body + at.encode()
    wanted = base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest())
    young = at.isdecimal() and abs(time.time() - int(at) / 1000) < OLDEST_SECONDS
    if not secret or not young or not hmac.compare_digest(wanted, signature.encode()):
        raise HTTPException(401, "The events are not signed by the CRM")


async def _won(request: Request, services: Services, id_: str) -> None:
    deal = await hubspot(services, "deals", id_, "dealstage,dealname,plan", associations="contacts")
    if deal is None:
        return
    known = deal["properties"]
    if known["dealstage"] != WON[2] and not behaviour.on("crm_unsigned"):
        return
    linked = deal.get("associations", {}).get("contacts", {}).get("results", [])
    contact = await hubspot(services, "contacts", linked[0]["id"], "email,company") if linked else None
    if contact is None or not contact["properties"]["email"]:
        return
    email = contact["properties"]["email"]
    tenant = uuid5(NAMESPACE_URL, f"seiketsu/deal/{id_}")
    if behaviour.on("won_makes_again"):
        tenant = uuid4()
        email = f"{tenant.hex[:8]}.{email}"
    plan = behaviour.value("won_plan") or known["plan"]
    try:
        body = NewTenant(name=known["dealname"], email=email, plan=plan, synthetic=onboarding.is_internal(email))
    except ValidationError as error:
        services.log.error("won_deal_unusable", reason=str(error.errors()[0]["loc"]))
        return
    caller = staff(await platform_of(services))
    try:
        await provision_once(request, services, caller, tenant, body)
    except psycopg.errors.UniqueViolation:
        # An address that is taken is for somebody to look at.
        services.log.error("won_deal_unusable", reason="taken")


async def _opted_out(services: Services, id_: str) -> None:
    if behaviour.on("opt_out_unheard"):
        return
    contact = await hubspot(services, "contacts", id_, "email")
    if contact is None or not contact["properties"]["email"]:
        return
    async with services.database.owner(await platform_of(services)) as connection:
        await opted_out(connection, lead_of(contact["properties"]["email"]))
