"""Judges what was used against what was counted and invoiced, tenant by tenant. Pure; amounts in cents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from fixtures.billing.month import Paid


def differences(used: Mapping[str, int], counted: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Return each tenant of either of which another number was counted than it used, to the two; none there is 0."""
    return {
        tenant: (used.get(tenant, 0), counted.get(tenant, 0))
        for tenant in sorted({*used, *counted})
        if used.get(tenant, 0) != counted.get(tenant, 0)
    }


def how_wrong(wrong: Mapping[str, tuple[int, int]]) -> str:
    """Say of tenants what they used and what was counted, and what that looks like."""
    words = ", ".join(f"tenant {t[:8]} used {used} and {counted} were counted" for t, (used, counted) in wrong.items())
    more = [counted > used for used, counted in wrong.values()]
    if all(more):
        return f"{words}: counted twice?"
    if any(more):
        return f"{words}: billed to the wrong tenant?"
    return f"{words}: lost?"


def due(plan_price: int, unit_price: Decimal, units: int) -> int:
    """Return what a month costs: the plan and the units, the sum of the units rounded half up to a cent."""
    return plan_price + int((unit_price * units).quantize(Decimal(1), ROUND_HALF_UP))


def owners(customers: Mapping[str, Sequence[str]], used: Mapping[str, int]) -> list[str]:
    """Say which tenants used something and have not one customer who pays for it, but none or several."""
    return [
        f"tenant {tenant[:8]} used {units} and has {len(customers.get(tenant, ()))} customers at the payment provider, "
        "want 1"
        for tenant, units in used.items()
        if units and len(customers.get(tenant, ())) != 1
    ]


def against_usual(revenue: Mapping[date, int], day: date, days: int) -> tuple[float, float] | None:
    """Return a day's revenue by the usual one, and the usual: the median of so many days before; None: there is none.

    A day that brought nothing counts as one.
    """
    usual = median(revenue.get(day - timedelta(days=n), 0) for n in range(1, days + 1))
    return (revenue.get(day, 0) / usual, usual) if usual else None


def attempt(paid: Paid, answered: int, ledger: Sequence[int], entitled: bool) -> str | None:
    """Say how an attempt to pay ended otherwise than it must, or None."""
    if paid.answered != answered:
        return f"{paid.how}: the provider answered {paid.answered}, want {answered}"
    if list(paid.ledger) != list(ledger):
        return f"{paid.how}: the ledger of the tenant is {list(paid.ledger)} cents, want {list(ledger)}"
    if paid.entitled != entitled:
        has = "still has what it has not paid for" if paid.entitled else "has not what it paid for"
        return f"{paid.how}: the tenant {has}; see the subscription's status"
    return None
