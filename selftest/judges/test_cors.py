"""Judging cross-origin grants with made-up answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.cors import Grant
from tests.judges.cors import lacks, let_in, preflight_lacks, refused_pairs, strange_origins

SITE = "https://app.example.com"
GOOD = Grant(
    "the preflight of PUT /orders", SITE, 204, SITE, True, frozenset({"PUT"}), frozenset({"authorization"}), 600,
    frozenset({"origin"}),
)  # fmt: skip


def test_a_whole_grant_lacks_nothing() -> None:
    assert preflight_lacks(GOOD) is None
    assert refused_pairs("PUT", ["Authorization"], GOOD) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"allow_origin": None}, "Allow-Origin is no header"),
        ({"allow_origin": "*"}, "Allow-Origin is *"),
        ({"credentials": False}, "Allow-Credentials"),
        ({"vary": frozenset()}, "Vary"),
    ],
)
def test_each_missing_part_is_named(change: dict[str, object], said: str) -> None:
    assert said in (lacks(replace(GOOD, **change)) or "")  # type: ignore[arg-type]


def test_a_preflight_needs_a_status_of_success_and_an_age() -> None:
    assert "400" in (preflight_lacks(replace(GOOD, status=400)) or "")
    assert "Max-Age" in (preflight_lacks(replace(GOOD, max_age=None)) or "")


def test_pairs_need_method_and_header() -> None:
    assert refused_pairs("DELETE", ["Authorization"], GOOD) == ["DELETE with Authorization"]
    assert refused_pairs("PUT", ["X-Other"], GOOD) == ["PUT with X-Other"]
    assert refused_pairs("POST", ["Authorization"], GOOD) == [], "POST needs no mention"


def test_strangers_are_made_from_the_site_and_never_the_site_itself() -> None:
    made = strange_origins([SITE], ["https://other.example"])
    assert SITE not in made
    for origin in (
        "null", "http://app.example.com", "https://app.example.com.evil.example", "https://evilapp.example.com",
        "https://evil.app.example.com", "https://app.example.com:8443", "https://appxexample.com", "https://other.example",
    ):  # fmt: skip
        assert origin in made


@pytest.mark.parametrize("allow", ["https://evil.example", "*"])
def test_a_stranger_is_let_in_by_name_or_by_star(allow: str) -> None:
    grant = replace(GOOD, origin="https://evil.example", allow_origin=allow)
    assert "is let in" in (let_in(grant.origin, "a stranger", [grant]) or "")


def test_a_stranger_that_gets_the_sites_name_is_refused() -> None:
    assert let_in("https://evil.example", "a stranger", [replace(GOOD, origin="https://evil.example")]) is None
