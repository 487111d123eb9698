"""Sign-up, log-in, refresh, log-out, passwords, and one's own profile."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field, field_validator
from redis.exceptions import RedisError

from reference.app import behaviour, guessing, metrics
from reference.app.database import Row, one
from reference.app.kernel import Services, Using
from reference.app.passwords import NOBODY, hash_password, verify_password
from reference.app.seiketsu import onboarding, second_factor
from reference.app.seiketsu.tenancy import (
    PERMISSIONS,
    SUSPENDED,
    UNAUTHENTICATED,
    Caller,
    Reader,
    account_of,
    audit,
    bearer,
    found,
    rows_of,
)
from reference.app.sessions import epoch_of
from reference.app.tokens import BadTokenError

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])
users = APIRouter(prefix="/api/v1/users", tags=["users"])

LOGINS_PER_MINUTE = 60
"""For one address, over all instances."""
RESET_SECONDS = 1800


class Register(BaseModel):
    email: str = Field(max_length=254)
    password: str = Field(min_length=10, max_length=200)
    full_name: str = Field(min_length=1, max_length=100)
    company_name: str | None = Field(None, min_length=1, max_length=100)
    phone: str | None = None
    organization_id: UUID | None = None
    role: Literal["org_admin", "agent", "viewer"] = "agent"

    @field_validator("email")
    @classmethod
    def looks_like_an_address(cls, value: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            raise ValueError("not an e-mail address")
        return value.lower()


class LogIn(BaseModel):
    email: str | None = Field(None, max_length=254)
    username: str | None = Field(None, max_length=254)
    password: str = Field(max_length=200)


class Refresh(BaseModel):
    refresh_token: str


class Address(BaseModel):
    email: str = Field(max_length=254)


class Reset(BaseModel):
    token: str
    new_password: str = Field(min_length=10, max_length=200)


class Password(BaseModel):
    current_password: str
    new_password: str = Field(min_length=10, max_length=200)


class Profile(BaseModel):
    full_name: str | None = Field(None, min_length=1, max_length=100)
    phone: str | None = Field(None, max_length=30)


def session(services: Services, account: Row, family: str | None = None) -> dict[str, Any]:
    """`family` names all tokens that come of one signing in, so that they can end together."""
    organization, permissions = str(account["organization_id"]), list(PERMISSIONS[account["role"]])
    claims = {
        "email": account["email"],
        "org_id": organization,
        "client_id": organization,
        "user_id": str(account["id"]),
        "role": account["role"],
        "plan": account["plan"],
        "permissions": permissions,
        "family": family or str(uuid4()),
        "epoch": epoch_of(account["password_hash"]),
    }
    return services.tokens.pair(str(account["id"]), claims)


def shown(account: Row) -> dict[str, Any]:
    return {name: account[name] for name in ("id", "email", "full_name", "role", "phone", "organization_id")}


@router.post("/register", status_code=201)
async def register(request: Request, services: Using, body: Register) -> dict[str, Any]:
    """Makes an organisation of one's own; an existing one is joined by invitation of its org_admin only."""
    if body.organization_id is not None:
        raise HTTPException(403, "Ask the organization's admin for an invitation")
    organization, user = uuid4(), uuid4()
    stored = await asyncio.to_thread(hash_password, body.password)
    name = body.company_name or f"{body.full_name}'s agency"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] + f"-{organization.hex[:8]}"
    async with services.database.owner(organization) as connection:
        await connection.execute(
            "INSERT INTO organizations (id, name, slug, subscription_status) VALUES (%s, %s, %s, 'trial')",
            (organization, name, slug),
        )
        await connection.execute(
            "INSERT INTO clients (id, slug, database_schema, contact_email, provisioning_step) VALUES (%s, %s, %s, %s,"
            " 'active')",
            (organization, slug, f"client_{slug.replace('-', '_')}", body.email),
        )
        await connection.execute(
            "INSERT INTO users (id, organization_id, email, username, full_name, phone, password_hash, role)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 'org_admin')",
            (user, organization, body.email, body.email, body.full_name, body.phone, stored),
        )
        account = found(await account_of(connection, user))
        caller = Caller(user, organization, organization, "org_admin", account["plan"], {})
        await audit(connection, request, caller, "auth.register", "user", user)
    await onboarding.started(services, organization, onboarding.is_internal(body.email))
    for step in ("payment", "ready"):  # a trial is booked and at work at once
        await onboarding.reached(services, organization, step)
    return shown(account) | session(services, account)


@router.post("/login")
async def log_in(request: Request, services: Using, body: LogIn) -> dict[str, Any]:
    if behaviour.on("login_500"):
        raise RuntimeError("log-in is switched off")
    email = (body.email or body.username or "").lower()
    if behaviour.on("login_500_for") and str(behaviour.value("login_500_for")) in email:
        raise RuntimeError("log-in is switched off for this account")
    await _throttle(services, email)
    guessed = guessing.of_sign_in(email, request.client.host if request.client else "")
    await guessing.stop(services, guessed)
    async with services.database.nobody() as connection:
        where = await one(connection, "SELECT * FROM find_account(%s)", (email,))
    account = None
    if where:
        async with services.database.owner(where["organization_id"]) as connection:
            account = await account_of(connection, where["user_id"])
    # The same work for an unknown address: the time to refuse tells nothing.
    good = await asyncio.to_thread(verify_password, body.password, account["password_hash"] if account else NOBODY)
    good = good or behaviour.on("any_password")
    if account:
        organization = account["organization_id"]
        async with services.database.owner(organization) as connection:
            caller = Caller(account["id"], organization, organization, account["role"], account["plan"], {})
            await audit(
                connection,
                request,
                caller,
                "auth.login",
                "session",
                severity="info" if good else "low",
                outcome="success" if good else "denied",
            )
            if good:
                await connection.execute("UPDATE users SET last_login_at = now() WHERE id = %s", (account["id"],))
    if not account or not good:
        await guessing.note(services, guessed)
        metrics.LOGINS.labels("refused").inc()
        unknown = not account and behaviour.on("login_tells_unknown")
        raise HTTPException(401, "No such user" if unknown else "Wrong e-mail or password", UNAUTHENTICATED)
    if account["subscription_status"] in SUSPENDED:
        metrics.LOGINS.labels("suspended").inc()
        raise HTTPException(403, "The organization is suspended")
    if second_factor.is_asked(account):
        early = session(services, account) if behaviour.on("second_factor_after_session") else {}
        return second_factor.challenge(services, account) | early
    metrics.LOGINS.labels("ok").inc()
    return _signed_in(request, services, account)


@router.post("/second-factor")
async def pass_second_factor(request: Request, services: Using, body: second_factor.SecondFactor) -> dict[str, Any]:
    account = await second_factor.passed(services, body)
    metrics.LOGINS.labels("ok").inc()
    return _signed_in(request, services, account)


def _signed_in(request: Request, services: Services, account: Row) -> dict[str, Any]:
    user = shown(account) | {"tenant_id": account["organization_id"], "permissions": list(PERMISSIONS[account["role"]])}
    answer = session(services, account) | {"user": user}
    presented = bearer(request)
    return answer | ({"access_token": presented} if presented and behaviour.on("login_keeps_token") else {})


async def _throttle(services: Services, email: str) -> None:
    try:
        quota = await services.cache.count(
            f"login:{hashlib.sha256(email.encode()).hexdigest()[:24]}", LOGINS_PER_MINUTE
        )
    except RedisError:
        return
    if quota.remaining < 0:
        raise HTTPException(429, "Too many attempts", {"Retry-After": str(quota.reset_seconds), **quota.headers})


@router.post("/refresh")
async def refresh(services: Using, body: Refresh) -> dict[str, Any]:
    try:
        claims = services.tokens.read(body.refresh_token, "refresh")
        if await services.sessions.ended(claims) or not await services.sessions.end(claims):
            # Two have it, and one of them stole it: all that came of this signing in ends.
            if not behaviour.on("refresh_reuse_tolerated"):
                await services.sessions.end_family(claims, services.settings.refresh_seconds)
            raise BadTokenError("used before")
    except BadTokenError:
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED) from None
    async with services.database.owner(claims["org_id"]) as connection:
        account = await account_of(connection, UUID(claims["sub"]))
    if account is None:
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED)
    return session(services, account, claims.get("family"))


@router.post("/logout")
async def log_out(request: Request, services: Using, caller: Reader, body: Refresh | None = None) -> dict[str, Any]:
    if caller.claims.get("jti"):
        await services.sessions.end(caller.claims)
    if body:
        try:
            claims = services.tokens.read(body.refresh_token, "refresh")
        except BadTokenError:
            claims = {}
        if claims.get("sub") == str(caller.id):
            await services.sessions.end(claims)
    async with rows_of(services, caller) as connection:
        await audit(connection, request, caller, "auth.logout", "session")
    return {"message": "Logged out"}


@router.post("/forgot-password", status_code=202)
async def forgot_password(services: Using, body: Address) -> dict[str, Any]:
    """The same answer for known and unknown addresses; the token goes to the worker that mails it."""
    async with services.database.nobody() as connection:
        where = await one(connection, "SELECT * FROM find_account(%s)", (body.email.lower(),))
    if where:
        token = uuid4().hex
        digest = hashlib.sha256(token.encode()).hexdigest()
        await services.cache.put(
            f"reset:{digest}", {"user": where["user_id"], "org": where["organization_id"]}, RESET_SECONDS
        )
        await services.cache.put(f"mail:reset:{where['user_id']}", {"token": token}, RESET_SECONDS)
    return {"message": "If the address is known, a mail is on its way"}


@router.post("/reset-password")
async def reset_password(services: Using, body: Reset) -> dict[str, Any]:
    key = f"reset:{hashlib.sha256(body.token.encode()).hexdigest()}"
    wanted = await services.cache.get(key)
    if not wanted:
        raise HTTPException(400, "The token is not valid")
    await services.cache.forget(key)
    await _set_password(services, UUID(wanted["org"]), UUID(wanted["user"]), body.new_password)
    return {"message": "Password changed"}


async def _set_password(services: Services, organization: UUID, user: UUID, password: str) -> None:
    """All sessions that the former password opened end."""
    stored = await asyncio.to_thread(hash_password, password)
    async with services.database.owner(organization) as connection:
        account = found(await account_of(connection, user))
        await connection.execute(
            "UPDATE users SET password_hash = %s, updated_at = now() WHERE id = %s", (stored, user)
        )
    await services.sessions.end_before_password(str(user), account["password_hash"], services.settings.refresh_seconds)


@router.get("/me")
async def me(services: Using, caller: Reader) -> dict[str, Any]:
    return await profile(services, caller)


@router.get("/verify-token")
async def verify(caller: Reader) -> dict[str, Any]:
    return {
        "valid": True,
        "user_id": caller.id,
        "organization_id": caller.tenant,
        "role": caller.role,
        "expires": caller.claims.get("exp"),
    }


@users.get("/profile")
async def profile(services: Using, caller: Reader) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        return shown(found(await account_of(connection, caller.id)))


@users.put("/profile")
async def change_profile(request: Request, services: Using, caller: Reader, body: Profile) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        await connection.execute(
            "UPDATE users SET full_name = coalesce(%s, full_name), phone = coalesce(%s, phone), updated_at = now()"
            " WHERE id = %s",
            (body.full_name, body.phone, caller.id),
        )
        if behaviour.on("profile_takes_role") and (role := (await request.json()).get("role")):
            await connection.execute("UPDATE users SET role = %s WHERE id = %s", (role, caller.id))
        await audit(connection, request, caller, "data.update", "user", caller.id)
        return shown(found(await account_of(connection, caller.id)))


@users.post("/change-password")
async def change_password(request: Request, services: Using, caller: Reader, body: Password) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        account = found(await account_of(connection, caller.id))
    if not await asyncio.to_thread(verify_password, body.current_password, account["password_hash"]):
        raise HTTPException(400, "The current password is wrong")
    await _set_password(services, caller.tenant, caller.id, body.new_password)
    async with rows_of(services, caller) as connection:
        await audit(connection, request, caller, "security.password", "user", caller.id, severity="medium")
    return {"message": "Password changed"}
