"""Projects, exports, and the library: avatars and effects, stock and own."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID
from xml.sax.saxutils import escape

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.aurastudio.accounts import Owner, audit, own
from reference.app.aurastudio.moods import read_mood
from reference.app.database import one, rows
from reference.app.kernel import Using

router = APIRouter(prefix="/api/projects", tags=["projects"])
library = APIRouter(prefix="/api", tags=["library"])

PROJECT = "id, user_id, title, description, script_text, actor_id, status, created_at, last_synced, updated_at"
SORTED = ("created_at", "updated_at", "title")
Status = Literal["draft", "processing", "completed", "failed"]


class NewProject(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(None, max_length=5000)
    script_text: str | None = Field(None, max_length=100_000)
    actor_id: UUID | None = None


class ChangedProject(BaseModel):
    title: str | None = Field(None, min_length=1, max_length=200)
    description: str | None = Field(None, max_length=5000)
    script_text: str | None = Field(None, max_length=100_000)
    actor_id: UUID | None = None
    status: Status | None = None


class NewExport(BaseModel):
    format: Literal["mp4", "mov", "fbx"] = "mp4"
    resolution: Literal["1080p", "2k", "4k"] = "1080p"


@router.get("/")
async def list_projects(
    services: Using,
    owner: Owner,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    search: Annotated[str | None, Query(max_length=200)] = None,
    sort: Annotated[str, Query(max_length=200)] = "created_at",
) -> list[dict[str, Any]]:
    """`search` is a part of the title; `sort` a column, the newest or the last first."""
    if sort not in SORTED and not behaviour.on("sort_interpolated"):
        raise HTTPException(422, f"sort is one of {', '.join(SORTED)}")
    title = "%(search)s::text IS NULL OR title ILIKE '%%' || %(search)s || '%%'"
    if search is not None and behaviour.on("search_concatenated"):
        title = "title ILIKE '%%" + search.replace("%", "%%") + "%%'"
    async with services.database.owner(owner) as connection:
        return await rows(
            connection,
            f"SELECT {PROJECT} FROM projects WHERE {own()} AND deleted_at IS NULL AND ({title})"
            f" ORDER BY {sort} DESC LIMIT %(limit)s",
            {"user": owner, "limit": limit, "search": search},
        )


@router.post("/", status_code=201)
async def create_project(request: Request, services: Using, owner: Owner, body: NewProject) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        project = await one(
            connection,
            "INSERT INTO projects (user_id, title, description, script_text, actor_id)"
            f" VALUES (%(user)s, %(title)s, %(description)s, %(script_text)s, %(actor_id)s) RETURNING {PROJECT}",
            {"user": owner, **body.model_dump()},
        )
        assert project is not None
        if body.script_text:
            mood = read_mood(body.script_text)
            await connection.execute(
                "INSERT INTO script_analysis (project_id, sentiment, sentiment_score, emotions, word_count)"
                " VALUES (%s, %s, %s, to_jsonb(%s::text[]), %s)",
                (project["id"], mood.sentiment, mood.score, mood.emotions, len(body.script_text.split())),
            )
        await audit(connection, request, owner, "project.create", "project", project["id"])
    return project


@router.get("/{project_id}")
async def get_project(services: Using, owner: Owner, project_id: UUID) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        project = await one(
            connection,
            f"SELECT {PROJECT} FROM projects WHERE id = %(id)s AND {own()} AND deleted_at IS NULL",
            {"user": owner, "id": project_id},
        )
    return found(project)


@router.put("/{project_id}")
async def change_project(
    request: Request, services: Using, owner: Owner, project_id: UUID, body: ChangedProject
) -> dict[str, Any]:
    changes = body.model_dump(exclude_unset=True)
    fields = "".join(f"{name} = %({name})s, " for name in changes)
    async with services.database.owner(owner) as connection:
        project = await one(
            connection,
            f"UPDATE projects SET {fields}updated_at = now(), last_synced = now()"
            f" WHERE id = %(id)s AND {own()} AND deleted_at IS NULL RETURNING {PROJECT}",
            {"user": owner, "id": project_id, **changes},
        )
        if project:
            await audit(connection, request, owner, "project.update", "project", project_id, fields=sorted(changes))
    return found(project)


@router.delete("/{project_id}")
async def delete_project(request: Request, services: Using, owner: Owner, project_id: UUID) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        project = await one(
            connection,
            f"UPDATE projects SET deleted_at = now() WHERE id = %(id)s AND {own()} AND deleted_at IS NULL RETURNING id",
            {"user": owner, "id": project_id},
        )
        if project:
            await audit(connection, request, owner, "project.delete", "project", project_id)
    return {"deleted": found(project)["id"]}


@router.post("/{project_id}/exports", status_code=202)
async def export_project(
    request: Request, services: Using, owner: Owner, project_id: UUID, body: NewExport
) -> dict[str, Any]:
    project = await get_project(services, owner, project_id)
    async with services.database.owner(owner) as connection:
        if behaviour.on("export_concatenates_title"):
            await one(connection, f"SELECT count(*) AS same FROM projects WHERE title = '{project['title']}'")
        job = await one(
            connection,
            "INSERT INTO export_jobs (project_id, user_id, format, resolution) VALUES (%s, %s, %s, %s) RETURNING *",
            (project_id, owner, body.format, body.resolution),
        )
        await audit(connection, request, owner, "export.create", "export_job", found(job)["id"])
    return found(job)


@router.get("/{project_id}/exports")
async def list_exports(services: Using, owner: Owner, project_id: UUID) -> list[dict[str, Any]]:
    async with services.database.owner(owner) as connection:
        return await rows(
            connection,
            f"SELECT * FROM export_jobs WHERE project_id = %(id)s AND {own()} ORDER BY created_at DESC",
            {"user": owner, "id": project_id},
        )


@library.get("/avatars")
async def list_avatars(services: Using, owner: Owner) -> list[dict[str, Any]]:
    async with services.database.owner(owner) as connection:
        return await rows(
            connection,
            "SELECT id, user_id, name, type, base_voice, mesh_path, blend_shapes, thumbnail_url FROM actor_dna"
            f" WHERE (user_id IS NULL OR {own()}) AND deleted_at IS NULL ORDER BY user_id NULLS FIRST, name",
            {"user": owner},
        )


@library.get("/avatars/{name}/thumbnail.svg")
async def thumbnail(services: Using, name: str) -> Response:
    """A stock avatar's face, drawn from its blend shapes. Open: an image element sends no token."""
    async with services.database.nobody() as connection:
        avatar = found(
            await one(
                connection,
                "SELECT name, blend_shapes FROM actor_dna WHERE lower(name) = lower(%s) AND user_id IS NULL"
                " AND deleted_at IS NULL",
                (name,),
            )
        )
    return Response(face(avatar["name"], avatar["blend_shapes"]), media_type="image/svg+xml")


def face(name: str, shapes: dict[str, float]) -> str:
    """SVG of 96 x 96: brows rise, the mouth opens and smiles as the blend shapes (0..1) say."""
    brow, jaw, smile = (float(shapes.get(shape, 0)) for shape in ("browUp", "jawOpen", "mouthSmile"))
    eyes = f'<path d="M30 {38 - 10 * brow:.1f}h10M56 {38 - 10 * brow:.1f}h10" stroke="#222" stroke-width="3"/>'
    mouth = f'<path d="M32 62Q48 {62 + 24 * smile:.1f} 64 62Q48 {62 + 24 * smile + 16 * jaw:.1f} 32 62" fill="#a33"/>'
    label = f'<text x="48" y="93" font-size="9" text-anchor="middle">{escape(name)}</text>'
    head = (
        '<circle cx="48" cy="44" r="38" fill="#f3d3b5"/><circle cx="35" cy="46" r="4"/><circle cx="61" cy="46" r="4"/>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">{head}{eyes}{mouth}{label}</svg>'


@library.get("/effects")
async def list_effects(services: Using, owner: Owner) -> list[dict[str, Any]]:
    async with services.database.owner(owner) as connection:
        return await rows(
            connection,
            "SELECT id, user_id, name, type, pitch_multiplier, formant_shift, tempo_rate FROM effect_library"
            f" WHERE (user_id IS NULL OR {own()}) AND deleted_at IS NULL ORDER BY user_id NULLS FIRST, name",
            {"user": owner},
        )


def found(row: dict[str, Any] | None) -> dict[str, Any]:
    """The row, or 404: somebody else's row and no row look the same."""
    if row is None:
        raise HTTPException(404, "Not found")
    return row
