"""Bearer tokens: JWT, HS256. Every claim that is issued is also required and checked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jwt

from reference.app import behaviour
from reference.app.settings import DEFAULT_JWT_SECRET, AppSettings

REQUIRED = ["sub", "iss", "aud", "exp", "iat", "nbf", "jti", "type"]
ALGORITHM = "HS256"
CHALLENGE_SECONDS = 300


class BadTokenError(Exception):
    """The token is not accepted; the message says why, without the token."""


class Tokens:
    def __init__(self, settings: AppSettings) -> None:
        self.settings = settings
        secrets = [secret for secret in (settings.jwt_secret, settings.jwt_previous_secret) if secret]
        self.keys = {key_id(secret): secret for secret in secrets}
        self.remembered: set[tuple[str, str]] = set()
        """Signature and subject of what was verified, while `signature_remembered` is on."""
        self.current = key_id(settings.jwt_secret)

    def issue(self, subject: str, kind: str, claims: Mapping[str, Any]) -> str:
        """`kind` is `access`, `refresh` or `challenge`."""
        now = int(time.time())
        lifetimes = {"access": self.settings.access_seconds, "challenge": CHALLENGE_SECONDS}
        lifetime = lifetimes.get(kind, self.settings.refresh_seconds)
        payload = {
            **claims,
            "sub": subject,
            "type": kind,
            "iss": self.settings.jwt_issuer,
            "aud": self.settings.jwt_audience,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "jti": str(uuid4()),
        }
        return jwt.encode(payload, self.keys[self.current], ALGORITHM, headers={"kid": self.current})

    def pair(self, subject: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "access_token": self.issue(subject, "access", claims),
            "refresh_token": self.issue(subject, "refresh", claims),
            "token_type": "bearer",
            "expires_in": self.settings.access_seconds,
        }

    def read(self, token: str, kind: str = "access") -> dict[str, Any]:
        """The claims of a valid token of this kind. Raises BadTokenError."""
        options: dict[str, Any] = {"require": REQUIRED}
        if behaviour.on("skip_signature"):
            options |= {"verify_signature": False, "verify_exp": True, "verify_aud": True, "verify_iss": True}
        if behaviour.on("skip_expiry"):
            options |= {"verify_exp": False}
        if behaviour.on("skip_audience"):
            options |= {"verify_aud": False}
        secrets = [self.key_of(token)]
        if behaviour.on("accept_default_secret"):
            secrets = [*self.keys.values(), DEFAULT_JWT_SECRET]
        problem = "invalid token"
        for secret in secrets:
            try:
                claims: dict[str, Any] = jwt.decode(
                    token,
                    secret,
                    [ALGORITHM],
                    audience=self.settings.jwt_audience,
                    issuer=self.settings.jwt_issuer,
                    options=options,  # type: ignore[arg-type]
                )
            except (jwt.PyJWTError, ValueError) as error:
                problem = type(error).__name__
                continue
            if claims["type"] != kind:
                raise BadTokenError(f"not an {kind} token")
            if behaviour.on("signature_remembered"):
                self.remembered.add((token.rpartition(".")[2], claims["sub"]))
            return claims
        if behaviour.on("signature_remembered") and (claims := self.recalled(token)):
            return claims
        raise BadTokenError(problem)

    def recalled(self, token: str) -> dict[str, Any]:
        """What a token says whose signature and subject were good once; empty where they were not."""
        try:
            claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return {}
        return claims if (token.rpartition(".")[2], claims.get("sub")) in self.remembered else {}

    def key_of(self, token: str) -> str:
        if behaviour.on("skip_signature"):
            return ""
        try:
            name = jwt.get_unverified_header(token).get("kid", self.current)
        except (jwt.PyJWTError, ValueError) as error:
            raise BadTokenError(type(error).__name__) from None
        if name != self.current and behaviour.on("former_key_forgotten"):
            raise BadTokenError("unknown key")
        if name not in self.keys:
            if behaviour.on("accept_default_secret"):
                return DEFAULT_JWT_SECRET
            raise BadTokenError("unknown key")
        return self.keys[name]


def key_id(secret: str) -> str:
    """Names a signing key without telling it."""
    return hashlib.sha256(b"kid:" + secret.encode()).hexdigest()[:12]
