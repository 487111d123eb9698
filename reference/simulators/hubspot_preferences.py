"""HubSpot's Subscriptions API v3: which mail somebody gets, by address. It lives longer than the contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request

from reference.simulators.hubspot_records import MAIL, Thing

if TYPE_CHECKING:
    from reference.simulators.hubspot import HubSpot

DEFINITION = {
    "id": MAIL, "name": "Marketing Information", "description": "Offers and news", "purpose": "Marketing",
    "communicationMethod": "Email", "isActive": True, "isDefault": True, "isInternal": False,
    "createdAt": "2026-01-05T09:00:00.000Z", "updatedAt": "2026-01-05T09:00:00.000Z",
}  # fmt: skip


def add_preferences(hubspot: HubSpot, router: APIRouter) -> None:
    chosen: dict[str, Thing] = {}
    """Address to what was said last."""
    base = "/communication-preferences/v3"

    @router.get(f"{base}/definitions")
    async def definitions(request: Request) -> Thing:
        hubspot.admit(request)
        return {"subscriptionDefinitions": [DEFINITION]}

    @router.get(f"{base}/status/email/{{email}}")
    async def status(request: Request, email: str) -> Thing:
        hubspot.admit(request)
        said = chosen.get(email.lower()) or _status("NOT_SUBSCRIBED", {})
        return {"recipient": email, "subscriptionStatuses": [said]}

    async def say(request: Request, status: str) -> Thing:
        hubspot.admit(request)
        body = await hubspot.json_object(request)
        email, subscription = str(body.get("emailAddress") or "").lower(), str(body.get("subscriptionId") or "")
        if not email or subscription != MAIL:
            raise hubspot.refuse(400, f"No subscription {subscription} of {email or 'nobody'}")
        before = chosen.get(email, {}).get("status")
        if before == status:
            raise hubspot.refuse(400, f"{email} is already {status.lower().replace('_', ' ')} to {MAIL}")
        chosen[email] = _status(status, body)
        contacts = hubspot.records["contacts"]
        if found := contacts.search([{"filters": [{"propertyName": "email", "operator": "EQ", "value": email}]}], []):
            contacts.change(contacts.kept[found[0]["id"]], {f"hs_email_optout_{MAIL}": status != "SUBSCRIBED"})
        return chosen[email]

    @router.post(f"{base}/subscribe")
    async def subscribe(request: Request) -> Thing:
        return await say(request, "SUBSCRIBED")

    @router.post(f"{base}/unsubscribe")
    async def unsubscribe(request: Request) -> Thing:
        return await say(request, "NOT_SUBSCRIBED")


def _status(status: str, body: Thing) -> Thing:
    return {
        "id": MAIL, "name": DEFINITION["name"], "description": DEFINITION["description"], "status": status,
        "sourceOfStatus": "SUBSCRIPTION_STATUS", "preferenceGroupName": None, "brandId": None,
        "legalBasis": body.get("legalBasis"), "legalBasisExplanation": body.get("legalBasisExplanation"),
    }  # fmt: skip
