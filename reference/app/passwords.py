"""Password hashes: scrypt with a salt of its own, written as `scrypt$<log2 n>$<salt>$<digest>`."""

from __future__ import annotations

import hashlib
import hmac
import secrets

LOG2_N = 13
NOBODY = f"scrypt${LOG2_N}${'00' * 16}${'00' * 32}"
"""The hash of no password: checking against it takes the usual time and fails."""


def hash_password(password: str, salt: bytes | None = None) -> str:
    salt = salt or secrets.token_bytes(16)
    return f"scrypt${LOG2_N}${salt.hex()}${_digest(password, salt, LOG2_N).hex()}"


def verify_password(password: str, stored: str) -> bool:
    """False for a wrong password and for a hash that cannot be read."""
    try:
        scheme, log2_n, salt, digest = stored.split("$")
        if scheme != "scrypt":
            return False
        return hmac.compare_digest(_digest(password, bytes.fromhex(salt), int(log2_n)).hex(), digest)
    except ValueError:
        return False


def _digest(password: str, salt: bytes, log2_n: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**log2_n, r=8, p=1, dklen=32)
