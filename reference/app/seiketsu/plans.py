"""What an organisation can choose from, as it is billed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from reference.app import behaviour
from reference.app.seiketsu.tenancy import Reader

router = APIRouter(prefix="/api/v1/plans", tags=["organizations"])

CURRENCY = "USD"
PLANS: tuple[dict[str, Any], ...] = (
    {"name": "Starter", "monthly_price": 199, "included_calls": 300},
    {"name": "Agency", "monthly_price": 499, "included_calls": 1000},
    {"name": "Enterprise", "monthly_price": None, "included_calls": 5000},
)


@router.get("")
async def plans(caller: Reader) -> dict[str, Any]:
    """Plans, the smallest first. A plan without a price is agreed on with each customer."""
    changed = behaviour.value("plan_prices") or {}
    return {
        "currency": CURRENCY,
        "plans": [plan | {"monthly_price": changed.get(plan["name"], plan["monthly_price"])} for plan in PLANS],
    }
