from __future__ import annotations

import pytest

from tests.judges.site_grants import grant_of, is_static

ALLOW, CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"


@pytest.mark.parametrize(
    ("headers", "origin", "granted"),
    [
        ({}, "https://evil.example", False),
        ({ALLOW: "https://app.example.com"}, "https://evil.example", False),
        ({ALLOW: "https://evil.example"}, "https://evil.example", True),
        ({ALLOW: "null", CREDENTIALS: "true"}, "null", True),
        ({ALLOW: "*"}, "https://evil.example", False),
        ({ALLOW: "*", CREDENTIALS: "true"}, "https://evil.example", True),
    ],
)
def test_grants(headers: dict[str, str], origin: str, granted: bool) -> None:
    assert bool(grant_of(headers, origin)) is granted


def test_assets_are_public() -> None:
    assert is_static("text/css")
    assert is_static("image/svg+xml")
    assert not is_static("application/json")
