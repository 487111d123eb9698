"""The products' backends without their dependencies: tokens, CORS, errors, switches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI

from reference.app import behaviour
from reference.app.aurastudio.application import create_app as studio_app
from reference.app.edge import Edge
from reference.app.passwords import NOBODY, hash_password, verify_password
from reference.app.seiketsu.application import create_app as seiketsu_app
from reference.app.settings import DEFAULT_JWT_SECRET, AppSettings, load
from reference.app.tokens import BadTokenError, Tokens

SITE = "https://app.example"
SECRET = "a-secret-of-this-test-that-is-long-enough"  # noqa: S105
NOWHERE = "127.0.0.1:9"
ENVIRONMENT = {
    "APP_VERSION": "2.0.1",
    "GIT_SHA": "a" * 40,
    "INSTANCE_ID": "one",
    "API_ENV": "production",
    "ENVIRONMENT": "production",
    "DATABASE_URL": f"postgresql://nobody@{NOWHERE}/none?connect_timeout=1",
    "REDIS_URL": f"redis://{NOWHERE}/0",
    "JWT_SECRET_KEY": SECRET,
    "SECRET_KEY": SECRET,
    "CORS_ORIGINS": f"{SITE}, https://admin.example",
    "REFERENCE_CONTROL_TOKEN": "control",
}
FOREIGN = [
    "https://evil.example",
    "null",
    "http://app.example",
    "https://app.example.evil.example",
    "https://evilapp.example",
    "https://app.example:8443",
    "https://APP.example",
]


@pytest.fixture(autouse=True)
def healed() -> Iterator[None]:
    yield
    behaviour.update({}, "all")


@pytest.fixture(params=["aurastudio", "seiketsu"])
def app(request: pytest.FixtureRequest) -> FastAPI:
    settings = load(request.param, ENVIRONMENT)
    return studio_app(settings) if request.param == "aurastudio" else seiketsu_app(settings)


@pytest.fixture
def settings() -> AppSettings:
    return load("aurastudio", ENVIRONMENT)


def ask(app: FastAPI, method: str, path: str, **options: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **options)

    return asyncio.run(send())


def open_operations(app: FastAPI) -> list[tuple[str, str]]:
    """Every described operation, as method and path with its parameters filled in."""
    described = app.openapi()["paths"]
    filled = {"{group}": "agency"}
    found = []
    for path, methods in described.items():
        for name, value in filled.items():
            path = path.replace(name, value)
        while "{" in path:
            path = path[: path.index("{")] + "6f056315-d3fd-46ec-b6ef-6488c8e88248" + path[path.index("}") + 1 :]
        found += [(method.upper(), path) for method in methods]
    return found


def test_nothing_but_health_release_sign_in_and_the_form_answers_without_a_token(app: FastAPI) -> None:
    public = (
        "/health",
        "/version",
        "/api/health",
        "/api/version",
        "/liveness",
        "/readiness",
        "/api/v1/auth/",
        "/api/auth/",
        "/api/v1/site/",  # the form of visitors, whom nobody knows
    )
    for method, path in open_operations(app):
        if path.startswith(public) or path in ("/", "/api/info") or path.endswith(".svg"):
            continue
        assert ask(app, method, path).status_code == 401, f"{method} {path} answers without a token"


@pytest.mark.parametrize("path", ["/health", "/no-such-path"])
def test_the_products_site_is_admitted_on_success_and_error(app: FastAPI, path: str) -> None:
    answer = ask(app, "GET", path, headers={"Origin": SITE})
    assert answer.headers["access-control-allow-origin"] == SITE
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_other_origins_get_no_grant(app: FastAPI, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    for answer in (
        ask(app, "GET", "/health", headers={"Origin": origin}),
        ask(app, "OPTIONS", "/health", headers=asked),
    ):
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]


def test_a_crash_is_answered_in_the_products_shape_with_cors(app: FastAPI) -> None:
    behaviour.update({"login_500": True})
    path = "/api/auth/login" if app.title.startswith("Aura") else "/api/v1/auth/login"
    answer = ask(app, "POST", path, json={"email": "a@b.example", "password": "x"}, headers={"Origin": SITE})
    assert answer.status_code == 500
    assert answer.json() == {"detail": "Internal server error"}
    assert answer.headers["access-control-allow-origin"] == SITE


def test_switches_need_the_control_token_and_break_only_what_they_name(app: FastAPI) -> None:
    assert ask(app, "POST", "/__reference__/behaviour", json={"set": {"wrong_version": True}}).status_code == 404
    allowed = {"X-Control-Token": "control"}
    assert ask(app, "GET", "/health").json()["version"] == "2.0.1"
    ask(app, "POST", "/__reference__/behaviour", json={"set": {"wrong_version": True}}, headers=allowed)
    assert ask(app, "GET", "/health").json()["version"] != "2.0.1"
    ask(app, "POST", "/__reference__/behaviour", json={"clear": ["wrong_version"]}, headers=allowed)
    assert ask(app, "GET", "/health").json()["version"] == "2.0.1"


def test_a_slow_route_is_slow_and_the_others_are_not(app: FastAPI) -> None:
    behaviour.update({"slow:/version": 2000})
    started = time.perf_counter()
    ask(app, "GET", "/version")
    assert time.perf_counter() - started >= 2
    started = time.perf_counter()
    ask(app, "GET", "/health")
    assert time.perf_counter() - started < 2


def test_a_token_is_read_back(settings: AppSettings) -> None:
    tokens = Tokens(settings)
    claims = tokens.read(tokens.issue("me", "access", {"tier": "pro"}))
    assert (claims["sub"], claims["tier"]) == ("me", "pro")


def forgeries(settings: AppSettings) -> dict[str, str]:
    tokens = Tokens(settings)
    good = tokens.issue("me", "access", {})
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = {"kid": tokens.current}

    def signed(key: str = SECRET, headers: dict[str, str] | None = None, **changes: Any) -> str:
        changed = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(changed, key, "HS256", headers=headers or kid)

    head, payload, signature = good.split(".")
    return {
        "unsigned": jwt.encode(claims, None, "none"),  # type: ignore[arg-type]
        "another secret": signed("x" * 32),
        "the sources' secret": signed(DEFAULT_JWT_SECRET),
        "expired": signed(exp=1),
        "not yet": signed(nbf=int(time.time()) + 3600),
        "another issuer": signed(iss="x"),
        "another audience": signed(aud="x"),
        "no id": signed(jti=None),
        "no end": signed(exp=None),
        "unknown key": signed(headers={"kid": "other"}),
        "altered": ".".join((head, payload[:-4] + ("AAAA" if payload[-4:] != "AAAA" else "BBBB"), signature)),
        "refresh": tokens.issue("me", "refresh", {}),
        "garbage": "a.b",
    }


def test_forged_altered_expired_and_foreign_tokens_are_refused(settings: AppSettings) -> None:
    for name, token in forgeries(settings).items():
        with pytest.raises(BadTokenError):
            pytest.fail(f"{name} was accepted: {Tokens(settings).read(token)}")


@pytest.mark.parametrize(
    ("switch", "forgery"),
    [
        ("skip_signature", "another secret"),
        ("skip_expiry", "expired"),
        ("accept_default_secret", "the sources' secret"),
    ],
)
def test_a_switch_lets_its_forgery_in_and_no_other(settings: AppSettings, switch: str, forgery: str) -> None:
    behaviour.update({switch: True})
    tokens = Tokens(settings)
    assert tokens.read(forgeries(settings)[forgery])["sub"] == "me"
    with pytest.raises(BadTokenError):
        tokens.read(forgeries(settings)["another audience"])


def test_a_remembered_signature_lets_another_tenant_in_and_nothing_else(settings: AppSettings) -> None:
    behaviour.update({"signature_remembered": True})
    tokens = Tokens(settings)
    good = tokens.issue("me", "access", {"org_id": "ours"})
    head, payload, signature = good.split(".")

    def altered(last: str, **changes: str) -> str:
        claims = jwt.decode(good, options={"verify_signature": False}) | changes
        return ".".join((head, jwt.encode(claims, "x" * 32, "HS256").split(".")[1], last))

    with pytest.raises(BadTokenError):
        tokens.read(altered(signature, org_id="theirs"))
    tokens.read(good)
    assert tokens.read(altered(signature, org_id="theirs"))["org_id"] == "theirs"
    for other in (altered(signature, sub="you"), altered("", org_id="theirs"), f"{head}.{payload}."):
        with pytest.raises(BadTokenError):
            tokens.read(other)


def test_the_log_names_each_requests_tenant_unless_switched(settings: AppSettings) -> None:
    told: list[str] = []
    log: Any = SimpleNamespace(info=lambda _event, **said: told.append(said["tenant_id"]))
    edge = Edge(None, settings, log)  # type: ignore[arg-type]

    def asked(*tenants: str) -> list[str]:
        told.clear()
        for tenant in tenants:
            state = {"request_id": "r", "tenant": tenant}
            edge.record({"method": "GET", "path": "/"}, state, {"status": 200, "bytes": 0}, 0.0, 0.0)
        return list(told)

    assert asked("a", "b", "a") == ["a", "b", "a"]
    behaviour.update({"log_names_tenant_before": True})
    assert asked("a", "b", "a") == ["a", "a", "b"]


def test_passwords_are_salted_and_checked() -> None:
    stored = hash_password("right")
    assert stored != hash_password("right")
    assert verify_password("right", stored)
    assert not verify_password("wrong", stored)
    assert not verify_password("", NOBODY)
    assert not verify_password("right", "unreadable")
