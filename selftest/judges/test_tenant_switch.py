"""What stays of a former tenant."""

from __future__ import annotations

from tests.judges.tenant_switch import asked_as_former, left_behind


def test_each_place_with_a_marker_is_named() -> None:
    tabs = {"the tab": {"page": "canary-A here", "title": "B"}, "another tab": {"page": "B", "localStorage": "{}"}}
    assert left_behind(tabs, ["CANARY-a"]) == ["page of the tab"]
    assert left_behind(tabs, ["CANARY-x", ""]) == []


def test_requests_with_the_former_token_are_named_once() -> None:
    sent = [("a", "https://x/leads?q=1"), ("b", "https://x/me"), ("a", "https://x/leads?q=2")]
    assert asked_as_former(sent, "a") == ["https://x/leads"]
