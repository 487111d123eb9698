"""The sales' CRM: what becomes there of the site's leads, and of deals that are won."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from golive.target.base import Secret, Section, Url


class LeadForm(Section):
    """`[PRODUCT.crm.form]`: what the site's form is filled with, and what the CRM's contact has of it.

    The form is the operation `site_form`; a check gives it `{name}` (a nonce), `{email}`, `{consent}` and `{key}`.
    """

    values: dict[str, str] = {}
    """What further placeholders of the operation stand for; `{name}` in them is the nonce."""
    nonce: str
    """The contact's property that has the nonce: contacts are found by it, whatever else is wrong with them."""
    shows: dict[str, str] = Field(min_length=1)
    """Property of the contact to what it must hold, with the form's placeholders; `{consent}` is true or false."""
    refused: str | None = None
    """An address with `{name}` that the form takes and the CRM refuses: an error of synchronisation must tell of it."""


class DealStages(Section):
    """`[PRODUCT.crm.deal]`: the deal that a form opens, and what becomes of it."""

    open: str
    """Id of the stage that a new deal is in."""
    won: str
    """Id of the stage in which it is won."""
    plan: str
    """The plan that the form of a check asks for, and that the tenant of the won deal must be on."""


class Crm(Section):
    """`[PRODUCT.crm]`. Its SQL is read by a role from which row security hides nothing."""

    kind: Literal["hubspot"] = "hubspot"
    url: Url = "https://api.hubapi.com"
    token: Secret
    """Of a private app that reads and writes contacts, deals and subscriptions."""
    subscription: str
    """Id of the subscription to marketing mail."""
    form: LeadForm
    deal: DealStages
    failed: str
    """SQL with `{since}`: what was since refused in synchronisation, as rows with `what`."""
    waiting: str
    """SQL with `{since}` and `{until}`: what was to be synchronised between them and still is, as rows with `what`."""
    opted_out: str
    """SQL with `{lead}`, its id: whether the product sends it no marketing mail any more, one row with `opted_out`."""
    patience: float | None = Field(default=None, gt=0)
    """Seconds in which what was sent is there, where that is less than the line's limit; None: the limit."""
    settled: float = Field(default=10, ge=0)
    """Seconds in which what comes twice has come twice."""
