"""What texts of marketing say of prices and availability."""

from __future__ import annotations

import pytest

from tests.judges.claims import availability_problems, price_problems, prices

PLANS = ["Starter", "Agency", "Enterprise"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Starter 199 USD 300 0.60 USD\nAgency 499 USD", {"Starter": 199, "Agency": 499}),
        ("With 300 calls, Starter from $1,199.50 a month", {"Starter": 1199.5}),
        ("Agency: €499", {}),
        ("Starter and Agency, from 199 USD; every agency pays 499 USD", {"Agency": 199}),
        ("Starter at 199 USD, Agency at 499 USD", {"Starter": 199, "Agency": 499}),
        ("Starter has 300 calls.\nEnterprise on request", {}),
    ],
)
def test_prices_of_plans(text: str, found: dict[str, float]) -> None:
    assert prices(text, PLANS, "USD") == found


def test_prices_beside_the_catalogue() -> None:
    billed = {"Starter": 199.0, "Agency": 549.0, "Enterprise": None}
    assert price_problems({"Starter": 199}, billed) == []
    assert price_problems({"Agency": 499}, billed) == ["says Agency is 499, the catalogue of plans says 549"]
    assert "says on request" in price_problems({"Enterprise": 999}, billed)[0]


def test_availability_that_is_promised() -> None:
    assert availability_problems("Availability of 99.9 % in every contract. 100 % happy.", 99.9) == []
    wrong = ["claims an availability of 99.99 %, 99.9 % are promised"]
    assert availability_problems("Our uptime: 99.99%!", 99.9) == wrong
