"""Policies, behaviours and headers of content networks."""

from __future__ import annotations

from tests.judges.cdn import is_copy, plain_behaviours, protocol_of


def test_every_behaviour_counts() -> None:
    assert plain_behaviours({"*": "https-only", "/a/*": "redirect-to-https"}) == []
    assert plain_behaviours({"*": "https-only", "/uploads/*": "allow-all"}) == ["/uploads/* (allow-all)"]
    assert plain_behaviours({"*": ""}) == ["* (no policy)"]


def test_security_policies() -> None:
    assert protocol_of("TLSv1.2_2021") == ("1.2", 2021)
    assert protocol_of("TLSv1.3_2025") == ("1.3", 2025)
    assert protocol_of("TLSv1") == ("1", 0)
    assert protocol_of("SSLv3") == ("0", 0)
    assert protocol_of("") == ("0", 0)


def test_copies() -> None:
    assert is_copy({"X-Cache": "Hit from cloudfront"})
    assert is_copy({"X-Cache": "Miss from cloudfront", "Age": "7"})
    assert not is_copy({"X-Cache": "Miss from cloudfront", "Age": "0"})
    assert not is_copy({})
