"""Exports that lack something, cookies nobody asked for, origins, transfers, contracts."""

from __future__ import annotations

import pytest

from tests.judges.data_rights import (
    foreign,
    leaves,
    not_exported,
    objects_not_exported,
    transfer_problem,
    uninvited,
    without_contract,
)


def test_every_text_of_a_document_is_a_leaf() -> None:
    assert sorted(leaves({"a": ["x", {"b": "y"}], "c": 1, "d": None, "e": ""})) == ["x", "y"]


def test_a_value_that_is_not_exported_is_counted_by_its_column() -> None:
    stored = {"notes.text": {"one", "two"}, "people.hash": {"secret"}}
    assert not_exported(stored, ["one"], {"people.hash"}) == {"notes.text": 1}
    assert not_exported(stored, ["one", "two", "secret"], set()) == {}


def test_an_object_is_exported_by_anything_that_holds_its_key() -> None:
    assert objects_not_exported(["u/1.wav", "u/2.wav"], ["https://x/u/1.wav?sig"]) == ["u/2.wav"]


def test_needed_cookies_are_no_finding() -> None:
    assert uninvited(["sid=1; Path=/", "_ga=2", "_ga=3"], ["sid"]) == ["_ga"]


def test_own_and_allowed_origins_are_no_finding() -> None:
    urls = ["https://site.example/a.js", "https://api.example/x", "https://tracker.example/t.js"]
    assert foreign(urls, "https://site.example/", ["https://api.example"]) == ["https://tracker.example"]


@pytest.mark.parametrize(("region", "said"), [("eu-west-1", ""), ("us-east-1", "under standard contractual clauses")])
def test_data_is_in_the_union_or_goes_under_a_clause(region: str, said: str) -> None:
    assert transfer_problem(region, said) is None


def test_data_elsewhere_without_a_clause_is_a_finding() -> None:
    assert "us-east-1" in (transfer_problem("us-east-1", "we are careful") or "")


def test_a_processor_without_a_link_has_no_contract() -> None:
    rows = [{"processor": "Ann Ltd", "contract": "https://a.example"}, {"processor": "Bo Inc", "contract": "signed"}]
    assert without_contract(["Ann", "Bo", "Cy"], rows) == ["Bo", "Cy"]
