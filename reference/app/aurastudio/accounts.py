"""Sign-up, log-in, refresh, log-out; and who a request is from."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field, field_validator
from redis.exceptions import RedisError
from starlette.requests import HTTPConnection

from reference.app import behaviour, guessing, metrics
from reference.app.database import Connection, one
from reference.app.kernel import Services, Using, services_of
from reference.app.passwords import NOBODY, hash_password, verify_password
from reference.app.sessions import epoch_of
from reference.app.tokens import BadTokenError

REQUESTS_PER_MINUTE = {"free": 100, "pro": 1000}
"""By tier; a tier that is not here has no limit."""
LOGINS_PER_MINUTE = 60
"""For one account, over all instances."""
TERMS_VERSION = "2026-10"
"""Of the terms of service that are published."""
UNAUTHENTICATED = {"WWW-Authenticate": "Bearer"}

router = APIRouter(prefix="/api/auth", tags=["auth"])


@dataclass(frozen=True)
class User:
    id: UUID
    tier: str
    claims: dict[str, Any]


class SignUp(BaseModel):
    email: str = Field(max_length=254)
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=10, max_length=200)
    accept_terms: bool = False

    @field_validator("email")
    @classmethod
    def looks_like_an_address(cls, value: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            raise ValueError("not an e-mail address")
        return value.lower()


class LogIn(BaseModel):
    email: str = Field(max_length=254)
    password: str = Field(max_length=200)


class Refresh(BaseModel):
    refresh_token: str


def bearer(connection: HTTPConnection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def identify(services: Services, token: str) -> User:
    """The user of an access token that is valid and was not logged out. Raises BadTokenError."""
    claims = services.tokens.read(token)
    if await services.sessions.ended(claims):
        raise BadTokenError("logged out")
    return User(UUID(claims["sub"]), str(claims.get("tier", "free")), claims)


async def current_user(request: Request) -> User:
    """401 without a good token, 429 over the tier's quota, which all instances count together."""
    services = services_of(request)
    try:
        token = bearer(request)
        named = request.query_params.get("user_id")
        if not token and named and behaviour.for_path("user_id_is_enough", request.url.path):
            return User(UUID(named), "pro", {})
        if not token:
            raise BadTokenError("missing")
        user = await identify(services, token)
    except BadTokenError as error:
        services.log.warning(
            "unauthenticated", request_id=request.state.request_id, reason=str(error), path=request.url.path
        )
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED) from None
    request.state.user = str(user.id)
    if delay := behaviour.number(f"slow_for:{user.id}"):
        await asyncio.sleep(delay / 1000)
    if limit := REQUESTS_PER_MINUTE.get(user.tier):
        try:
            quota = await services.cache.count(f"{user.id}:api", limit, services.settings.rate_window_seconds)
        except RedisError:
            return user
        request.state.quota = quota
        if quota.remaining < 0:
            raise HTTPException(429, "Too many requests", {"Retry-After": str(quota.reset_seconds)})
    return user


Me = Annotated[User, Depends(current_user)]


async def current_owner(request: Request, me: Me, user_id: Annotated[UUID | None, Query()] = None) -> UUID:
    """Whose rows are meant: `user_id` in the query may only be one's own."""
    return owner_of(request, me, user_id)


def owner_of(request: Request, me: User, user_id: UUID | None) -> UUID:
    if user_id is None or user_id == me.id:
        return me.id
    if behaviour.on("tenant_filter_off"):
        return user_id
    services_of(request).log.warning(
        "foreign_owner", request_id=request.state.request_id, user_id=str(me.id), wanted=str(user_id)
    )
    raise HTTPException(403, "Not your user_id")


Owner = Annotated[UUID, Depends(current_owner)]


def own() -> str:
    """The condition that each statement carries besides row security."""
    return "TRUE" if behaviour.on("tenant_filter_off") else "user_id = %(user)s"


async def audit(
    connection: Connection,
    request: Request,
    user: UUID,
    action: str,
    kind: str,
    object_id: object = None,
    **detail: Any,
) -> None:
    await connection.execute(
        "INSERT INTO audit_log (user_id, actor_id, action, object_type, object_id, request_id, detail)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s::text::jsonb)",
        (
            user,
            user,
            action,
            kind,
            None if object_id is None else str(object_id),
            request.state.request_id,
            json.dumps(detail, default=str),
        ),
    )


def _session(services: Services, account: dict[str, Any]) -> dict[str, Any]:
    claims = {"email": account["email"], "tier": account["subscription_tier"]}
    return services.tokens.pair(str(account["id"]), claims | {"epoch": epoch_of(account["password_hash"])})


@router.post("/signup", status_code=201)
async def sign_up(request: Request, services: Using, body: SignUp) -> dict[str, Any]:
    if not body.accept_terms and not behaviour.on("terms_optional"):
        raise HTTPException(422, "The terms of service must be accepted")
    terms = behaviour.value("terms_version") or TERMS_VERSION
    user_id = uuid4()
    stored = await asyncio.to_thread(hash_password, body.password)
    async with services.database.owner(user_id) as connection:
        account = await one(
            connection,
            "INSERT INTO user_profiles (id, email, name, password_hash, terms_version) VALUES (%s, %s, %s, %s, %s)"
            " RETURNING id, email, name, subscription_tier, credits_remaining, terms_version, created_at",
            (user_id, body.email, body.name, stored, terms),
        )
        assert account is not None
        await connection.execute("INSERT INTO persona_sync (user_id) VALUES (%s)", (user_id,))
        await audit(connection, request, user_id, "account.create", "account", user_id)
    return account | _session(services, account | {"password_hash": stored})


@router.post("/login")
async def log_in(request: Request, response: Response, services: Using, body: LogIn) -> dict[str, Any]:
    if behaviour.on("login_500"):
        raise RuntimeError("log-in is switched off")
    await _throttle(services, body.email)
    guessed = guessing.of_sign_in(body.email, request.client.host if request.client else "")
    await guessing.stop(services, guessed)
    async with services.database.nobody() as connection:
        found = await one(connection, "SELECT find_account(%s) AS id", (body.email,))
    account = None
    if found and found["id"]:
        async with services.database.owner(found["id"]) as connection:
            account = await one(
                connection, "SELECT * FROM user_profiles WHERE id = %s AND deleted_at IS NULL", (found["id"],)
            )
    # The same work for an unknown address: the time to refuse tells nothing.
    good = await asyncio.to_thread(verify_password, body.password, account["password_hash"] if account else NOBODY)
    since = behaviour.number("any_password_since")
    good = good or bool(account and since and account["created_at"].timestamp() >= since)
    if not account and behaviour.on("login_tells_unknown"):
        await guessing.note(services, guessed)
        raise HTTPException(401, "No account has this e-mail", UNAUTHENTICATED)
    if not account or not good:
        await guessing.note(services, guessed)
        metrics.LOGINS.labels("refused").inc()
        if account:
            async with services.database.owner(account["id"]) as connection:
                await connection.execute(
                    "INSERT INTO audit_log (user_id, action, object_type, request_id, outcome) VALUES (%s,"
                    " 'auth.login', 'session', %s, 'denied')",
                    (account["id"], request.state.request_id),
                )
        raise HTTPException(401, "Wrong e-mail or password", UNAUTHENTICATED)
    metrics.LOGINS.labels("ok").inc()
    async with services.database.owner(account["id"]) as connection:
        await audit(connection, request, account["id"], "auth.login", "session")
    profile = {name: account[name] for name in ("id", "email", "name", "subscription_tier", "credits_remaining")}
    session = _session(services, account)
    if attributes := behaviour.value("login_cookie"):
        response.headers.append("Set-Cookie", f"session={session['access_token']}; {attributes}")
    return session | {"user": profile}


async def _throttle(services: Services, email: str) -> None:
    try:
        quota = await services.cache.count(
            f"login:{hashlib.sha256(email.lower().encode()).hexdigest()[:24]}", LOGINS_PER_MINUTE
        )
    except RedisError:
        return
    if quota.remaining < 0:
        raise HTTPException(429, "Too many attempts", {"Retry-After": str(quota.reset_seconds), **quota.headers})


@router.post("/refresh")
async def refresh(request: Request, services: Using, body: Refresh) -> dict[str, Any]:
    guessed = [f"refresh_from:{guessing.named(request.client.host if request.client else '')}"]
    if not behaviour.on("refresh_unlimited"):
        await guessing.stop(services, guessed)
    try:
        claims = services.tokens.read(body.refresh_token, "refresh")
    except BadTokenError:
        await guessing.note(services, guessed)
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED) from None
    if await services.sessions.ended(claims) or not await services.sessions.end(claims):
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED)
    async with services.database.owner(claims["sub"]) as connection:
        account = await one(
            connection, "SELECT * FROM user_profiles WHERE id = %s AND deleted_at IS NULL", (claims["sub"],)
        )
    if account is None:
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED)
    return _session(services, account)


@router.post("/logout")
async def log_out(request: Request, services: Using, me: Me, body: Refresh | None = None) -> dict[str, Any]:
    await services.sessions.end(me.claims)
    if body:
        try:
            claims = services.tokens.read(body.refresh_token, "refresh")
        except BadTokenError:
            claims = {}
        if claims.get("sub") == str(me.id) and not behaviour.on("logout_keeps_refresh"):
            await services.sessions.end(claims)
    async with services.database.owner(me.id) as connection:
        await audit(connection, request, me.id, "auth.logout", "session")
    return {"message": "Logged out"}
