"""Judges what the CRM and the product made of a form, of a deal that was won, and of an opt-out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fixtures.crm.records import Contact, Deal

REFUSED = (400, 401, 403)
"""Answers that say that nobody believes who sent this."""


def fields(contact: Contact, wanted: Mapping[str, str]) -> list[str]:
    """Say which properties of a contact do not hold what the form said; upper and lower case are the same."""
    return [
        f"contact {contact.id}: {name} is {contact.properties.get(name) or 'empty'!r}, want {value!r}"
        for name, value in wanted.items()
        if contact.properties.get(name, "").lower() != value.lower()
    ]


def arrived(contacts: Sequence[Contact], wanted: Mapping[str, str]) -> bool:
    """Whether there is a contact, and all that there are hold what the form said."""
    return bool(contacts) and not any(fields(c, wanted) for c in contacts)


def opened(deals: Sequence[Deal], stage: str) -> str | None:
    """Say of the deals that a form opened why there is none to be moved, or None."""
    if not deals:
        return "the form opened no deal in the CRM"
    if wrong := sorted({d.stage for d in deals} - {stage}):
        return f"the deal of a form that was just sent is in the stage {', '.join(wrong)}, want {stage}"
    return None


def forged(status: int, plans: Sequence[str]) -> str | None:
    """Say what an event that the CRM did not sign has brought about, or None."""
    made = f", and made {len(plans)} tenants" if plans else ""
    if plans or status not in REFUSED:
        return f"an event that nobody signed, of a deal that is not won, was answered {status}{made}, want a refusal"
    return None


def won(plans: Sequence[str], plan: str, when: str) -> str | None:
    """Say how the tenants of a won deal are not one on the right plan, or None."""
    if len(plans) != 1:
        return f"{when}, the deal has made {len(plans)} tenants, want 1"
    return None if plans[0] == plan else f"{when}, its tenant is on the plan {plans[0]}, want {plan}"


def mail(subscribed: bool, consent: bool) -> str | None:
    """Say how the CRM's mail is not what somebody said on the form, or None."""
    if subscribed == consent:
        return None
    if subscribed:
        return "who did not agree to marketing mail is subscribed to it in the CRM"
    return "who agreed to marketing mail is not subscribed to it in the CRM"
