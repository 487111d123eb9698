"""Leads: list, search, change, score."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field, model_validator

from reference.app import behaviour
from reference.app.database import Row, one, rows
from reference.app.kernel import Using
from reference.app.seiketsu import onboarding
from reference.app.seiketsu.accesses import seen
from reference.app.seiketsu.outbox import announce
from reference.app.seiketsu.personal import all_opened, opened, seal
from reference.app.seiketsu.tenancy import Admin, Reader, Writer, audit, found, own, rows_of
from reference.app.seiketsu.together import deleted_together
from reference.app.seiketsu.trespass import acting_for, gathered, kept_rows_of

router = APIRouter(prefix="/api/v1/leads", tags=["leads"])

HOT_SCORE, QUALIFIED_SCORE = 80, 60
COLUMNS = (
    "id, organization_id, first_name, last_name, email, phone, source, status, lead_score, is_qualified,"
    f" lead_score >= {HOT_SCORE} AS is_hot_lead, budget_min, budget_max, bedrooms, preferred_locations, tags, notes,"
    " assigned_agent_id, next_follow_up_date, created_at, updated_at"
)
TEXT = "first_name || ' ' || last_name || ' ' || notes"
Status = Literal["new", "contacted", "qualified", "appointment", "converted", "lost"]


class Lead(BaseModel):
    first_name: str = Field(min_length=1, max_length=100)
    last_name: str = Field(min_length=1, max_length=100)
    phone: str | None = Field(None, max_length=30)
    email: str | None = Field(None, max_length=254)
    source: str = Field("website", max_length=50)
    budget_min: float | None = Field(None, ge=0)
    budget_max: float | None = Field(None, ge=0)
    bedrooms: int | None = Field(None, ge=0, le=50)
    preferred_locations: list[str] = Field(default_factory=list, max_length=20)
    tags: list[str] = Field(default_factory=list, max_length=50)
    notes: str = Field("", max_length=10_000)

    @model_validator(mode="after")
    def budget_is_a_range(self) -> Lead:
        if self.budget_min is not None and self.budget_max is not None and self.budget_max < self.budget_min:
            raise ValueError("budget_max is below budget_min")
        return self


class ChangedLead(BaseModel):
    first_name: str | None = Field(None, min_length=1, max_length=100)
    last_name: str | None = Field(None, min_length=1, max_length=100)
    phone: str | None = None
    email: str | None = None
    source: str | None = None
    status: Status | None = None
    budget_min: float | None = Field(None, ge=0)
    budget_max: float | None = Field(None, ge=0)
    bedrooms: int | None = Field(None, ge=0, le=50)
    preferred_locations: list[str] | None = None
    tags: list[str] | None = None
    notes: str | None = Field(None, max_length=10_000)


class NewStatus(BaseModel):
    status: Status
    next_follow_up_date: datetime | None = None


class Assignment(BaseModel):
    agent_user_id: UUID


class Note(BaseModel):
    content: str = Field(min_length=1, max_length=5000)
    is_internal: bool = True


class Bulk(BaseModel):
    lead_ids: list[UUID] = Field(min_length=1, max_length=500)
    action: Literal["update_status", "assign_agent", "add_tags", "remove_tags"]
    data: dict[str, Any]


def score(lead: dict[str, Any]) -> int:
    """0 to 100: who can be reached, has money and knows what they want."""
    points = (
        20 * bool(lead.get("email"))
        + 20 * bool(lead.get("phone"))
        + 15 * bool(lead.get("preferred_locations"))
        + 10 * bool(lead.get("bedrooms"))
    )
    if behaviour.on("score_by_room") and lead.get("bedrooms") is not None:
        points += [min(rooms, 5) for rooms in range(50)][lead["bedrooms"]]  # 50 is allowed too
    points += min(25, int(float(lead.get("budget_max") or 0) / 40_000)) + 10 * (lead.get("source") == "referral")
    return min(points, 100)


@router.get("")
async def list_leads(
    services: Using,
    caller: Reader,
    page: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    status: Status | None = None,
    source: str | None = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    assigned_only: bool = False,
    hot_leads_only: bool = False,
) -> dict[str, Any]:
    conditions, values = (
        ["TRUE" if behaviour.on("tenant_of_session") else own(), "deleted_at IS NULL"],
        {"org": caller.tenant, "limit": limit, "offset": (page - 1) * limit},
    )
    for condition, name, value in (
        ("status = %(status)s", "status", status),
        ("source = %(source)s", "source", source),
        (f"({TEXT}) ILIKE '%%' || %(search)s || '%%'", "search", search),
        ("assigned_agent_id = %(me)s", "me", caller.id if assigned_only else None),
        ("lead_score >= %(hot)s", "hot", HOT_SCORE if hot_leads_only else None),
    ):
        if value is not None:
            conditions.append(condition)
            values[name] = value
    where = " AND ".join(conditions)
    async with kept_rows_of(services, caller) as connection:
        total = found(await one(connection, f"SELECT count(*) AS n FROM leads WHERE {where}", values))["n"]
        leads = await rows(
            connection,
            f"SELECT {COLUMNS} FROM leads WHERE {where} ORDER BY created_at DESC, id LIMIT %(limit)s OFFSET %(offset)s",
            values,
        )
    return {
        "leads": all_opened(services, "leads", leads),
        "total": total,
        "page": page,
        "limit": limit,
        "has_next": page * limit < total,
    }


@router.post("", status_code=201)
async def create_lead(request: Request, services: Using, caller: Writer, body: Lead) -> Row:
    values = body.model_dump()
    points = score(values)
    async with rows_of(services, caller) as connection:
        lead = found(
            await one(
                connection,
                "INSERT INTO leads (organization_id, first_name, last_name, phone, email, source, budget_min,"
                " budget_max, bedrooms, preferred_locations, tags, notes, lead_score, is_qualified) VALUES (%(org)s,"
                " %(first_name)s, %(last_name)s, %(phone)s, %(email)s, %(source)s, %(budget_min)s, %(budget_max)s,"
                " %(bedrooms)s, %(preferred_locations)s, %(tags)s, %(notes)s, %(score)s, %(qualified)s) RETURNING"
                f" {COLUMNS}",
                {
                    **seal(services, caller.tenant, "leads", values),
                    "org": caller.tenant,
                    "score": points,
                    "qualified": points >= QUALIFIED_SCORE,
                },
            )
        )
        await audit(connection, request, caller, "data.create", "lead", lead["id"])
    if behaviour.on("bodies_logged"):
        services.log.info("lead_created", body=body.model_dump_json())
    await announce(services, caller.tenant, "lead.created", {"lead_id": str(lead["id"])})
    await onboarding.reached(services, caller.tenant, "data")
    return opened(services, "leads", lead)


@router.get("/search")
async def search(
    services: Using,
    caller: Reader,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[Row]:
    leads = await gathered(
        services,
        caller,
        "search_over_all",
        f"SELECT {COLUMNS} FROM leads WHERE {own()} AND deleted_at IS NULL AND ({TEXT}) ILIKE '%%' || %(q)s || '%%'"
        f" ORDER BY similarity({TEXT}, %(q)s) DESC, id LIMIT %(limit)s",
        {"q": q, "limit": limit},
    )
    return all_opened(services, "leads", leads)


@router.get("/hot")
async def hot(services: Using, caller: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[Row]:
    async with rows_of(services, caller) as connection:
        leads = await rows(
            connection,
            f"SELECT {COLUMNS} FROM leads WHERE {own()} AND deleted_at IS NULL AND lead_score >= %(hot)s ORDER BY"
            " lead_score DESC, id LIMIT %(limit)s",
            {"org": caller.tenant, "hot": HOT_SCORE, "limit": limit},
        )
    return all_opened(services, "leads", leads)


@router.get("/follow-up")
async def follow_up(services: Using, caller: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[Row]:
    async with rows_of(services, caller) as connection:
        leads = await rows(
            connection,
            f"SELECT {COLUMNS} FROM leads WHERE {own()} AND deleted_at IS NULL AND next_follow_up_date <= now() ORDER"
            " BY next_follow_up_date LIMIT %(limit)s",
            {"org": caller.tenant, "limit": limit},
        )
    return all_opened(services, "leads", leads)


@router.post("/bulk-update")
async def bulk_update(request: Request, services: Using, caller: Admin, body: Bulk) -> dict[str, Any]:
    change, name = {
        "update_status": ("status = %(value)s", "status"),
        "assign_agent": ("assigned_agent_id = (SELECT id FROM users WHERE id = %(value)s::uuid)", "agent_user_id"),
        "add_tags": ("tags = ARRAY(SELECT DISTINCT unnest(tags || %(value)s::text[]))", "tags"),
        "remove_tags": ("tags = ARRAY(SELECT unnest(tags) EXCEPT SELECT unnest(%(value)s::text[]))", "tags"),
    }[body.action]
    if name not in body.data:
        raise HTTPException(422, f"data.{name} is required")
    caller = await acting_for(services, caller, "bulk_by_id_alone", "leads", body.lead_ids[0])
    async with rows_of(services, caller) as connection:
        changed = await rows(
            connection,
            f"UPDATE leads SET {change}, updated_at = now() WHERE {own()} AND id = ANY(%(ids)s) AND deleted_at IS NULL"
            " RETURNING id",
            {"org": caller.tenant, "ids": body.lead_ids, "value": body.data[name]},
        )
        if behaviour.on("bulk_audited_as_one"):
            await audit(connection, request, caller, "data.update", "lead", bulk=body.action, count=len(changed))
            changed_ids = []
        else:
            changed_ids = [row["id"] for row in changed]
        for lead_id in changed_ids:
            await audit(connection, request, caller, "data.update", "lead", lead_id, bulk=body.action)
    return {"updated_count": len(changed), "total_requested": len(body.lead_ids)}


@router.get("/{lead_id}")
async def get_lead(request: Request, services: Using, caller: Reader, lead_id: UUID) -> Row:
    caller = await acting_for(services, caller, "lead_by_id_alone", "leads", lead_id)
    async with rows_of(services, caller) as connection:
        lead = await one(
            connection,
            f"SELECT {COLUMNS} FROM leads WHERE id = %(id)s AND {own()} AND deleted_at IS NULL",
            {"id": lead_id, "org": caller.tenant},
        )
        shown = opened(services, "leads", await seen(services, connection, request, caller, "lead", lead_id, lead))
    return shown | {"lead_score": str(shown["lead_score"])} if behaviour.on("score_as_text") else shown


async def change(
    request: Request,
    services: Using,
    caller: Writer,
    lead_id: UUID,
    changes: dict[str, Any],
    expression: str = "",
    event: str = "data.update",
) -> Row:
    fields = "".join(f"{name} = %({name})s, " for name in changes if not name.startswith("_")) + expression
    async with kept_rows_of(services, caller) as connection:
        changed = await one(
            connection,
            f"UPDATE leads SET {fields}updated_at = now() WHERE id = %(id)s AND {own()} AND deleted_at IS NULL"
            f" RETURNING {COLUMNS}",
            {**seal(services, caller.tenant, "leads", changes), "id": lead_id, "org": caller.tenant},
        )
        lead = await seen(services, connection, request, caller, "lead", lead_id, changed, event)
    await announce(services, caller.tenant, "lead.updated", {"lead_id": str(lead_id)})
    return opened(services, "leads", lead)


@router.put("/{lead_id}")
async def change_lead(request: Request, services: Using, caller: Writer, lead_id: UUID, body: ChangedLead) -> Row:
    return await change(request, services, caller, lead_id, body.model_dump(exclude_unset=True, exclude_none=True))


@router.patch("/{lead_id}/status")
async def change_status(request: Request, services: Using, caller: Writer, lead_id: UUID, body: NewStatus) -> Row:
    return await change(request, services, caller, lead_id, body.model_dump(exclude_none=True))


@router.post("/{lead_id}/assign")
async def assign(request: Request, services: Using, caller: Writer, lead_id: UUID, body: Assignment) -> Row:
    async with rows_of(services, caller) as connection:
        found(
            await one(
                connection,
                f"SELECT id FROM users WHERE id = %(id)s AND {own()}",
                {"id": body.agent_user_id, "org": caller.tenant},
            )
        )
    return await change(request, services, caller, lead_id, {"assigned_agent_id": body.agent_user_id})


@router.post("/{lead_id}/notes")
async def add_note(request: Request, services: Using, caller: Writer, lead_id: UUID, body: Note) -> dict[str, Any]:
    mark = "internal" if body.is_internal else "shared"
    await change(
        request,
        services,
        caller,
        lead_id,
        {"_note": f"[{mark}] {body.content}"},
        "notes = trim(notes || E'\\n' || %(_note)s), ",
    )
    return {"success": True}


@router.delete("/{lead_id}")
async def delete_lead(request: Request, services: Using, caller: Admin, lead_id: UUID) -> dict[str, Any]:
    if behaviour.on("deletes_together"):
        if not await deleted_together(services, caller.tenant, lead_id):
            raise HTTPException(404, "Not found")
    else:
        await change(request, services, caller, lead_id, {}, "deleted_at = now(), ", "data.delete")
    return {"success": True, "deleted": lead_id}
