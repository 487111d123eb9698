from __future__ import annotations

import base64

from fixtures.source.secret_scan import unfolded


def test_literals_that_the_language_joins_become_one() -> None:
    assert 'key = "AKIAABCD"' in unfolded('key = "AKIA" + "ABCD"')
    assert "key = 'AKIAABCD'" in unfolded("key = 'AKIA' \\\n    'ABCD'")


def test_different_values_stay_apart() -> None:
    assert unfolded('["AKIA", "ABCD"]') == '["AKIA", "ABCD"]'


def test_base64_is_shown_in_the_clear() -> None:
    coded = base64.b64encode(b"password=harvest moon of 2026").decode()
    assert "password=harvest moon of 2026" in unfolded(f"x: {coded}")
    assert unfolded("x: not-any-code-at-all-but-words") == "x: not-any-code-at-all-but-words"
