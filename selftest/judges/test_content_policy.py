"""What content security policies let run."""

from __future__ import annotations

import pytest

from tests.judges.content_policy import nonces, policies, weaknesses

GOOD = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"


def test_a_strict_policy_has_no_weakness() -> None:
    assert weaknesses(policies([GOOD])) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("script-src 'self'", "script-src 'self' 'unsafe-inline'"), "unsafe-inline"),
        (("script-src 'self'", "script-src *"), "anybody run"),
        (("script-src 'self'", "script-src https:"), "anybody run"),
        (("object-src 'none'; ", ""), "plug-ins"),
        (("base-uri 'self'; ", ""), "another base"),
        (("frame-ancestors 'none'", "frame-ancestors *"), "frame the page"),
    ],
)
def test_each_weakness_is_named(change: tuple[str, str], word: str) -> None:
    found = weaknesses(policies([GOOD.replace(*change)]))
    assert len(found) == 1
    assert word in found[0]


def test_no_policy_is_said() -> None:
    assert weaknesses(policies([])) == ["there is no enforced policy"]


def test_a_nonce_makes_inline_harmless_and_is_found() -> None:
    found = policies([GOOD.replace("script-src 'self'", "script-src 'nonce-abc' 'unsafe-inline'")])
    assert weaknesses(found) == []
    assert nonces(found) == {"abc"}


def test_policies_hold_together() -> None:
    assert weaknesses(policies(["default-src *, " + GOOD])) == []


def test_without_script_src_the_default_counts() -> None:
    assert weaknesses(policies([GOOD.replace("script-src 'self'; ", "")])) == []
