"""Data of the day of launch that went away, changed, or is no longer the same in each store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from reference.describe.providers import index_host
from reference.faults import fault
from reference.schema.canaries import AURASTUDIO_USERS, marker, stable_id

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-13.2.5", "aurastudio"
BUCKET = "aurastudio-assets"
_, BRUNO, CARLA = AURASTUDIO_USERS
TABLE = "postgres:aurastudio:table:user_memory:launch"
INDEX, KEYS = "pinecone:launch", "provider:pinecone:keys"


def memory_of(user: Any) -> str:
    """The id of the memory that stood there at launch."""
    return str(stable_id(PRODUCT, user.name, "launch"))


@contextmanager
def index_client(deployment: Deployment) -> Iterator[httpx.Client]:
    headers = {"Api-Key": deployment.settings.simulators["pinecone"].key}
    base = index_host(deployment.settings)
    with httpx.Client(base_url=base, headers=headers, timeout=20, trust_env=False) as client:
        yield client


def _vector(client: httpx.Client, user: Any) -> dict[str, Any]:
    asked = {"ids": memory_of(user), "namespace": str(user.id)}
    found: dict[str, Any] = client.get("/vectors/fetch", params=asked).raise_for_status().json()["vectors"]
    return found[memory_of(user)]


def _put(client: httpx.Client, user: Any, vector: dict[str, Any]) -> None:
    item = {key: vector[key] for key in ("id", "values", "metadata")}
    body = {"namespace": str(user.id), "vectors": [item]}
    client.post("/vectors/upsert", json=body).raise_for_status()


@fault(
    name="aura-kept-memory-deleted",
    breaks="a memory of the day of launch was deleted, past the product",
    fails=[LINE],
    message=r"lost is 1, want == 0.*row [0-9a-f-]{36} of user_memory.*unreconciled is 1.*audit_log says that",
    touches=[TABLE],
)
def memory_deleted(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        taken = "delete from user_memory where id = %s returning to_jsonb(user_memory)::text as row"
        row = connection.execute(taken, (memory_of(CARLA),)).fetchone()
    assert row
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            back = "insert into user_memory select * from jsonb_populate_record(null::user_memory, %s::jsonb)"
            connection.execute(back, (row[0],))


@fault(
    name="aura-kept-vector-gone",
    breaks="a memory is there, and its vector is not: it is never recalled",
    fails=[LINE],
    message=r"lost is 1, want == 0.*vector [0-9a-f-]{36}.*row [0-9a-f-]{36} of user_memory has no vector in the index",
    touches=[INDEX, KEYS],
    hard=True,
)
def vector_gone(deployment: Deployment) -> Iterator[None]:
    with index_client(deployment) as client:
        kept = _vector(client, BRUNO)
        body = {"namespace": str(BRUNO.id), "ids": [memory_of(BRUNO)]}
        client.post("/vectors/delete", json=body).raise_for_status()
        try:
            yield
        finally:
            _put(client, BRUNO, kept)


@fault(
    name="aura-kept-vector-of-another",
    breaks="a memory's vector is that of another text",
    fails=[LINE],
    message=r"altered is 1, want == 0.*vector [0-9a-f-]{36}.*its vector belongs to another text, summary differs",
    touches=[INDEX, KEYS],
    hard=True,
)
def vector_of_another(deployment: Deployment) -> Iterator[None]:
    with index_client(deployment) as client:
        kept, other = _vector(client, BRUNO), _vector(client, CARLA)
        metadata = {**kept["metadata"], "summary": other["metadata"]["summary"]}
        _put(client, BRUNO, {**kept, "values": other["values"], "metadata": metadata})
        try:
            yield
        finally:
            _put(client, BRUNO, kept)


@fault(
    name="aura-kept-object-changed",
    breaks="an object has its key still, and another content",
    fails=[LINE],
    message=r"altered is 1, want == 0.*object users/\S+\.wav in bucket files",
    touches=[f"aws:{PRODUCT}:s3:{BUCKET}:users"],
    hard=True,
)
def object_changed(deployment: Deployment) -> Iterator[None]:
    s3, key = deployment.aws(PRODUCT, "s3"), f"users/{BRUNO.id}/{marker(BRUNO)}.wav"
    whole = s3.get_object(Bucket=BUCKET, Key=key)
    content, kept = whole["Body"].read(), {k: whole[k] for k in ("ServerSideEncryption", "SSEKMSKeyId") if k in whole}
    s3.put_object(Bucket=BUCKET, Key=key, Body=content[::-1] + b" ", **kept)
    try:
        yield
    finally:
        s3.put_object(Bucket=BUCKET, Key=key, Body=content, **kept)
