"""Data that is kept longer than is written down, and nothing written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.documents import rewritten
from reference.schema.canaries import AURASTUDIO_USERS

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-8.2.1.4"
DOCUMENT = f"source:{PRODUCT}:docs:retention"


@fault(
    name="aura-retention-document-gone",
    breaks="nobody has written down how long data is kept",
    fails=[LINE],
    message=r"retention\.md is missing: nobody has written down how long data is kept",
    touches=[DOCUMENT],
)
def document_gone(deployment: Deployment) -> Iterator[None]:
    path = deployment.settings.part_folder("source") / PRODUCT / "docs" / "operations" / "retention.md"
    before = path.read_text()
    path.unlink()
    try:
        yield
    finally:
        path.write_text(before)


@fault(
    name="aura-purge-fails-for-weeks",
    breaks="the document and the purge are there, and the purge has failed for weeks: old conversations stay",
    fails=[LINE],
    message=r"Conversations: 1 rows of conversation_history are beyond 365 days and 7 of grace, the oldest of 400",
    touches=[f"app:{PRODUCT}:behaviour:purge", f"postgres:{PRODUCT}:table:conversation_history"],
    hard=True,
)
def purge_fails(deployment: Deployment) -> Iterator[None]:
    deployment.behave(PRODUCT, {"purge_fails": True})
    with deployment.sql(PRODUCT) as connection:
        connection.execute(
            "INSERT INTO conversation_history (user_id, user_message, ai_response, created_at)"
            " VALUES (%s, 'long ago', 'long ago', now() - interval '400 days')",
            (AURASTUDIO_USERS[0].id,),
        )
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute("DELETE FROM conversation_history WHERE user_message = 'long ago'")
        deployment.behave(PRODUCT, {"purge_fails": None})


@fault(
    name="aura-retention-shorter-than-kept",
    breaks="the document promises that server logs are gone after a month, and they are kept for three",
    fails=[LINE],
    message=r"Server logs: log group \S+ keeps 90 days, of 30",
    touches=[DOCUMENT],
    hard=True,
)
def shorter_than_kept(deployment: Deployment) -> Iterator[None]:
    with rewritten(
        deployment, "retention.md", lambda text: text.replace("Server logs | 90 days", "Server logs | 30 days")
    ):
        yield
