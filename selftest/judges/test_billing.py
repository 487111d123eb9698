"""Use, counts, invoices and payments are judged tenant by tenant, to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fixtures.billing.month import Paid
from tests.judges.billing import against_usual, attempt, differences, due, how_wrong, owners

DAY = date(2026, 11, 21)


def test_equal_sums_hide_no_exchange() -> None:
    wrong = differences({"a": 10, "b": 20, "c": 5}, {"a": 20, "b": 10, "c": 5})
    assert wrong == {"a": (10, 20), "b": (20, 10)}
    assert "tenant a used 10 and 20 were counted" in how_wrong(wrong)
    assert how_wrong(wrong).endswith("billed to the wrong tenant?")


def test_who_is_on_one_side_alone_differs() -> None:
    assert differences({"a": 3}, {"b": 4}) == {"a": (3, 0), "b": (0, 4)}
    assert differences({"a": 0}, {}) == {}
    assert how_wrong({"a": (3, 6)}).endswith("counted twice?")
    assert how_wrong({"a": (3, 0), "b": (2, 1)}).endswith("lost?")


@pytest.mark.parametrize(("units", "cents"), [(0, 14_900), (1, 14_900), (2, 14_901), (3, 14_901), (400, 15_000)])
def test_units_are_rounded_as_a_sum_half_up(units: int, cents: int) -> None:
    assert due(14_900, Decimal("0.25"), units) == cents


def test_who_uses_has_one_customer() -> None:
    assert owners({"a": ["cus_1"], "b": []}, {"a": 3, "b": 0}) == []
    (none, two) = owners({"b": ["cus_1", "cus_2"]}, {"a": 3, "b": 1})
    assert "tenant a used 3 and has 0 customers" in none
    assert "has 2 customers" in two


def test_a_day_without_charges_brought_nothing() -> None:
    revenue = {DAY - timedelta(days=n): 100 for n in range(1, 4)}
    assert against_usual(revenue, DAY, 3) == (0, 100)
    assert against_usual(revenue | {DAY: 80}, DAY, 3) == (0.8, 100)
    assert against_usual({DAY: 80}, DAY, 3) is None


def test_an_attempt_ends_at_the_card_in_the_ledger_and_for_the_tenant() -> None:
    assert attempt(Paid("visa", 200, (100,), True, 0.5), 200, [100], True) is None
    cases = {
        Paid("declined", 200, (), False, 0.5): "provider answered 200, want 402",
        Paid("declined", 402, (100,), False, None): r"ledger of the tenant is \[100\] cents, want \[\]",
        Paid("declined", 402, (), True, None): "still has what it has not paid for",
    }
    for paid, words in cases.items():
        with pytest.raises(AssertionError, match=words):
            raise AssertionError(attempt(paid, 402, [], False))
    assert "has not what it paid for" in (attempt(Paid("visa", 200, (100,), False, None), 200, [100], True) or "")
