"""Secrets are replaced in every form; ordinary text stays as it is."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive import redaction
from golive.redaction import redact, register

CANARY = 'quartz/lantern+71 "é"&<x>'
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
KEY_BLOCK = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAquartz\nlantern==\n-----END RSA PRIVATE KEY-----"


@pytest.fixture(autouse=True)
def _empty_registry() -> Iterator[None]:
    redaction.forget_all()
    yield
    redaction.forget_all()


@pytest.mark.parametrize(
    "shown",
    [
        CANARY,
        quote(CANARY, safe=""),
        quote_plus(CANARY),
        quote(CANARY, safe="").lower(),
        base64.b64encode(CANARY.encode()).decode(),
        base64.urlsafe_b64encode(CANARY.encode()).decode(),
        base64.b64encode(b"user:" + CANARY.encode() + b":x").decode(),
        base64.b64encode(b"me:" + CANARY.encode()).decode(),
        json.dumps(CANARY),
        json.dumps(CANARY, ensure_ascii=False),
        json.dumps(json.dumps({"a": CANARY})),
        repr(CANARY),
        repr([CANARY]),
        CANARY.encode().hex(),
        "x" * 30 + CANARY + "y" * 30,
        "locals: value = 'quartz/lantern+71 ...'",
        "value = '..." + CANARY[8:] + "'",
    ],
)
def test_a_registered_secret_is_replaced_in_every_form(shown: str) -> None:
    register(CANARY)
    cleaned = redact(f"before {shown} after")
    assert "[redacted]" in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")
    for piece in ("quartz", "lantern", "cXVhcnR6", quote(CANARY, safe="")[:20], CANARY.encode().hex()[:20]):
        assert piece not in cleaned


def test_each_line_of_a_secret_with_lines() -> None:
    register("first-line-of-the-secret\nsecond-line-of-the-secret")
    assert redact("E   second-line-of-the-secret") == "E   [redacted]"


def test_short_secrets_only_where_they_stand_alone() -> None:
    register("ab1")
    assert redact("pin ab1, not cab12 or ab123") == "pin [redacted], not cab12 or ab123"


def test_numbers_that_are_secrets() -> None:
    register("481516")
    assert redact({"pin": 481516, "count": 481517}) == {"pin": "[redacted]", "count": 481517}


@pytest.mark.parametrize("trifle", ["", "a", "xy", "true", "None", " production "])
def test_trifles_are_not_registered(trifle: str) -> None:
    register(trifle)
    text = "a true xy in production, None"
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("postgresql://app:s3cret@db:5432/x", "postgresql://app:[redacted]@db:5432/x"),
        ("redis://:p%40ss@cache:6379/0", "redis://:[redacted]@cache:6379/0"),
        ("https://0123456789abcdef0123456789abcdef@sentry.io/1", "https://[redacted]@sentry.io/1"),
        ("amqp://u:a@b@host", "amqp://u:[redacted]@host"),
        ("host=db user=app password=hunter2 dbname=x", "host=db user=app password=[redacted] dbname=x"),
        ("connect(user='a', password='hunter 2')", "connect(user='a', password='[redacted]')"),
        ('{"access_token": "abc", "expires_in": 1800}', '{"access_token": "[redacted]", "expires_in": 1800}'),
        ("{'client_secret': 'abc'}", "{'client_secret': '[redacted]'}"),
        ("GET /ws?token=abc123&x=1", "GET /ws?token=[redacted]&x=1"),
        ("DB_PASSWORD=hunter2", "DB_PASSWORD=[redacted]"),
        ("{'password_hash': '$2b$12$abc'}", "{'password_hash': '[redacted]'}"),
        ("Authorization: Bearer abc123", "Authorization: [redacted]"),
        ("authorization: Basic dXNlcjpwYXNz", "authorization: [redacted]"),
        ("{'Authorization': 'Bearer abcdef'}", "{'Authorization': '[redacted]'}"),
        ("sent Bearer abcdef0123456789", "sent Bearer [redacted]"),
        ("X-API-Key: 0a1b2c3d4e", "X-API-Key: [redacted]"),
        ("xi-api-key=0a1b2c3d4e", "xi-api-key=[redacted]"),
        (
            "Set-Cookie: sid=abc123; Path=/; HttpOnly; Secure; SameSite=Lax",
            "Set-Cookie: sid=[redacted]; Path=/; HttpOnly; Secure; SameSite=Lax",
        ),
        ("Cookie: sid=abc; theme=dark", "Cookie: sid=[redacted]; theme=[redacted]"),
        (f"token {JWT}.", "token [redacted]"),
        (f"x{KEY_BLOCK}y", "x[redacted]y"),
        (json.dumps(KEY_BLOCK), '"[redacted]"'),
        ("-----BEGIN PRIVATE KEY-----\nMIIEow\n", "[redacted]"),
        ("key AKIAIOSFODNN7EXAMPLE", "key AKIA[redacted]MPLE"),
        ("sk-proj-0123456789abcdefABCDEF used", "[redacted] used"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "[redacted]"),
        ("pcsk_0123456789abcdefghij", "[redacted]"),
        ("https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/services/[redacted]"),
        (
            "https://b.s3.amazonaws.com/k?X-Amz-Credential=AK%2F1&X-Amz-Signature=0f0f&X-Amz-Expires=60",
            "https://b.s3.amazonaws.com/k?X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]&X-Amz-Expires=60",
        ),
    ],
)
def test_credentials_are_known_by_their_shape(text: str, cleaned: str) -> None:
    assert redact(text) == cleaned
    assert redact(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "9b2f6c1de4f0a7b8c9d0e1f2a3b4c5d6e7f80910",
        "550e8400-e29b-41d4-a716-446655440000",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:db/password-AbCdEf",
        "arn:aws:iam::123456789012:role/service-role/app",
        "AROAJQABLZS4A3QDU576Q AIDAJQABLZS4A3QDU576Q",
        "token lifetime is 30 min, want at most 15",
        "password policy: minimum length 8, want 14",
        "Set-Cookie lacks HttpOnly",
        "authorization: denied for every role",
        "the secret has no rotation; basic authentication is off; bearer tokens expire",
        "max_tokens=500 next_token=abc password=None token=None",
        "https://example.com/path?page=2&limit=10",
        "user@example.com",
        "risk-assessment-of-the-year-2026-final-version",
        "AURA-6.1.2.3 bucket aurastudio-assets: versioning is Suspended, want Enabled",
        "api_key_rotation_days 90",
        "PWD=/home/me",
        "access key id age is 91 days",
        "a ... b",
        "password=getpass(), token=make_token(user)",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    register(CANARY)
    assert redact(text) == text


def test_structures_are_gone_through() -> None:
    register("quartz-lantern")
    value = {
        "headers": {"X-Api-Key": "abc", "Set-Cookie": "sid=1; Secure", "Accept": "json"},
        "rows": [("quartz-lantern", 1), {"quartz-lantern"}],
        "env": {"DB_PASSWORD": "x", "next_token": "page2", "password_policy": {"minimum": 14}},
        "quartz-lantern": b"quartz-lantern",
        "nothing": None,
        "flag": True,
    }
    assert redact(value) == {
        "headers": {"X-Api-Key": "[redacted]", "Set-Cookie": "sid=[redacted]; Secure", "Accept": "json"},
        "rows": [("[redacted]", 1), {"[redacted]"}],
        "env": {"DB_PASSWORD": "[redacted]", "next_token": "page2", "password_policy": {"minimum": 14}},
        "[redacted]": b"[redacted]",
        "nothing": None,
        "flag": True,
    }


_pieces = st.sampled_from(
    ["quartz-lantern", "ab1", "[redacted]", "...", "password=", "token=", "Bearer ", "://", "user:", "@", "eyJ",
     "Cookie: a=b;", "'", '"', "\\", "\n", "authorization: ", "1", JWT, "-----BEGIN PRIVATE KEY-----", " ", "abcdef",
     "AKIAIOSFODNN7EXAMPLE"]
)  # fmt: skip


@given(st.lists(st.one_of(_pieces, st.text(max_size=12)), max_size=12).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    redaction.forget_all()
    register("quartz-lantern")
    register("ab1")
    register("lantern+more")
    once = redact(text)
    assert redact(once) == once
    assert "quartz-lantern" not in once


@given(st.text(min_size=6, max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_no_registered_secret_survives(secret: str, before: str, after: str) -> None:
    secret = secret.strip()
    redaction.forget_all()
    register(secret)
    if secret not in redaction._secrets or secret in before + after or secret in redaction.MARKER:
        return
    assert secret not in redact(f"{before} {secret} {after}")


def test_a_large_text_takes_little_time() -> None:
    for number in range(100):
        register(f"quartz-lantern-{number:03}-{number * 7919:08}")
    text = "2026-11-22T03:00:00Z INFO request id=550e8400 path=/api/v1/leads status=200 took=12ms key=value\n" * 10_000
    began = time.process_time()
    assert redact(text) == text
    assert time.process_time() - began < 5
