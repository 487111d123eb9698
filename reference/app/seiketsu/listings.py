"""Properties, found by their fields and by meaning."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from reference.app.database import Connection, Row, one, rows
from reference.app.embeddings import literal, nearest
from reference.app.kernel import Services, Using
from reference.app.providers import ProviderError
from reference.app.seiketsu.tenancy import Caller, Reader, Writer, audit, found, own, rows_of

router = APIRouter(prefix="/api/v1/properties", tags=["properties"])

COLUMNS = (
    "id, organization_id, mls_number, title, description, address, city, price, bedrooms, square_feet, status,"
    " created_at, updated_at"
)
EMBEDDED_AT_ONCE = 50


class Property(BaseModel):
    mls_number: str = Field(min_length=3, max_length=50)
    title: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=10_000)
    address: str = Field(min_length=1, max_length=300)
    city: str = Field(min_length=1, max_length=100)
    price: float = Field(gt=0)
    bedrooms: int = Field(0, ge=0, le=100)
    square_feet: int = Field(0, ge=0)


class Search(BaseModel):
    query: str | None = Field(None, min_length=1, max_length=500)
    city: str | None = None
    price_min: float | None = Field(None, ge=0)
    price_max: float | None = Field(None, ge=0)
    bedrooms: int | None = Field(None, ge=0)
    limit: int = Field(10, ge=1, le=50)


def words_of(listing: dict[str, Any]) -> str:
    return f"{listing['title']}. {listing['description']} {listing['city']}"


async def embed_missing(services: Services, connection: Connection, tenant: UUID) -> None:
    """Raises ProviderError."""
    waiting = await rows(
        connection,
        "SELECT id, title, description, city FROM properties WHERE organization_id = %s AND embedding IS NULL LIMIT %s",
        (tenant, EMBEDDED_AT_ONCE),
    )
    if waiting:
        vectors = await services.embeddings.of([words_of(row) for row in waiting])
        for row, vector in zip(waiting, vectors, strict=True):
            await connection.execute(
                "UPDATE properties SET embedding = %s::vector WHERE id = %s AND organization_id = %s",
                (literal(vector), row["id"], tenant),
            )


async def similar(
    services: Services,
    caller: Caller,
    query: str,
    limit: int,
    conditions: str = "TRUE",
    values: dict[str, Any] | None = None,
) -> list[Row]:
    """The tenant's listings nearest to the query, with `relevance`; by words alone while the provider is away."""
    values = {"org": caller.tenant, "limit": limit, "query": query, **(values or {})}
    async with rows_of(services, caller) as connection:
        try:
            await embed_missing(services, connection, caller.tenant)
            vector = (await services.embeddings.of([query]))[0]
        except ProviderError:
            return await rows(
                connection,
                f"SELECT {COLUMNS}, word_similarity(%(query)s, title || ' ' || description) AS relevance FROM"
                f" properties WHERE {own()} AND {conditions} ORDER BY relevance DESC, id LIMIT %(limit)s",
                values,
            )
        return await nearest(
            connection,
            f"SELECT {COLUMNS}, 1 - (embedding <=> %(vector)s::vector) AS relevance FROM properties WHERE {own()} AND"
            f" {conditions} AND embedding IS NOT NULL ORDER BY embedding <=> %(vector)s::vector LIMIT %(limit)s",
            {**values, "vector": literal(vector)},
        )


@router.get("")
async def list_properties(
    services: Using,
    caller: Reader,
    page: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    values = {"org": caller.tenant, "limit": limit, "offset": (page - 1) * limit}
    async with rows_of(services, caller) as connection:
        listed = await rows(
            connection,
            f"SELECT {COLUMNS} FROM properties WHERE {own()} ORDER BY created_at DESC, id LIMIT %(limit)s OFFSET"
            " %(offset)s",
            values,
        )
        total = found(await one(connection, f"SELECT count(*) AS n FROM properties WHERE {own()}", values))["n"]
    return {"properties": listed, "total": total, "page": page, "limit": limit}


@router.post("", status_code=201)
async def create_property(request: Request, services: Using, caller: Writer, body: Property) -> Row:
    async with rows_of(services, caller) as connection:
        listing = found(
            await one(
                connection,
                "INSERT INTO properties (organization_id, mls_number, title, description, address, city, price,"
                " bedrooms, square_feet) VALUES (%(org)s, %(mls_number)s, %(title)s, %(description)s, %(address)s,"
                f" %(city)s, %(price)s, %(bedrooms)s, %(square_feet)s) RETURNING {COLUMNS}",
                {"org": caller.tenant, **body.model_dump()},
            )
        )
        await audit(connection, request, caller, "data.create", "property", listing["id"])
    return listing


@router.post("/search")
async def search(services: Using, caller: Reader, body: Search) -> dict[str, Any]:
    wanted = {"city": body.city, "price_min": body.price_min, "price_max": body.price_max, "bedrooms": body.bedrooms}
    tests = {
        "city": "lower(city) = lower(%(city)s)",
        "price_min": "price >= %(price_min)s",
        "price_max": "price <= %(price_max)s",
        "bedrooms": "bedrooms >= %(bedrooms)s",
    }
    values = {name: value for name, value in wanted.items() if value is not None}
    conditions = " AND ".join([tests[name] for name in values] or ["TRUE"])
    if body.query:
        listed = await similar(services, caller, body.query, body.limit, conditions, values)
    else:
        async with rows_of(services, caller) as connection:
            listed = await rows(
                connection,
                f"SELECT {COLUMNS} FROM properties WHERE {own()} AND {conditions} ORDER BY price, id LIMIT %(limit)s",
                {"org": caller.tenant, "limit": body.limit, **values},
            )
    return {"properties": listed, "total": len(listed)}


@router.get("/{property_id}")
async def get_property(services: Using, caller: Reader, property_id: UUID) -> Row:
    async with rows_of(services, caller) as connection:
        return found(
            await one(
                connection,
                f"SELECT {COLUMNS} FROM properties WHERE id = %(id)s AND {own()}",
                {"id": property_id, "org": caller.tenant},
            )
        )


@router.get("/{property_id}/market-analysis")
async def market_analysis(services: Using, caller: Reader, property_id: UUID) -> dict[str, Any]:
    listing = await get_property(services, caller, property_id)
    async with rows_of(services, caller) as connection:
        area = found(
            await one(
                connection,
                "SELECT count(*) AS n, avg(price)::float AS price, avg(price / nullif(square_feet, 0))::float AS foot"
                f" FROM properties WHERE {own()} AND lower(city) = lower(%(city)s)",
                {"org": caller.tenant, "city": listing["city"]},
            )
        )
    difference = float(listing["price"]) / area["price"] - 1
    return {
        "property_id": property_id,
        "city": listing["city"],
        "comparables": area["n"],
        "average_area_price": round(area["price"], 2),
        "average_price_per_square_foot": area["foot"] and round(area["foot"], 2),
        "price_difference_percent": round(100 * difference, 1),
    }
