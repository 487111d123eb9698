"""Whether what a text of marketing says of prices and availability is what is billed and promised. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_AMOUNT = re.compile(r"(?:(?P<code>[A-Z]{3}|[$€£])\s?)?(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?P<after>USD|EUR|GBP|\$|€|£)?")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_AVAILABLE = re.compile(r"\b(availab\w*|uptime|reachable)\b", re.IGNORECASE)
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}


def prices(text: str, plans: Sequence[str], currency: str) -> dict[str, float]:
    """Return plan to its price: the first amount of the currency that follows its name, on the same line and before
    the name of another plan. Names are written as the catalogue has them: `Agency` is a plan, an agency is none."""
    found: dict[str, float] = {}
    name = re.compile("|".join(rf"\b{re.escape(plan)}\b" for plan in plans))
    for line in text.splitlines():
        named = list(name.finditer(line))
        ends = [*(each.start() for each in named[1:]), len(line)]
        for each, end in zip(named, ends, strict=True) if named else ():
            if (price := _amount(line[each.end() : end], currency)) is not None:
                found.setdefault(each[0], price)
    return found


def price_problems(told: Mapping[str, float], billed: Mapping[str, float | None]) -> list[str]:
    """Prices that a text gives and that are not those of the catalogue; `billed`: None where none is fixed."""
    return [
        f"says {plan} is {price:g}, the catalogue of plans says {_said(billed[plan])}"
        for plan, price in told.items()
        if billed[plan] != price
    ]


def availability_problems(text: str, promised: float) -> list[str]:
    """Shares that a text calls availability and that are not promised; `promised` in percent."""
    said = [
        float(share) for sentence in re.split(r"[.!?]\s|\n", text) if _AVAILABLE.search(sentence)
        for share in _SHARE.findall(sentence)
    ]  # fmt: skip
    return [f"claims an availability of {each:g} %, {promised:g} % are promised" for each in said if each > promised]


def _amount(text: str, currency: str) -> float | None:
    for each in _AMOUNT.finditer(text):
        unit = each["code"] or each["after"]
        if unit and SIGNS.get(unit, unit) == currency:
            return float(each["value"].replace(",", ""))
    return None


def _said(price: float | None) -> str:
    return "on request" if price is None else f"{price:g}"
