"""Outgoing webhooks: a signed JSON event."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

TIMEOUT_SECONDS = 30.0


def message(hook: Mapping[str, Any], event: str, data: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Body and headers; the signature covers the body's bytes."""
    content = {
        "event": event,
        "timestamp": datetime.now(UTC).isoformat(),
        "webhook_id": str(hook["id"]),
        "data": dict(data),
    }
    body = json.dumps(content, default=str).encode()
    signature = hmac.new(str(hook["secret"]).encode(), body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/json",
        "X-Webhook-Event": event,
        "X-Webhook-ID": str(hook["id"]),
        "X-Webhook-Signature": f"sha256={signature}",
    }


async def deliver(client: httpx.AsyncClient, hook: Mapping[str, Any], event: str, data: Mapping[str, Any]) -> int:
    """The receiver's status, 0 when there was none."""
    body, headers = message(hook, event, data)
    try:
        return (await client.post(hook["url"], content=body, headers=headers, timeout=TIMEOUT_SECONDS)).status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0
