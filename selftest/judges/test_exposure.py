from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judges.exposure import forms_of, places_of

KEY = "sk-9fQ2xT7LmZ4vB8cW1nR6"


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_base64_is_seen_wherever_it_begins(before: bytes, after: bytes) -> None:
    text = base64.b64encode(before + KEY.encode() + after).decode()
    assert list(places_of(KEY, [("there", text)])) == ["there"]


def test_places_and_what_is_none() -> None:
    texts = [("clear", f"x={KEY};"), ("hex", KEY.encode().hex()), ("other", KEY[:-1] + "_"), ("empty", "")]
    assert list(places_of(KEY, texts)) == ["clear", "hex"]
    with pytest.raises(ValueError, match="can't be looked for"):
        forms_of("short")
