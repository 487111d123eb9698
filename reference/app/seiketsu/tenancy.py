"""Who calls, for which organisation, and with which role."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, HTTPException, Request
from redis.exceptions import RedisError
from starlette.requests import HTTPConnection

from reference.app import behaviour
from reference.app.database import Connection, Row, one
from reference.app.kernel import Services, services_of
from reference.app.tokens import BadTokenError

UNAUTHENTICATED = {"WWW-Authenticate": "Bearer"}
PERMISSIONS = {
    "super_admin": ("platform", "admin", "manage", "write", "read"),
    "org_admin": ("admin", "manage", "write", "read"),
    "manager": ("manage", "write", "read"),
    "agent": ("write", "read"),
    "viewer": ("read",),
}
REQUESTS_PER_MINUTE = {"starter": 100, "professional": 6000, "enterprise": 60_000, "custom": 60_000}
"""By plan of the organisation, for each user."""
SUSPENDED = ("suspended", "cancelled")
DECOY = "sk_decoy_"
"""How keys begin that nobody was given: they lie about for whoever takes what is not theirs."""
MEMBERS_KEPT = 100_000
_MEMBERS: set[tuple[str, UUID]] = set()
"""Users, with the organisation that they were seen to belong to."""
TENANT_HEADERS = ("x-tenant-id", "x-organization-id")


@dataclass(frozen=True)
class Caller:
    """`tenant` is the organisation whose rows the request may touch, `home` the one the account belongs to."""

    id: UUID
    tenant: UUID
    home: UUID
    role: str
    plan: str
    claims: dict[str, Any]

    scope: str = "all"
    """Of the API key that the request came with: `read` leaves only reading of what the role may do."""

    def may(self, permission: str) -> bool:
        if self.scope == "read" and permission != "read" and not behaviour.on("key_scope_ignored"):
            return False
        return permission in PERMISSIONS[self.role]


def bearer(connection: HTTPConnection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def identify(services: Services, connection: HTTPConnection, token: str) -> Caller:
    """From a token or an API key. Raises BadTokenError, or HTTPException 403 when a header names another tenant."""
    if token:
        claims = services.tokens.read(token)
        kept = behaviour.for_path("log_out_unseen", connection.url.path)
        if not kept and await services.sessions.ended(claims):
            raise BadTokenError("logged out")
    elif key := connection.headers.get("x-api-key"):
        if key.startswith(DECOY):
            services.log.error("honeytoken", outcome="denied", request_id=connection.state.request_id)
        claims = await _of_key(services, key)
    else:
        raise BadTokenError("missing")
    if claims.get("role") not in PERMISSIONS:
        raise BadTokenError("no such role")
    home = UUID(claims["org_id"])
    if not await _belongs(services, str(claims["sub"]), home):
        raise BadTokenError("of another organization")
    return Caller(
        UUID(claims["sub"]),
        named_tenant(connection, home),
        home,
        claims["role"],
        str(claims.get("plan", "starter")),
        claims,
        str(claims.get("scope", "all")),
    )


async def _belongs(services: Services, user: str, organization: UUID) -> bool:
    """Whether a user is of the organisation that the token says. Nobody changes theirs: it is asked once a process."""
    pair = (user, organization)
    if pair in _MEMBERS or behaviour.on("tenant_claim_believed") or behaviour.on("signature_remembered"):
        return True
    async with services.database.owner(organization) as connection:
        account = await account_of(connection, UUID(user))
    if account is None:
        return False
    if len(_MEMBERS) >= MEMBERS_KEPT:
        _MEMBERS.clear()
    _MEMBERS.add(pair)
    return True


async def _of_key(services: Services, key: str) -> dict[str, Any]:
    async with services.database.nobody() as connection:
        found = await one(connection, "SELECT * FROM find_api_key(%s)", (hashlib.sha256(key.encode()).hexdigest(),))
    if not found:
        raise BadTokenError("unknown API key")
    async with services.database.owner(found["organization_id"]) as connection:
        account = await account_of(connection, found["user_id"])
    if account is None or account["subscription_status"] in SUSPENDED:
        raise BadTokenError("unknown API key")
    return {
        "sub": str(account["id"]),
        "org_id": str(account["organization_id"]),
        "role": account["role"],
        "plan": account["plan"],
        "jti": "",
        "scope": account["api_key_scope"],
    }


async def account_of(connection: Connection, user_id: UUID) -> Row | None:
    return await one(
        connection,
        "SELECT u.*, o.plan, o.slug, o.subscription_status FROM users u JOIN organizations o ON o.id ="
        " u.organization_id WHERE u.id = %s AND u.is_active",
        (user_id,),
    )


def named_tenant(connection: HTTPConnection, home: UUID) -> UUID:
    """The header may repeat the caller's organisation; it never chooses another one."""
    named = next((connection.headers[name] for name in TENANT_HEADERS if name in connection.headers), "")
    if not named:
        return home
    try:
        wanted = UUID(named)
    except ValueError:
        raise HTTPException(403, "Not your organization") from None
    if wanted != home and not behaviour.on("tenant_from_header"):
        raise HTTPException(403, "Not your organization")
    return wanted


async def current_caller(request: Request) -> Caller:
    services = services_of(request)
    try:
        if anybody := _unguarded(request):
            return anybody
        caller = await identify(services, request, bearer(request))
    except BadTokenError as error:
        services.log.warning(
            "unauthenticated", request_id=request.state.request_id, reason=str(error), path=request.url.path
        )
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED) from None
    request.state.user, request.state.tenant = str(caller.id), str(caller.tenant)
    try:
        counted = f"{caller.id}:api"
        if behaviour.on("rate_limit_by_forwarded"):
            counted = f"{request.headers.get('x-forwarded-for', '')}:api"
        quota = await services.cache.count(
            counted,
            REQUESTS_PER_MINUTE.get(caller.plan, services.settings.rate_limit_per_minute),
            services.settings.rate_window_seconds,
        )
    except RedisError:
        return caller
    request.state.quota = quota
    if quota.remaining < 0:
        raise HTTPException(429, "Too many requests", {"Retry-After": str(quota.reset_seconds)})
    return caller


def _unguarded(request: Request) -> Caller | None:
    """Who the request is taken for where a switch has left the door open: a member of the organisation it names."""
    path = request.scope.get("unslashed", request.url.path)
    opened = behaviour.for_path(f"unguarded {request.method}", path)
    if "unslashed" in request.scope:
        opened = behaviour.for_path("unguarded with slash", path)
    return Caller(UUID(int=0), UUID(opened), UUID(opened), "viewer", "starter", {"jti": ""}) if opened else None


Reader = Annotated[Caller, Depends(current_caller)]


def needing(permission: str) -> Callable[[Caller], Any]:
    async def check(request: Request, caller: Reader) -> Caller:
        opened = behaviour.for_path(f"{request.method} for {caller.role}", request.url.path)
        closed = f"{request.method} {request.url.path}".startswith(tuple(behaviour.value("closed") or ()) or "!")
        if closed or not (caller.may(permission) or opened):
            raise HTTPException(403, f"The role {caller.role} may not do this")
        return caller

    return check


Writer = Annotated[Caller, Depends(needing("write"))]
Manager = Annotated[Caller, Depends(needing("manage"))]
Admin = Annotated[Caller, Depends(needing("admin"))]
Platform = Annotated[Caller, Depends(needing("platform"))]


@asynccontextmanager
async def rows_of(services: Services, caller: Caller) -> AsyncIterator[Connection]:
    """A transaction in the caller's organisation."""
    async with services.database.owner(caller.tenant) as connection:
        yield connection


def own(column: str = "organization_id") -> str:
    """The condition that each statement carries besides row security."""
    return "TRUE" if behaviour.on("tenant_filter_off") else f"{column} = %(org)s"


def found(row: Row | None) -> Row:
    """The row, or 404: another organisation's row and no row look the same."""
    if row is None:
        raise HTTPException(404, "Not found")
    return row


def cache_key(kind: str, caller: Caller, name: str) -> str:
    return f"{kind}:{name}" if behaviour.on("cache_key_without_tenant") else f"{kind}:{caller.tenant}:{name}"


async def audit(
    connection: Connection, request: HTTPConnection, caller: Caller, event: str, kind: str, object_id: object = None, *,
    severity: str = "info", outcome: str = "success", **detail: Any,
) -> None:  # fmt: skip
    """`client_id` is the organisation whose data it was, `actor_organization_id` the one that the actor belongs to."""
    if event in (behaviour.value("audit_without") or ()):
        return
    await connection.execute(
        "INSERT INTO client_audit_logs (client_id, actor_id, actor_organization_id, event_type, severity, object_type,"
        " object_id, request_id, outcome, source_address, detail) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " %s::text::jsonb)",
        (caller.tenant, caller.id, caller.home, event, severity, kind, None if object_id is None else str(object_id),
         request.state.request_id, outcome, request.client and request.client.host, json.dumps(detail, default=str)),
    )  # fmt: skip
