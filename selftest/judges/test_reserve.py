"""What is used of providers' quotas."""

from __future__ import annotations

from tests.judges.reserve import Consumption, share


def test_the_metric_is_compared_with_the_fullest_window() -> None:
    seen = Consumption("voices", {"requests a minute": 2.0, "characters a month": 97.0}, metric=40.0)
    assert seen.deviation == 57.0
    assert max(seen.known.values()) == 97.0


def test_what_only_the_product_knows_counts_too() -> None:
    seen = Consumption("words", {}, metric=97.0)
    assert seen.deviation is None
    assert seen.known == {"the product's metric": 97.0}


def test_nothing_allowed_is_all_used() -> None:
    assert share(0, 0) == 100.0
    assert share(30, 120) == 25.0
