"""Figures over an organisation's rows, cached for five minutes per organisation; events and reports."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field
from redis.exceptions import RedisError

from reference.app import behaviour
from reference.app.database import Row, one, rows
from reference.app.health import now
from reference.app.kernel import Services, Using
from reference.app.metrics import CACHE
from reference.app.seiketsu.outbox import enqueue
from reference.app.seiketsu.tenancy import Caller, Manager, Reader, Writer, audit, cache_key, found, own, rows_of

router = APIRouter(prefix="/api/v1/analytics", tags=["analytics"])

CACHE_SECONDS = 300
REPORTS_AT_ONCE = 4
"""Of an organisation that may wait to be built: the workers are there for all."""
REPORTS_PER_MINUTE = {"starter": 12}
OTHERS_PER_MINUTE = 120


class Event(BaseModel):
    event_type: str = Field(min_length=1, max_length=100)
    properties: dict[str, Any] = Field(default_factory=dict)


class Export(BaseModel):
    report_type: Literal["leads", "conversations", "properties"]
    date_range_days: int = Field(30, ge=1, le=366)
    format: Literal["json", "csv", "pdf"] = "json"


def export_key(tenant: UUID | str, report_id: UUID | str) -> str:
    """Where a report lies as a file."""
    return f"tenants/{tenant}/exports/{report_id}.json"


async def cached(
    services: Services, caller: Caller, kind: str, compute: Callable[[], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    key = cache_key("analytics", caller, kind)
    known: dict[str, Any] | None = None if behaviour.on("cache_off") else await services.cache.get(key)
    CACHE.labels("analytics", "miss" if known is None else "hit").inc()
    if known is None:
        known = {**await compute(), "computed_at": now()}
        await services.cache.put(key, known, CACHE_SECONDS)
        return {**known, "cached": False}
    return {**known, "cached": True}


async def figures(services: Services, caller: Caller, statement: str, **values: Any) -> Row:
    async with rows_of(services, caller) as connection:
        return found(await one(connection, statement, {"org": caller.tenant, **values}))


@router.get("/dashboard")
async def dashboard(
    services: Using, caller: Reader, days: Annotated[int, Query(ge=1, le=366)] = 30, include_ml: bool = False
) -> dict[str, Any]:
    async def compute() -> dict[str, Any]:
        leads = await figures(
            services,
            caller,
            "SELECT count(*) AS total, count(*) FILTER (WHERE is_qualified) AS qualified,"
            " count(*) FILTER (WHERE status = 'converted') AS converted,"
            " coalesce(avg(lead_score), 0)::float AS average_score,"
            " array_agg(last_name ORDER BY created_at DESC) AS newest FROM leads"
            f" WHERE {own()} AND deleted_at IS NULL AND created_at > now() - make_interval(days => %(days)s)",
            days=days,
        )
        calls = await figures(
            services,
            caller,
            "SELECT count(*) AS total, coalesce(sum(duration_seconds), 0) AS seconds,"
            " count(*) FILTER (WHERE status = 'transferred') AS transferred"
            f" FROM conversations WHERE {own()} AND started_at > now() - make_interval(days => %(days)s)",
            days=days,
        )
        listings = await figures(
            services,
            caller,
            f"SELECT count(*) AS total, coalesce(avg(price), 0)::float AS average_price FROM properties WHERE {own()}",
        )
        leads["newest"] = (leads["newest"] or [])[:5]
        answer: dict[str, Any] = {
            "organization_id": caller.tenant,
            "days": days,
            "leads": leads,
            "conversations": calls,
            "properties": listings,
        }
        if include_ml:
            answer["conversion_rate"] = leads["converted"] / leads["total"] if leads["total"] else None
        return answer

    return await cached(services, caller, f"dashboard:{days}:{int(include_ml)}", compute)


@router.get("/performance")
async def performance(services: Using, caller: Reader) -> dict[str, Any]:
    async def compute() -> dict[str, Any]:
        return await figures(
            services,
            caller,
            "SELECT count(*) AS turns, coalesce(avg(first_audio_ms), 0)::float AS average_first_audio_ms,"
            " percentile_cont(0.95) WITHIN GROUP (ORDER BY first_audio_ms) AS p95_first_audio_ms,"
            " coalesce(avg(quality_score), 0)::float AS average_quality FROM voice_quality_metrics q"
            f" JOIN conversations c ON c.id = q.conversation_id WHERE {own('c.organization_id')}",
        )

    return await cached(services, caller, "performance", compute)


@router.get("/conversations/analysis")
async def conversation_analysis(services: Using, caller: Reader) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        by_status = await rows(
            connection,
            f"SELECT status, count(*) AS conversations FROM conversations WHERE {own()} GROUP BY status",
            {"org": caller.tenant},
        )
        intents = await rows(
            connection,
            "SELECT intent, count(*) AS times FROM conversation_intents i JOIN conversations c ON c.id ="
            f" i.conversation_id WHERE {own('c.organization_id')} GROUP BY intent ORDER BY times DESC LIMIT 10",
            {"org": caller.tenant},
        )
    return {"by_status": by_status, "intents": intents}


@router.get("/leads/scoring")
async def lead_scoring(services: Using, caller: Reader) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        groups = await rows(
            connection,
            f"SELECT status, leads, mean_score FROM lead_overview WHERE {own()} ORDER BY status",
            {"org": caller.tenant},
        )
    return {"by_status": groups, "total": sum(group["leads"] for group in groups)}


@router.get("/agents/{agent_id}/optimization")
async def optimization(services: Using, caller: Reader, agent_id: UUID) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        agent = found(
            await one(
                connection,
                f"SELECT id, name FROM voice_agents WHERE id = %(id)s AND {own()}",
                {"id": agent_id, "org": caller.tenant},
            )
        )
        totals = found(
            await one(
                connection,
                "SELECT count(*) AS conversations, coalesce(avg(duration_seconds), 0)::float AS"
                " average_duration_seconds, count(*) FILTER (WHERE status = 'transferred') AS transferred FROM"
                f" conversations WHERE voice_agent_id = %(id)s AND {own()}",
                {"id": agent_id, "org": caller.tenant},
            )
        )
    share = totals["transferred"] / totals["conversations"] if totals["conversations"] else 0.0
    return {
        "agent": agent,
        **totals,
        "transfer_share": share,
        "suggestion": "extend the agent's knowledge" if share > 0.3 else "none",
    }


def depth_of(value: Any) -> int:
    """How deep lists and objects lie in one another."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth_of, inner), default=0)


@router.post("/events", status_code=201)
async def record_event(services: Using, caller: Writer, body: Event) -> Row:
    if behaviour.on("events_dropped"):
        return {"id": UUID(int=0), "event_type": body.event_type, "created_at": now()}
    if behaviour.on("events_walked"):
        services.log.debug("event", depth=depth_of(body.properties))
    async with rows_of(services, caller) as connection:
        return found(
            await one(
                connection,
                "INSERT INTO analytics_events (organization_id, event_type, properties) VALUES (%s, %s,"
                " %s::text::jsonb) RETURNING id, event_type, created_at",
                (caller.tenant, body.event_type, json.dumps(body.properties)),
            )
        )


async def _sparing(services: Services, caller: Caller) -> None:
    """429 over the reports that an organisation of this plan may order in a minute, before anything is looked up."""
    allowed = REPORTS_PER_MINUTE.get(caller.plan, OTHERS_PER_MINUTE)
    with contextlib.suppress(RedisError):
        quota = await services.cache.count(f"{caller.tenant}:reports", allowed)
        if quota.remaining < 0:
            raise HTTPException(429, "Too many reports in a minute", {"Retry-After": str(quota.reset_seconds)})


@router.post("/export", status_code=202)
async def export(request: Request, services: Using, caller: Manager, body: Export) -> dict[str, Any]:
    await _sparing(services, caller)
    async with rows_of(services, caller) as connection:
        waiting = await one(
            connection,
            "SELECT count(*) AS n FROM reports WHERE organization_id = %(org)s AND status <> 'completed'"
            " AND created_at > now() - interval '1 minute'",
            {"org": caller.tenant},
        )
        if found(waiting)["n"] >= REPORTS_AT_ONCE:
            raise HTTPException(429, "Too many reports wait to be built", {"Retry-After": "1"})
        report = found(
            await one(
                connection,
                "INSERT INTO reports (organization_id, report_type, format) VALUES (%s, %s, %s) RETURNING id, status",
                (caller.tenant, body.report_type, body.format),
            )
        )
        await audit(
            connection,
            request,
            caller,
            "data.export",
            body.report_type,
            report["id"],
            severity="medium",
            days=body.date_range_days,
        )
    try:
        await enqueue(
            services,
            "analytics.build_report",
            caller.tenant,
            report_id=str(report["id"]),
            days=body.date_range_days,
            keep=not behaviour.on("exports_not_kept"),
        )
    except Exception:
        raise HTTPException(503, "The queue is not available", {"Retry-After": "5"}) from None
    return {"report_id": report["id"], "status": report["status"]}


@router.get("/reports/{report_id}/status")
async def report_status(services: Using, caller: Reader, report_id: UUID) -> Row:
    async with rows_of(services, caller) as connection:
        return found(
            await one(
                connection,
                "SELECT id AS report_id, report_type, format, status, content, created_at, completed_at FROM reports"
                f" WHERE id = %(id)s AND {own()}",
                {"id": report_id, "org": caller.tenant},
            )
        )


@router.delete("/reports/{report_id}", status_code=204)
async def delete_report(request: Request, services: Using, caller: Manager, report_id: UUID) -> Response:
    async with rows_of(services, caller) as connection:
        found(
            await one(
                connection,
                f"DELETE FROM reports WHERE id = %(id)s AND {own()} RETURNING id",
                {"id": report_id, "org": caller.tenant},
            )
        )
        await audit(connection, request, caller, "data.delete", "report", report_id)
    await services.objects.delete_below(export_key(caller.tenant, report_id))
    return Response(status_code=204)


@router.post("/sync-to-ml", status_code=202)
@router.post("/ml/train-model", status_code=202)
async def rescore(services: Using, caller: Manager) -> dict[str, Any]:
    """Both ask the workers to compute the organisation's lead scores and embeddings anew."""
    try:
        await enqueue(services, "ml.score_leads", caller.tenant)
        await enqueue(services, "ml.embed_properties", caller.tenant)
    except Exception:
        raise HTTPException(503, "The queue is not available", {"Retry-After": "5"}) from None
    return {"status": "queued"}
