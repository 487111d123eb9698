"""Pinecone's data plane: vectors of one index, addressed by the host that the control plane names. Writes are visible
at once.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from reference.simulators.simulator import RefusedError, note
from reference.simulators.vectors import BadFilterError, Matrix, Namespace, Search

if TYPE_CHECKING:
    from reference.simulators.pinecone import Index, Pinecone

LARGEST_BATCH, LARGEST_TOP_K = 1000, 10_000
DEFAULT_NAMESPACE = "__default__"


def data_router(pinecone: Pinecone) -> APIRouter:
    """Routes below `/hosts/{host}`."""
    router = APIRouter()

    def refuse(status: int, message: str | None = None) -> RefusedError:
        return pinecone.refuse(status, message, plane="data")

    def index_of(request: Request, host: str) -> Index:
        project = pinecone.project_of(request)
        for index in pinecone.indexes.values():
            if pinecone.host(index).endswith(f"/{host}"):
                if index.project != project:
                    raise refuse(403, "Forbidden")
                return index
        raise refuse(404, "Not found")

    def name_of(value: Any) -> str:
        return "" if value in (None, DEFAULT_NAMESPACE) else str(value)

    def how() -> Search:
        behaviour = pinecone.behaviour
        return Search(behaviour.lists, behaviour.probes, behaviour.unindexed)

    def vector(index: Index, values: Any) -> Matrix:
        wanted = pinecone.dimension(index)
        if not isinstance(values, list) or not all(
            isinstance(v, int | float) and not isinstance(v, bool) for v in values
        ):
            raise refuse(400, "values must be an array of numbers")
        if len(values) != wanted:
            raise refuse(400, f"Vector dimension {len(values)} does not match the dimension of the index {wanted}")
        result = np.asarray(values, dtype=np.float32)
        if not np.isfinite(result).all() or not result.any():
            raise refuse(400, "Dense vectors must contain at least one non-zero value.")
        return result

    @router.post("/vectors/upsert")
    async def upsert(request: Request, host: str) -> dict[str, Any]:
        index, body = index_of(request, host), await pinecone.json_object(request)
        vectors = body.get("vectors")
        if not isinstance(vectors, list) or not 1 <= len(vectors) <= LARGEST_BATCH:
            raise refuse(400, f"vectors must hold 1 to {LARGEST_BATCH} records")
        read = [(str(v.get("id") or ""), vector(index, v.get("values")), v.get("metadata")) for v in vectors]
        if not all(id_ for id_, _, _ in read):
            raise refuse(400, "Vector ID must not be empty")
        name = name_of(body.get("namespace"))
        namespace = index.namespaces.setdefault(name, Namespace(pinecone.dimension(index)))
        for id_, values, metadata in read:
            if random.random() >= pinecone.behaviour.lost_upserts:  # noqa: S311
                namespace.upsert(id_, values, metadata)
        pinecone.usage["upserted"] += len(read)
        pinecone.usage["write_units"] += max(1, len(read))
        note(request, index=index.name, namespace=name, ids=[id_ for id_, _, _ in read[:200]])
        return {"upsertedCount": len(read)}

    @router.post("/query")
    async def query(request: Request, host: str) -> dict[str, Any]:
        index, body = index_of(request, host), await pinecone.json_object(request)
        top, condition = body.get("topK"), body.get("filter")
        if not isinstance(top, int) or not 1 <= top <= LARGEST_TOP_K:
            raise refuse(400, f"topK must be between 1 and {LARGEST_TOP_K}")
        name = name_of(body.get("namespace"))
        namespace = index.namespaces.get(name) or Namespace(pinecone.dimension(index))
        if body.get("id"):
            asked = namespace.values(body["id"]) if body["id"] in namespace.rows else None
        else:
            asked = vector(index, body.get("vector"))
        behaviour = pinecone.behaviour
        delay = behaviour.query_latency_ms + (behaviour.filtered_query_latency_ms if condition else 0)
        if behaviour.first_query_latency_ms:
            same = hash(repr(sorted(body.items())))
            delay += 0 if same in pinecone.asked else behaviour.first_query_latency_ms
            pinecone.asked.add(same)
        await asyncio.sleep(delay / 1000)
        try:
            wider = top * 2 if behaviour.poor_recall else top
            found = [] if asked is None else namespace.nearest(asked, wider, pinecone.metric(index), condition, how())
        except BadFilterError as error:
            raise refuse(400, str(error)) from error
        matches = [
            _record(namespace, id_, score, body) for id_, score in (found[1::2] if behaviour.poor_recall else found)
        ]
        pinecone.usage["queries"] += 1
        units = max(1, len(namespace) // 10_000)
        pinecone.usage["read_units"] += units
        note(
            request, index=index.name, namespace=name, matches=[[match["id"], match["score"]] for match in matches[:50]]
        )
        return {"results": [], "matches": matches, "namespace": name, "usage": {"readUnits": units}}

    @router.get("/vectors/fetch")
    async def fetch(request: Request, host: str) -> dict[str, Any]:
        index = index_of(request, host)
        name = name_of(request.query_params.get("namespace"))
        namespace = index.namespaces.get(name) or Namespace(pinecone.dimension(index))
        ids = request.query_params.getlist("ids")
        if not ids:
            raise refuse(400, "You must specify at least one ID")
        everything = {"includeValues": True, "includeMetadata": True}
        found = {id_: _record(namespace, id_, None, everything) for id_ in ids if id_ in namespace.rows}
        pinecone.usage["read_units"] += 1
        return {"vectors": found, "namespace": name, "usage": {"readUnits": 1}}

    @router.get("/vectors/list")
    async def list_ids(request: Request, host: str) -> dict[str, Any]:
        index, query = index_of(request, host), request.query_params
        name, prefix = name_of(query.get("namespace")), query.get("prefix", "")
        namespace = index.namespaces.get(name) or Namespace(pinecone.dimension(index))
        limit, after = int(query.get("limit", "100")), query.get("paginationToken", "")
        ids = sorted(id_ for id_ in namespace.ids if id_.startswith(prefix) and id_ > after)
        page: dict[str, Any] = {
            "vectors": [{"id": id_} for id_ in ids[:limit]],
            "namespace": name,
            "usage": {"readUnits": 1},
        }
        return page | ({"pagination": {"next": ids[limit - 1]}} if len(ids) > limit else {})

    @router.post("/vectors/delete")
    async def delete(request: Request, host: str) -> dict[str, Any]:
        index, body = index_of(request, host), await pinecone.json_object(request)
        name = name_of(body.get("namespace"))
        namespace = index.namespaces.get(name)
        if namespace is None:
            raise refuse(404, "Namespace not found")
        if body.get("deleteAll"):
            del index.namespaces[name]
            return {}
        try:
            ids = namespace.matching(body["filter"]) if body.get("filter") else body.get("ids")
        except BadFilterError as error:
            raise refuse(400, str(error)) from error
        if not isinstance(ids, list):
            raise refuse(400, "Must specify ids, filter or deleteAll")
        for id_ in list(ids):
            namespace.delete(str(id_))
        return {}

    @router.post("/vectors/update")
    async def update(request: Request, host: str) -> dict[str, Any]:
        index, body = index_of(request, host), await pinecone.json_object(request)
        namespace, id_ = index.namespaces.get(name_of(body.get("namespace"))), str(body.get("id") or "")
        if namespace is None or id_ not in namespace.rows:
            return {"matchedRecords": 0}
        values = vector(index, body["values"]) if body.get("values") else namespace.values(id_).copy()
        namespace.upsert(id_, values, namespace.metadata[id_] | (body.get("setMetadata") or {}))
        return {"matchedRecords": 1}

    @router.get("/namespaces")
    async def namespaces(request: Request, host: str) -> dict[str, Any]:
        index = index_of(request, host)
        found = [
            {"name": name or DEFAULT_NAMESPACE, "record_count": len(space)}
            for name, space in sorted(index.namespaces.items())
        ]
        return {"namespaces": found, "total_count": len(found)}

    @router.delete("/namespaces/{name}")
    async def delete_namespace(request: Request, host: str, name: str) -> dict[str, Any]:
        if index_of(request, host).namespaces.pop(name_of(name), None) is None:
            raise refuse(404, "Namespace not found")
        return {}

    @router.api_route("/describe_index_stats", methods=["GET", "POST"])
    async def stats(request: Request, host: str) -> JSONResponse:
        index = index_of(request, host)
        counts = {name: {"vectorCount": len(space)} for name, space in index.namespaces.items()}
        total = sum(len(space) for space in index.namespaces.values())
        shape = {"dimension": pinecone.dimension(index), "metric": pinecone.metric(index), "vectorType": "dense"}
        return JSONResponse({"namespaces": counts, "indexFullness": 0.0, "totalVectorCount": total, **shape})

    return router


def _record(namespace: Namespace, id_: str, score: float | None, wanted: dict[str, Any]) -> dict[str, Any]:
    values = [float(f"{x:.9g}") for x in namespace.values(id_).tolist()] if wanted.get("includeValues") else []
    record: dict[str, Any] = {"id": id_, "values": values}
    if score is not None:
        record["score"] = score
    if wanted.get("includeMetadata") and namespace.metadata[id_]:
        record["metadata"] = namespace.metadata[id_]
    return record
