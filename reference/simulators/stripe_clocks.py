"""Stripe's test clocks: time that is moved on, in test mode alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request

from reference.simulators.stripe_books import Books, Thing

if TYPE_CHECKING:
    from reference.simulators.stripe import Stripe


def add_clocks(stripe: Stripe, router: APIRouter) -> None:
    prefix = "/test_helpers/test_clocks"

    def test_books(request: Request) -> Books:
        books = stripe.books_of(request)
        if books.livemode:
            raise stripe.refuse(400, "Test clocks are there in test mode only.")
        return books

    @router.post(prefix)
    async def create(request: Request) -> Thing:
        books, form = test_books(request), await stripe.form(request)
        clock = books.made(
            "clock", "test_helpers.test_clock", frozen_time=int(form["frozen_time"]), status="ready",
            name=form.get("name"),
        )  # fmt: skip
        books.clocks[clock["id"]] = clock
        return clock

    @router.get(prefix + "/{id_}")
    async def clock(request: Request, id_: str) -> Thing:
        return stripe.one(test_books(request).clocks, id_, "test clock")

    @router.post(prefix + "/{id_}/advance")
    async def advance(request: Request, id_: str) -> Thing:
        books, form = test_books(request), await stripe.form(request)
        found, to = stripe.one(books.clocks, id_, "test clock"), int(form["frozen_time"])
        if to <= found["frozen_time"]:
            raise stripe.refuse(400, "A clock can only be advanced.")
        books.advance(found, to)
        return found

    @router.delete(prefix + "/{id_}")
    async def delete(request: Request, id_: str) -> Thing:
        books = test_books(request)
        stripe.one(books.clocks, id_, "test clock")
        books.delete_clock(id_)
        return {"id": id_, "object": "test_helpers.test_clock", "deleted": True}
