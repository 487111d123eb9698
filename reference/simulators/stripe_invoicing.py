"""Stripe's invoices: items on a draft, finalising, paying with a card, giving back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request

from reference.simulators.stripe_books import CARDS, Thing

if TYPE_CHECKING:
    from reference.simulators.stripe import Stripe


def add_invoicing(stripe: Stripe, router: APIRouter) -> None:
    @router.get("/invoices")
    async def invoices(request: Request) -> Thing:
        wanted = request.query_params.get("customer")
        found = stripe.books_of(request).invoices.values()
        return stripe.page((i for i in found if wanted in (None, i["customer"])), request)

    @router.get("/invoices/{id_}")
    async def invoice(request: Request, id_: str) -> Thing:
        return stripe.one(stripe.books_of(request).invoices, id_, "invoice")

    @router.post("/invoiceitems")
    async def add_item(request: Request) -> Thing:
        books, form = stripe.books_of(request), await stripe.form(request)
        key = request.headers.get("idempotency-key", "")
        if key and key in books.answers:
            return books.answers[key]
        draft = stripe.one(books.invoices, form.get("invoice"), "invoice")
        if draft["status"] != "draft" or draft["customer"] != form.get("customer"):
            raise stripe.refuse(400, "The invoice is no draft of this customer.", code="invoice_not_editable")
        item = books.add_item(draft, int(form["amount"]), form.get("description", ""))
        if key:
            books.answers[key] = item
        return item

    @router.post("/invoices/{id_}/finalize")
    async def finalize(request: Request, id_: str) -> Thing:
        books = stripe.books_of(request)
        draft = stripe.one(books.invoices, id_, "invoice")
        if draft["status"] != "draft":
            raise stripe.refuse(400, "This invoice is already finalized.", code="invoice_not_editable")
        draft["status"] = "open"
        books.tell("invoice.finalized", draft)
        return draft

    @router.post("/invoices/{id_}/pay")
    async def pay(request: Request, id_: str) -> Thing:
        books, form = stripe.books_of(request), await stripe.form(request)
        due = stripe.one(books.invoices, id_, "invoice")
        if due["status"] != "open":
            raise stripe.refuse(400, f"Invoice is {due['status']}.", code="invoice_not_open")
        card = stripe.one({k: {"card": v} for k, v in books.cards.items()}, form.get("payment_method"), "PaymentMethod")
        if not books.pay(due, CARDS[card["card"]]):
            raise stripe.refuse(402, "The card was not charged.", code=CARDS[card["card"]])
        return due

    @router.post("/refunds")
    async def refund(request: Request) -> Thing:
        books, form = stripe.books_of(request), await stripe.form(request)
        charge = stripe.one(books.charges, form.get("charge"), "charge")
        if charge["refunded"]:
            raise stripe.refuse(400, "The charge has already been refunded.", code="charge_already_refunded")
        return books.refund(charge)
