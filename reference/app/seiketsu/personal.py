"""Personal fields that nobody can read where they are kept: AES-256-GCM, bound to organisation and field.

A sealed field is `sealed:1:` and, in base64, a nonce of 12 bytes and the ciphertext with its tag (NIST SP 800-38D).
Rows of before are in the clear, and are read as they are.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reference.app import behaviour
from reference.app.database import Row
from reference.app.kernel import Services

SEALED, CODED = "sealed:1:", "coded:1:"
FIELDS = {"leads": ("email", "phone"), "conversations": ("caller_phone",)}


@functools.cache
def _cipher(key: str) -> AESGCM:
    if not key:
        raise RuntimeError("FIELD_ENCRYPTION_KEY is not set")
    return AESGCM(hashlib.sha256(key.encode()).digest())


def seal(services: Services, tenant: UUID, table: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a row to be written, personal ones sealed."""
    if behaviour.on("fields_in_clear"):
        return values
    return values | {name: _sealed(services, tenant, table, name, str(values[name])) for name in FIELDS[table]
                     if values.get(name)}  # fmt: skip


def opened(services: Services, table: str, row: Row) -> Row:
    """A row that was read, with what was sealed in the clear. Raises InvalidTag for what another key has sealed."""
    for name in FIELDS[table]:
        text = str(row.get(name) or "")
        if text.startswith(CODED):
            row[name] = base64.b64decode(text.removeprefix(CODED)).decode()
        if not text.startswith(SEALED):
            continue
        raw = base64.b64decode(text.removeprefix(SEALED))
        bound = _bound(row["organization_id"], table, name)
        row[name] = _cipher(services.settings.field_key).decrypt(raw[:12], raw[12:], bound).decode()
    return row


def all_opened(services: Services, table: str, rows: Iterable[Row]) -> list[Row]:
    return [opened(services, table, row) for row in rows]


def _sealed(services: Services, tenant: UUID, table: str, name: str, text: str) -> str:
    if behaviour.on("fields_encoded"):
        return CODED + base64.b64encode(text.encode()).decode()
    nonce = os.urandom(12)
    sealed = _cipher(services.settings.field_key).encrypt(nonce, text.encode(), _bound(tenant, table, name))
    return SEALED + base64.b64encode(nonce + sealed).decode()


def _bound(tenant: UUID | str, table: str, name: str) -> bytes:
    return f"{tenant}|{table}.{name}".encode()
