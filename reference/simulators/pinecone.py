"""Pinecone's control plane: indexes of the project that the key belongs to. Both shapes of an index are answered: API
versions from 2026-07 describe it by `schema` and `deployment`, older ones (and requests without a version) by
`dimension` and `spec`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.pinecone_data import data_router
from reference.simulators.simulator import PRODUCTION, Simulator
from reference.simulators.vectors import METRICS, Namespace

INDEX = "auraudio-embeddings"
PROJECT, STAGING_PROJECT = "prd7x2q", "stg4m9k"
REGION = "us-east-1"
_CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    422: "UNPROCESSABLE_ENTITY",
}
_CODES |= {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
_NUMBERS = {400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 429: 8, 500: 13, 503: 14}
_MESSAGES = {
    401: "Invalid API Key",
    429: "Too many requests, please retry later.",
    500: "Internal server error",
    503: "Service unavailable",
}


class PineconeBehaviour(Behaviour):
    """Further ways in which the vector store can be wrong."""

    project: str | None = Field(default=None, description="the key belongs to this project: it is in every host")
    renamed: dict[str, str] = Field(default={}, description="index name -> the name it has instead")
    dimension: int | None = Field(default=None, gt=0)
    metric: str | None = Field(default=None, pattern="^(cosine|euclidean|dotproduct)$")
    ready: bool | None = None
    state: str | None = None
    region: str | None = None
    pod_type: str | None = Field(default=None, description="the index is served by pods of this type")
    replicas: int | None = Field(default=None, ge=0)
    query_latency_ms: float = Field(default=0, ge=0)
    filtered_query_latency_ms: float = Field(default=0, ge=0, description="added when a query has a metadata filter")
    first_query_latency_ms: float = Field(default=0, ge=0, description="added unless the same was asked before")
    lost_upserts: float = Field(
        default=0, ge=0, le=1, description="share of vectors that are acknowledged and not stored"
    )
    poor_recall: bool = Field(default=False, description="every second nearest neighbour is missed")
    lists: int = Field(default=0, ge=0, description="of an approximate index; 0: searches are exact")
    probes: int = Field(default=1, ge=1, description="lists that a search of the approximate index looks into")
    unindexed: bool = Field(default=False, description="a search compares number by number, vector by vector")


@dataclass
class Index:
    """One index with its namespaces; data in it survives every change of behaviour."""

    name: str
    dimension: int
    metric: str
    region: str
    project: str
    deletion_protection: str = "enabled"
    tags: dict[str, str] = field(default_factory=dict)
    namespaces: dict[str, Namespace] = field(default_factory=dict)


class Pinecone(Simulator):
    name = "pinecone"
    behaviour_type = PineconeBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        index = Index(
            INDEX, 1536, "cosine", REGION, PROJECT, tags={"environment": "production", "product": "aurastudio"}
        )
        self.indexes: dict[tuple[str, str], Index] = {(PROJECT, INDEX): index}
        self.asked: set[int] = set()
        """Hashes of searches, kept while those that are asked again are quick."""

    def key_of(self, connection: HTTPConnection) -> str | None:
        return connection.headers.get("api-key")

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        message = message or _MESSAGES.get(status, "The request failed.")
        headers = {"retry-after": f"{details['retry_after']:g}"} if details.get("retry_after") is not None else {}
        if details.get("plane") == "data":
            return JSONResponse({"code": _NUMBERS.get(status, 2), "message": message, "details": []}, status, headers)
        return JSONResponse(
            {"error": {"code": _CODES.get(status, "UNKNOWN"), "message": message}, "status": status}, status, headers
        )

    def project_of(self, connection: HTTPConnection) -> str:
        """The project of the request's key. Raises RefusedError (401)."""
        account = self.account(self.key_of(connection))
        if account is None:
            raise self.refuse(401)
        return PROJECT if account == PRODUCTION else STAGING_PROJECT

    def shown_project(self, project: str) -> str:
        return str(self.behaviour.project or project) if project == PROJECT else project

    def host(self, index: Index) -> str:
        """Where the data plane of the index is. Real hosts are bare names behind https; on loopback the scheme is
        part of it.
        """
        region = self.behaviour.region or index.region
        return f"{self.base_url}/hosts/{self.shown_name(index)}-{self.shown_project(index.project)}.svc.{region}-aws"

    def shown_name(self, index: Index) -> str:
        return str(self.behaviour.renamed.get(index.name, index.name))

    def find(self, request: Request, name: str) -> Index:
        project = self.project_of(request)
        for index in self.indexes.values():
            if index.project == project and self.shown_name(index) == name:
                return index
        raise self.refuse(404, f"Resource {name} not found")

    def router(self) -> APIRouter:
        router = APIRouter()
        control = APIRouter(dependencies=[Depends(self.project_of)])

        @control.get("/indexes")
        async def list_indexes(request: Request) -> dict[str, Any]:
            project = self.project_of(request)
            return {
                "indexes": [
                    self._describe(request, index) for index in self.indexes.values() if index.project == project
                ]
            }

        @control.get("/indexes/{name}")
        async def describe_index(request: Request, name: str) -> dict[str, Any]:
            return self._describe(request, self.find(request, name))

        @control.post("/indexes")
        async def create_index(request: Request) -> Response:
            index = self._create(self.project_of(request), await self.json_object(request))
            return JSONResponse(self._describe(request, index), 201)

        @control.patch("/indexes/{name}")
        async def configure_index(request: Request, name: str) -> dict[str, Any]:
            index, body = self.find(request, name), await self.json_object(request)
            index.deletion_protection = body.get("deletion_protection", index.deletion_protection)
            index.tags = {key: value for key, value in (index.tags | body.get("tags", {})).items() if value}
            return self._describe(request, index)

        @control.delete("/indexes/{name}")
        async def delete_index(request: Request, name: str) -> Response:
            index = self.find(request, name)
            if index.deletion_protection == "enabled":
                raise self.refuse(
                    403, "Deletion protection is enabled for this index. Disable deletion protection before retrying."
                )
            del self.indexes[index.project, index.name]
            return Response(status_code=202)

        router.include_router(control)
        router.include_router(data_router(self), prefix="/hosts/{host}")
        return router

    def _create(self, project: str, body: dict[str, Any]) -> Index:
        """Raises RefusedError: 400 for a wrong body, 409 when the name is taken."""
        name, place = str(body.get("name", "")), body
        if "schema" in body:
            dense = [f for f in body["schema"].get("fields", {}).values() if f.get("type") == "dense_vector"]
            place = (dense or [{}])[0] | {"spec": {"serverless": body.get("deployment", {})}}
        dimension, metric = place.get("dimension"), place.get("metric", "cosine")
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?", name):
            raise self.refuse(400, "Name must consist of lower case alphanumeric characters or '-'")
        if not isinstance(dimension, int) or not 1 <= dimension <= 20_000 or metric not in METRICS:
            raise self.refuse(400, "dimension must be between 1 and 20000, metric one of cosine, euclidean, dotproduct")
        if (project, name) in self.indexes:
            raise self.refuse(409, "Resource  already exists")
        serverless = (place.get("spec") or {}).get("serverless") or {}
        index = Index(name, dimension, metric, serverless.get("region") or REGION, project)
        index.deletion_protection = body.get("deletion_protection", "disabled")
        index.tags = dict(body.get("tags") or {})
        self.indexes[project, name] = index
        return index

    def dimension(self, index: Index) -> int:
        return int(self.behaviour.dimension or index.dimension) if index.project == PROJECT else index.dimension

    def metric(self, index: Index) -> str:
        return str(self.behaviour.metric or index.metric) if index.project == PROJECT else index.metric

    def _describe(self, request: Request, index: Index) -> dict[str, Any]:
        b = self.behaviour
        region = b.region or index.region
        ready = b.ready if b.ready is not None else True
        common = {
            "name": self.shown_name(index),
            "host": self.host(index),
            "status": {"ready": ready, "state": b.state or ("Ready" if ready else "Initializing")},
            "deletion_protection": index.deletion_protection,
            "tags": index.tags,
        }
        dimension, metric = self.dimension(index), self.metric(index)
        pods = b.pod_type is not None or b.replicas is not None
        pod = {
            "environment": f"{region}-aws",
            "pod_type": b.pod_type or "p1.x1",
            "replicas": 1 if b.replicas is None else b.replicas,
            "shards": 1,
        }
        if request.headers.get("x-pinecone-api-version", "") >= "2026-07":
            deployment = (
                {"deployment_type": "pod", **pod}
                if pods
                else {"deployment_type": "managed", "cloud": "aws", "region": region}
            )
            fields = {"_values": {"type": "dense_vector", "dimension": dimension, "metric": metric}}
            return common | {"schema": {"fields": fields}, "deployment": deployment}
        spec = {"pod": pod | {"pods": pod["replicas"]}} if pods else {"serverless": {"cloud": "aws", "region": region}}
        return common | {"dimension": dimension, "metric": metric, "vector_type": "dense", "spec": spec}
