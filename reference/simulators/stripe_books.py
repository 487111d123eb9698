"""What a Stripe account holds in one of its two modes: customers on clocks, subscriptions, usage, invoices, charges.

Amounts are in cents, times in Unix seconds. A clock's customers live in its time; a period that ends makes a draft.
"""

from __future__ import annotations

import copy
import secrets
import time
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reference.accounting import CENTS_A_SECOND, VOICE_SECONDS

Thing = dict[str, Any]
METER, PRICE = "mtr_voice_seconds", "price_voice_seconds"
CARDS = {
    "pm_card_visa": None,
    "pm_card_chargeCustomerFail": "card_declined",
    "pm_card_authenticationRequired": "invoice_payment_intent_requires_action",
}
"""Cards for tests, and how paying with them ends; None: it is paid."""


class Books:
    """`emit(event)` is called with each event that is to be delivered."""

    def __init__(self, livemode: bool, emit: Callable[[Thing], None]) -> None:
        self.livemode, self._emit = livemode, emit
        self.clocks: dict[str, Thing] = {}
        self.customers: dict[str, Thing] = {}
        self.subscriptions: dict[str, Thing] = {}
        self.invoices: dict[str, Thing] = {}
        self.charges: dict[str, Thing] = {}
        self.cards: dict[str, str] = {}
        self.usage: dict[str, Thing] = {}
        self.events: dict[str, Thing] = {}
        self.answers: dict[str, Thing] = {}
        """By idempotency key, what was answered."""

    def made(self, prefix: str, kind: str, **fields: Any) -> Thing:
        id_ = f"{prefix}_{secrets.token_hex(10)}"
        return {"id": id_, "object": kind, "livemode": self.livemode, "created": int(time.time()), **fields}

    def tell(self, kind: str, thing: Thing) -> None:
        event = self.made(
            "evt", "event", type=kind, api_version="2024-06-20", pending_webhooks=1,
            data={"object": copy.deepcopy(thing)},
        )  # fmt: skip
        self.events[event["id"]] = event
        self._emit(event)

    def now(self, customer: str) -> int:
        clock = self.customers[customer].get("test_clock")
        return int(self.clocks[clock]["frozen_time"]) if clock else int(time.time())

    # Usage

    def meter(self, identifier: str, customer: str, units: int, at: int) -> bool:
        """Count usage; False where this identifier was counted before."""
        if identifier in self.usage:
            return False
        self.usage[identifier] = {"customer": customer, "value": units, "timestamp": at}
        return True

    def metered(self, customer: str, start: int, end: int) -> int:
        return sum(
            u["value"] for u in self.usage.values() if u["customer"] == customer and start <= u["timestamp"] < end
        )

    # Subscriptions and invoices

    def subscribe(self, customer: str, metadata: dict[str, str]) -> Thing:
        start = self.now(customer)
        item = {"id": f"si_{secrets.token_hex(8)}", "price": {"id": PRICE, "unit_amount_decimal": CENTS_A_SECOND}}
        subscription = self.made(
            "sub", "subscription", customer=customer, status="active", metadata=metadata, current_period_start=start,
            current_period_end=month_after(start), items={"object": "list", "data": [item]},
        )  # fmt: skip
        self.subscriptions[subscription["id"]] = subscription
        return subscription

    def advance(self, clock: Thing, to: int) -> None:
        for subscription in list(self.subscriptions.values()):
            if self.customers[subscription["customer"]].get("test_clock") != clock["id"]:
                continue
            while subscription["current_period_end"] <= to:
                self._close_period(subscription)
        clock["frozen_time"] = to

    def _close_period(self, subscription: Thing) -> None:
        start, end = subscription["current_period_start"], subscription["current_period_end"]
        units = self.metered(subscription["customer"], start, end)
        amount = int((units * Decimal(CENTS_A_SECOND)).quantize(Decimal(1), ROUND_HALF_UP))
        line = self.made(
            "il", "line_item", type="subscription", amount=amount, quantity=units, description=VOICE_SECONDS,
            subscription=subscription["id"], price={"id": PRICE}, period={"start": start, "end": end},
        )  # fmt: skip
        invoice = self.made(
            "in", "invoice", customer=subscription["customer"], subscription=subscription["id"], status="draft",
            billing_reason="subscription_cycle", auto_advance=True, currency="usd", amount_paid=0, charge=None,
            period_start=start, period_end=end, lines={"object": "list", "has_more": False, "data": [line]},
        )  # fmt: skip
        self.invoices[invoice["id"]] = added_up(invoice)
        subscription |= {"current_period_start": end, "current_period_end": month_after(end)}
        self.tell("invoice.created", invoice)

    def add_item(self, invoice: Thing, amount: int, description: str) -> Thing:
        line = self.made("il", "line_item", type="invoiceitem", amount=amount, quantity=1, description=description)
        invoice["lines"]["data"].append(line)
        added_up(invoice)
        return self.made("ii", "invoiceitem", amount=amount, invoice=invoice["id"], customer=invoice["customer"])

    def pay(self, invoice: Thing, ending: str | None) -> bool:
        """Have a finalised invoice paid by a card that ends so; whether it is paid."""
        if ending:
            needed = ending.endswith("requires_action")
            self.tell("invoice.payment_action_required" if needed else "invoice.payment_failed", invoice)
            return False
        charge = self.made(
            "ch", "charge", customer=invoice["customer"], invoice=invoice["id"], amount=invoice["total"],
            amount_refunded=0, refunded=False, paid=True, currency="usd",
        )  # fmt: skip
        self.charges[charge["id"]] = charge
        invoice |= {"status": "paid", "paid": True, "amount_paid": invoice["total"], "charge": charge["id"]}
        self.tell("invoice.paid", invoice)
        return True

    def refund(self, charge: Thing) -> Thing:
        amount = charge["amount"] - charge["amount_refunded"]
        charge |= {"amount_refunded": charge["amount"], "refunded": True}
        self.tell("charge.refunded", charge)
        return self.made("re", "refund", charge=charge["id"], amount=amount, status="succeeded")

    def delete_clock(self, clock: str) -> None:
        """With it go its customers and all that is theirs."""
        gone = {id_ for id_, customer in self.customers.items() if customer.get("test_clock") == clock}
        for kept in (self.subscriptions, self.invoices, self.charges, self.usage):
            for key in [key for key, thing in kept.items() if thing["customer"] in gone]:
                del kept[key]
        for id_ in gone:
            del self.customers[id_]
        del self.clocks[clock]


def added_up(invoice: Thing) -> Thing:
    """The invoice itself, with the total of its lines."""
    invoice["total"] = sum(line["amount"] for line in invoice["lines"]["data"])
    return invoice


def month_after(at: int) -> int:
    """The same day and time of the next month, or its last day."""
    then = datetime.fromtimestamp(at, UTC)
    year, month = divmod(then.year * 12 + then.month, 12)
    day = min(then.day, monthrange(year, month + 1)[1])
    return int(then.replace(year=year, month=month + 1, day=day).timestamp())
