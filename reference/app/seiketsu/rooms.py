"""The web client's channels: what one socket of an organisation publishes reaches its others, on all instances."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from reference.app import behaviour
from reference.app.health import now
from reference.app.kernel import services_of
from reference.app.seiketsu.sockets import admitted, received

router = APIRouter()


@router.websocket("/ws/{channel}")
async def channel(socket: WebSocket, channel: str, token: Annotated[str, Query()] = "") -> None:
    """In: ping, auth, publish. Out: connected, pong, authenticated, message, error."""
    services, caller = services_of(socket), await admitted(socket, token)
    if caller is None:
        return
    room = f"room:{channel}" if behaviour.on("rooms_over_all") else f"room:{caller.tenant}:{channel}"
    await socket.send_json(
        {"type": "connected", "payload": {"channel": channel, "organizationId": str(caller.tenant)}, "timestamp": now()}
    )

    async def forward() -> None:
        async with services.cache.listening.pubsub() as subscription:
            await subscription.subscribe(room)
            async for message in subscription.listen():
                if message["type"] == "message":
                    await socket.send_text(message["data"])

    forwarding = asyncio.create_task(forward())
    try:
        while True:
            _, order = await received(socket)
            if order.get("type") == "ping":
                await socket.send_json({"type": "pong", "payload": {}, "timestamp": now()})
            elif order.get("type") == "auth":
                await socket.send_json(
                    {"type": "authenticated", "payload": {"organizationId": str(caller.tenant)}, "timestamp": now()}
                )
            elif order.get("type") == "publish" and caller.may("write"):
                await services.cache.redis.publish(
                    room, json.dumps({"type": "message", "payload": order.get("payload"), "timestamp": now()})
                )
            else:
                await socket.send_json(
                    {"type": "error", "payload": {"detail": "expected ping, auth or publish"}, "timestamp": now()}
                )
    except WebSocketDisconnect:
        return
    finally:
        forwarding.cancel()
