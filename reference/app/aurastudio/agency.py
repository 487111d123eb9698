"""Social posts, live sessions, sales and legacies below `/api/v3/agency`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from reference.app.aurastudio.accounts import Me, Owner, own, owner_of
from reference.app.aurastudio.moods import read_mood
from reference.app.aurastudio.studio import Anything, Chat, Post, Product, create, keep, record
from reference.app.database import rows
from reference.app.kernel import Using

router = APIRouter(prefix="/api/v3", tags=["studio"])


@router.post("/agency/schedule-post")
async def schedule_post(request: Request, services: Using, me: Me, body: Post) -> dict[str, Any]:
    return {
        "success": True,
        "post_id": (await create(services, request, me, "post", body))["id"],
        "platform": body.platform,
    }


@router.post("/agency/go-live")
async def go_live(request: Request, services: Using, me: Me, body: Post) -> dict[str, Any]:
    return {
        "success": True,
        "session_id": (await create(services, request, me, "live_session", body))["id"],
        "platform": body.platform,
    }


@router.post("/agency/chat/{session_id}")
async def live_chat(request: Request, services: Using, me: Me, session_id: UUID, body: Chat) -> dict[str, Any]:
    owner = owner_of(request, me, body.user_id)
    async with services.database.owner(owner) as connection:
        session = await record(connection, owner, "live_session", session_id)
        products = await rows(
            connection,
            f"SELECT payload->>'product_name' AS name FROM studio_records WHERE {own()} AND kind = 'product' ORDER BY"
            " created_at DESC LIMIT 3",
            {"user": owner},
        )
        mood = read_mood(body.message)
        offer = f" Have you seen {products[0]['name']}?" if products else ""
        response = f"Thanks for your {mood.overall} message on {session['payload'].get('platform')}.{offer}"
        await keep(connection, request, owner, "chat", {"message": body.message, "response": response}, session_id)
    return {"success": True, "session_id": session_id, "response": response}


@router.post("/agency/products/add")
async def add_product(request: Request, services: Using, me: Me, body: Product) -> dict[str, Any]:
    return {"success": True, "product_id": (await create(services, request, me, "product", body))["id"]}


@router.post("/agency/sales/{product_id}")
async def sale(request: Request, services: Using, me: Me, product_id: UUID, body: Anything) -> dict[str, Any]:
    owner = owner_of(request, me, body.user_id)
    async with services.database.owner(owner) as connection:
        product = (await record(connection, owner, "product", product_id))["payload"]
        commission = round(float(product.get("price", 0)) * float(product.get("commission", 0)), 2)
        row = await keep(
            connection,
            request,
            owner,
            "sale",
            {"commission": commission, **body.model_dump(exclude={"user_id"})},
            product_id,
        )
    return {"success": True, "sale_id": row["id"], "commission": commission}


@router.post("/agency/legacy/create")
async def create_legacy(request: Request, services: Using, me: Me, body: Anything) -> dict[str, Any]:
    return {"success": True, "legacy_id": (await create(services, request, me, "legacy", body))["id"]}


@router.post("/agency/legacy/{legacy_id}/interact")
async def talk_to_legacy(request: Request, services: Using, me: Me, legacy_id: UUID, body: Chat) -> dict[str, Any]:
    owner = owner_of(request, me, body.user_id)
    async with services.database.owner(owner) as connection:
        life = (await record(connection, owner, "legacy", legacy_id))["payload"].get("life_data")
        response = f"From what I left behind ({life}): {read_mood(body.message).overall}."
        await keep(
            connection, request, owner, "legacy_talk", {"message": body.message, "response": response}, legacy_id
        )
    return {"success": True, "legacy_id": legacy_id, "response": response}


@router.get("/agency/legacy/{legacy_id}/broadcast")
async def broadcast_legacy(services: Using, owner: Owner, legacy_id: UUID) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        legacy = await record(connection, owner, "legacy", legacy_id)
        talks = await rows(
            connection, "SELECT payload->>'message' AS message FROM studio_records WHERE parent_id = %s", (legacy_id,)
        )
    return {"legacy_id": legacy_id, "broadcast": legacy["payload"], "conversations": len(talks)}
