"""Addresses in what a database keeps, and what a copy lacks."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.privacy.traces import Traces
from tests.judges.personal_fields import lacking, readable, strays

EMAIL = "ann.lee@people.example.com"


@pytest.mark.parametrize(
    ("kept", "way"),
    [
        (f"<{EMAIL.upper()}>", "as it is"),
        (EMAIL[::-1], "backwards"),
        ("naa.yrr@crbcyr.rknzcyr.pbz", "with letters replaced"),
        ("v1:" + base64.b64encode(EMAIL.encode()).decode(), "in base64"),
        ("v1:" + base64.urlsafe_b64encode(b"\xff\xfe" + EMAIL.encode()).decode().rstrip("="), "in base64"),
        (EMAIL.encode().hex(), "in hexadecimal"),
        ("sealed:1:" + base64.b64encode(bytes(range(90))).decode(), ""),
        ("", ""),
    ],
)
def test_an_address_is_read_in_what_is_kept(kept: str, way: str) -> None:
    assert readable(kept, EMAIL) == way


@given(st.binary(max_size=80))
def test_any_bytes_can_be_looked_at(raw: bytes) -> None:
    assert readable(base64.b64encode(raw).decode(), "+1 (555) 010-2030 999") in ("", "in base64")


def test_separators_hide_no_number() -> None:
    assert readable("1 555 010.20-30", "(1)5550102030") == "as it is"


def test_words_may_be_in_their_places_alone() -> None:
    found = {"table leads": Traces(1, 2), "queue": Traces(1, 0), "redis x": Traces(0, 1)}
    assert strays(found, ["table leads"]) == ["1 in redis x"]
    assert strays(found) == ["2 in table leads", "1 in redis x"]


def test_a_copy_holds_everything() -> None:
    assert lacking(["Ann", "x-1"], {"name": "ann", "call": "x-1", "note": "tea"}) == ["note"]
