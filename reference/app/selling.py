"""What the site was told, told to the sales' CRM (HubSpot) by a worker: who, where from, with which consent, a deal.

Whatever is told twice is there once: a contact by its address, a deal by the lead that it is of. A refusal is kept as
`failed`, for somebody to look at; trouble is tried again, and what is not told by then stays `received`.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx

from reference.app.jobs import Connection, settings, tenant_job
from reference.app.seiketsu.delivery import TIMEOUT_SECONDS
from reference.app.seiketsu.personal import opened
from reference.app.seiketsu.site import WANTS_MAIL

SUBSCRIPTION, LEGAL_BASIS = "48190", "CONSENT_WITH_NOTICE"
NEW_DEAL, DEAL_TO_CONTACT = "appointmentscheduled", 3
Thing = dict[str, Any]


class RefusedError(Exception):
    """The CRM understood, and does not do it: trying again is of no use. `why`: its codes, which name nobody."""

    def __init__(self, status: int, words: str, why: str) -> None:
        super().__init__(words)
        self.status, self.why = status, why


@tenant_job("leads.tell_crm")
def tell_crm(connection: Connection, tenant: str, message: str, ways: Thing) -> str:
    """`ways`: the switches by which it goes wrong on purpose."""
    row = connection.execute(
        "SELECT payload FROM third_party_webhooks WHERE id = %s AND status = 'received' FOR UPDATE", (message,)
    ).fetchone()
    if row is None:
        return "told"
    # Of two messages on one person the second waits: both would find no deal.
    lead = connection.execute(
        "SELECT id, organization_id, first_name, last_name, email, source, tags FROM leads WHERE id = %s FOR UPDATE",
        (row["payload"]["lead"],),
    ).fetchone()
    if lead is None:
        return "gone"
    opened(SimpleNamespace(settings=settings()), "leads", lead)  # type: ignore[arg-type]
    status, why = "processed", ""
    try:
        _tell(row["payload"], lead, ways)
    except RefusedError as error:
        status, why = ("processed" if ways.get("crm_refusals_dropped") else "failed"), error.why
    connection.execute(
        "UPDATE third_party_webhooks SET status = %s, payload = payload || %s::text::jsonb WHERE id = %s",
        (status, json.dumps({"why": why} if why else {}), message),
    )
    return status


def _tell(told: Thing, lead: Thing, ways: Thing) -> None:
    with httpx.Client(
        base_url=settings().hubspot_url,
        headers={"Authorization": f"Bearer {settings().hubspot_token}"},
        timeout=TIMEOUT_SECONDS,
    ) as http:
        if told["type"] == "opt_out":
            _mail(http, lead["email"], "unsubscribe")
            return
        contact = _contact(http, told, lead, ways)
        _deal(http, told, str(lead["id"]), contact, ways)
        if WANTS_MAIL in lead["tags"] or ways.get("everybody_subscribed"):
            _mail(http, lead["email"], "subscribe")


def _contact(http: httpx.Client, told: Thing, lead: Thing, ways: Thing) -> str:
    """The id of the one contact of the lead's address."""
    utm = {f"utm_{name}": value for name, value in told["utm"].items()}
    properties: Thing = {
        "firstname": lead["first_name"], "lastname": lead["last_name"], "company": told["company"],
        "lead_source": lead["source"], "marketing_consent": str(WANTS_MAIL in lead["tags"]).lower(), **utm,
    }  # fmt: skip
    for lost in ways.get("crm_without") or ():
        properties.pop(lost)
    if ways.get("crm_email_elsewhere"):
        return str(
            _asked(http, "POST", "objects/contacts", {"properties": properties | {"work_email": lead["email"]}})["id"]
        )
    if ways.get("crm_in_two_steps"):
        return _in_two_steps(http, properties, lead["email"])
    upserted = {
        "inputs": [{"idProperty": "email", "id": lead["email"], "properties": properties | {"email": lead["email"]}}]
    }
    return str(_asked(http, "POST", "objects/contacts/batch/upsert", upserted)["results"][0]["id"])


def _in_two_steps(http: httpx.Client, properties: Thing, email: str) -> str:
    """As a fault has it: who is there is found out by the address, when the record is made already."""
    made = str(_asked(http, "POST", "objects/contacts", {"properties": properties})["id"])
    try:
        _asked(http, "PATCH", f"objects/contacts/{made}", {"properties": {"email": email}})
    except RefusedError as error:
        if error.status != 409:
            raise
        return str(_asked(http, "GET", f"objects/contacts/{email}?idProperty=email")["id"])
    return made


def _deal(http: httpx.Client, told: Thing, lead: str, contact: str, ways: Thing) -> None:
    """Open a deal, where the lead has none: one that sales have moved stays where it is."""
    properties = {"dealname": told["company"], "dealstage": NEW_DEAL, "plan": told["plan"], "lead_reference": lead}
    if ways.get("deal_each_time"):
        properties.pop("lead_reference")
    else:
        try:
            _asked(http, "GET", f"objects/deals/{lead}?idProperty=lead_reference")
        except RefusedError as error:
            if error.status != 404:
                raise
        else:
            return
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": DEAL_TO_CONTACT}
    linked = [{"to": {"id": contact}, "types": [kind]}]
    _asked(http, "POST", "objects/deals", {"properties": properties, "associations": linked})


def _mail(http: httpx.Client, email: str, way: str) -> None:
    """`way`: subscribe or unsubscribe. Saying what is so already changes nothing."""
    wanted = "SUBSCRIBED" if way == "subscribe" else "NOT_SUBSCRIBED"
    known = _answered(http.get(f"/communication-preferences/v3/status/email/{email}"))["subscriptionStatuses"]
    if way == "subscribe" and any(s["id"] == SUBSCRIPTION and s["status"] == wanted for s in known):
        return
    body = {"emailAddress": email, "subscriptionId": SUBSCRIPTION, "legalBasis": LEGAL_BASIS,
            "legalBasisExplanation": "The form of the site"}  # fmt: skip
    try:
        _answered(http.post(f"/communication-preferences/v3/{way}", json=body))
    except RefusedError as error:
        if "already" not in str(error):
            raise


def _asked(http: httpx.Client, method: str, path: str, body: Thing | None = None) -> Thing:
    return _answered(http.request(method, f"/crm/v3/{path}", json=body))


def _answered(answer: httpx.Response) -> Thing:
    """The body. Raises RefusedError, and HTTPStatusError for what is to be tried again."""
    if answer.status_code == 429 or answer.status_code >= 500:
        answer.raise_for_status()
    if answer.is_error:
        said = answer.json()
        codes = [said.get("category"), *(each.get("code") for each in said.get("errors") or [])]
        raise RefusedError(answer.status_code, str(said.get("message")), " ".join(str(code) for code in codes if code))
    found: Thing = answer.json()
    return found
