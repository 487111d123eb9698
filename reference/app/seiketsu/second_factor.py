"""The second factor of those who have one: codes of RFC 6238, each good once."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi import HTTPException
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.database import Row
from reference.app.kernel import Services
from reference.app.seiketsu.tenancy import UNAUTHENTICATED, account_of
from reference.app.tokens import BadTokenError

STEP, DIGITS = 30, 6
AHEAD_AND_BEHIND = 1


class SecondFactor(BaseModel):
    challenge: str
    code: str = Field(pattern=r"^\d{6}$")


def is_asked(account: Row) -> bool:
    return bool(account["two_factor_enabled"]) and not behaviour.on("second_factor_not_asked")


def challenge(services: Services, account: Row) -> dict[str, Any]:
    """What a right password alone gives: a token that opens nothing but the second step."""
    claims = {"org_id": str(account["organization_id"])}
    token = services.tokens.issue(str(account["id"]), "challenge", claims)
    return {"second_factor_required": True, "challenge": token}


async def passed(services: Services, body: SecondFactor) -> Row:
    """The account whose second step this is. Raises HTTPException (401)."""
    try:
        claims = services.tokens.read(body.challenge, "challenge")
    except BadTokenError:
        raise HTTPException(401, "Not authenticated", UNAUTHENTICATED) from None
    async with services.database.owner(claims["org_id"]) as connection:
        account = await account_of(connection, UUID(claims["sub"]))
    step = _step_of(body.code, account["two_factor_secret"]) if account else None
    if account is None or step is None or not await _first_use(services, account, step):
        raise HTTPException(401, "Wrong code", UNAUTHENTICATED)
    return account


def _step_of(code: str, secret: str) -> int | None:
    try:
        totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP, enforce_key_length=False)  # noqa: S303
    except binascii.Error:
        return None
    now = int(time.time()) // STEP
    for step in range(now - AHEAD_AND_BEHIND, now + AHEAD_AND_BEHIND + 1):
        try:
            totp.verify(code.encode(), step * STEP)
        except (InvalidToken, InvalidSignature):
            continue
        return step
    return None


async def _first_use(services: Services, account: Row, step: int) -> bool:
    if behaviour.on("second_factor_code_again"):
        return True
    name = hashlib.sha256(f"{account['id']}:{step}".encode()).hexdigest()[:32]
    seconds = STEP * (2 * AHEAD_AND_BEHIND + 2)
    return bool(await services.cache.redis.set(f"revoked:{name}", 1, ex=seconds, nx=True))
