"""Accounts that are deleted in one store and not in another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx

from reference.describe.providers import index_host
from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, BUCKET = "aurastudio", "AURA-8.2.1.5", "aurastudio-assets"
NEEDED = (
    f"app:{PRODUCT}:behaviour:log-out", f"app:{PRODUCT}:behaviour:tokens", f"app:{PRODUCT}:behaviour:tenant-filter",
    f"app:{PRODUCT}:behaviour:errors", f"app:{PRODUCT}:behaviour:passwords", f"app:{PRODUCT}:behaviour:refusals",
    f"nginx:{PRODUCT}-api:routes", f"postgres:{PRODUCT}:extension:vector", f"postgres:{PRODUCT}:table:user_memory",
    f"postgres:{PRODUCT}:table:user_profiles", f"postgres:{PRODUCT}:table:projects",
    f"postgres:{PRODUCT}:table:feedback", f"postgres:{PRODUCT}:table:asset_vault",
    f"postgres:{PRODUCT}:table:audit_log:grants", f"aws:{PRODUCT}:iam:role:api-task", "pinecone:launch",
    "provider:pinecone:keys", "redis:acl", f"aws:{PRODUCT}:s3:{PRODUCT}-assets",
)  # fmt: skip
"""What has to be whole for somebody to sign up, leave something everywhere, and go."""
FORGET = "DELETE FROM user_profiles WHERE email LIKE 'golive-%@example.com' OR email LIKE '%@gone'"
"""The people of runs."""


def _left_out(deployment: Deployment, switch: str) -> Iterator[None]:
    """Leave something out of deletions; what stayed of the run's people is taken away when the fault is healed."""
    yield from switched(deployment, PRODUCT, switch)
    with deployment.sql(PRODUCT) as connection:
        connection.execute(FORGET)
        known = {str(row[0]) for row in connection.execute("SELECT id FROM user_profiles").fetchall()}
    s3 = deployment.aws(PRODUCT, "s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, Prefix="users/"):
        for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            if version["Key"].split("/")[1] not in known:
                s3.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])
    headers = {"Api-Key": deployment.settings.simulators["pinecone"].key}
    with httpx.Client(base_url=index_host(deployment.settings), headers=headers, timeout=20, trust_env=False) as index:
        spaces: dict[str, Any] = index.get("/describe_index_stats").raise_for_status().json()["namespaces"]
        for name in spaces:
            if len(name) == 36 and name not in known:
                index.post("/vectors/delete", json={"namespace": name, "deleteAll": True}).raise_for_status()


@fault(
    name="aura-deletion-keeps-memories",
    breaks="deleting an account makes its profile unreadable and keeps what the person told the product",
    fails=[LINE],
    message=r"table user_memory still holds 1 that name the person by id and 1 with the person's own words.*remains is",
    touches=[f"app:{PRODUCT}:behaviour:deletion", *NEEDED],
)
def keeps_memories(deployment: Deployment) -> Iterator[None]:
    yield from _left_out(deployment, "deletion_keeps:memories")


@fault(
    name="aura-deletion-only-marks",
    breaks="deleting an account sets a date in its profile, and nobody can sign in any more",
    fails=[LINE],
    message=r"table conversation_history still holds 1 that.*table user_profiles still holds 1 that name the person",
    touches=[f"app:{PRODUCT}:behaviour:deletion", *NEEDED],
    hard=True,
)
def only_marks(deployment: Deployment) -> Iterator[None]:
    yield from _left_out(deployment, "deletion_marks")


@fault(
    name="aura-deletion-keeps-object-versions",
    breaks="the database is clean and recordings are listed no more, yet each can still be fetched by its version",
    fails=[LINE],
    message=r"\Abucket files still holds \d+ that name the person by id.*remains is 1, want == 0",
    touches=[f"app:{PRODUCT}:behaviour:deletion", *NEEDED],
    hard=True,
)
def keeps_versions(deployment: Deployment) -> Iterator[None]:
    yield from _left_out(deployment, "deletion_keeps:versions")


@fault(
    name="aura-deletion-keeps-vectors",
    breaks="the database is clean and the person's vectors stay in the index, with the words that they were made of",
    fails=[LINE],
    message=r"\Aindex still holds 1 that name the person by id.*remains is 1, want == 0",
    touches=[f"app:{PRODUCT}:behaviour:deletion", *NEEDED],
    hard=True,
)
def keeps_vectors(deployment: Deployment) -> Iterator[None]:
    yield from _left_out(deployment, "deletion_keeps:vectors")
