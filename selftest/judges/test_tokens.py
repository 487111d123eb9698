"""Judging answers to forged tokens, and the forgeries themselves against a strict reader."""

from __future__ import annotations

import time
from pathlib import Path

import jwt
import pytest

from fixtures.tokens import Forger
from golive.catalogue import Limit
from golive.secrets import Secret
from golive.target.api import TokenRules
from tests.judges.tokens import Attempt, accepted, refused_otherwise

KEY = "a-key-of-the-test-that-is-long-enough-for-hs256"
WANT = Limit(name="refusal_http_status", op="==", value=401, unit="http status", source="default")


def forger(tmp_path: Path) -> Forger:
    (tmp_path / "key").write_text(KEY)
    rules = TokenRules(issuer="i", audience="a", known_defaults=["changeme"], secret=Secret(f"file:{tmp_path / 'key'}"))
    now = int(time.time())
    claims = {"sub": "1", "iss": "i", "aud": "a", "iat": now, "nbf": now, "exp": now + 600, "jti": "x", "org": "7"}
    return Forger(rules, jwt.encode(claims, KEY, "HS256", headers={"kid": "k"}), "2", "shop", "7")


def read(token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(token, KEY, ["HS256"], audience="a", issuer="i")
    return claims


def test_a_strict_reader_refuses_every_forgery_and_takes_the_honest_one(tmp_path: Path) -> None:
    made = forger(tmp_path)
    assert read(made.honest)["sub"] == "1"
    for one in (*made.without_key(), *made.with_key()):
        with pytest.raises(jwt.PyJWTError):
            read(one.token)


def test_forgeries_with_the_key_are_well_signed(tmp_path: Path) -> None:
    for one in forger(tmp_path).with_key():
        jwt.decode(one.token, KEY, ["HS256"], options={"verify_exp": False, "verify_nbf": False, "verify_aud": False})


def test_the_tenant_is_altered_in_every_claim_that_names_it(tmp_path: Path) -> None:
    made = forger(tmp_path)
    altered = next(f for f in made.without_key() if "tenant" in f.why)
    assert jwt.decode(altered.token, options={"verify_signature": False})["org"] not in ("7", None)
    other = made.of_tenant("8")
    assert other is not None
    assert read(other.token)["org"] == "8"
    assert read(other.token)["sub"] == "1"
    made.tenant = ""
    assert made.of_tenant("8") is None
    assert not [f for f in made.without_key() if "tenant" in f.why]


def test_tokens_do_not_show(tmp_path: Path) -> None:
    one = forger(tmp_path).without_key()[0]
    assert one.token not in repr(one)


def test_what_got_in_is_named_with_its_door() -> None:
    tried = [Attempt("expired", "GET /x", True, 200), Attempt("unsigned", "GET /x", False, 401)]
    assert accepted(tried) == ["GET /x accepts a forged token: expired"]
    assert refused_otherwise(tried, WANT) == []


def test_another_refusal_than_wanted_is_told_once_a_door() -> None:
    tried = [Attempt("expired", "GET /x", False, 500), Attempt("unsigned", "GET /x", False, 500)]
    assert refused_otherwise(tried, WANT) == ["GET /x refuses with 500, want 401: expired; unsigned"]
    assert refused_otherwise([Attempt("expired", "ws", False, None)], WANT) == []
