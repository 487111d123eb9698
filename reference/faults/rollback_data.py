"""Rollbacks that take data with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
LINE = "AURA-12.5.2"
TOUCHES = [f"fleet:{PRODUCT}", f"aws:{PRODUCT}:ecs:service:api", f"postgres:{PRODUCT}:table:projects"]


@contextmanager
def script(deployment: Deployment, product: str, statement: str) -> Iterator[None]:
    """Inside the block the deploy script runs this statement when traffic has moved."""
    step = (product, statement)
    deployment.rollouts.scripts.append(step)
    try:
        yield
    finally:
        deployment.rollouts.scripts.remove(step)


@fault(
    name="aura-rollback-truncates-a-table",
    breaks="the rollback script empties a table, so that the older version finds it as it knew it",
    fails=[LINE],
    message=r"table public\.feedback: \d+ of \d+ rows from before the rollback are gone or changed \(it has 0 now\)",
    touches=[*TOUCHES, f"postgres:{PRODUCT}:table:feedback"],
)
def truncates_a_table(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        with connection.cursor().copy("copy feedback to stdout") as copy:
            kept = b"".join(bytes(piece) for piece in copy)
        try:
            with script(deployment, PRODUCT, "truncate feedback"):
                yield
        finally:
            with connection.transaction():
                connection.execute("truncate feedback")
                with connection.cursor().copy("copy feedback from stdin") as copy:
                    copy.write(kept)


@fault(
    name="aura-rollback-loses-late-writes",
    breaks="what was acknowledged in the seconds before the traffic moved is gone after it",
    fails=[LINE],
    message=r"acknowledged and gone: project \S+, written while versions changed",
    touches=TOUCHES,
    hard=True,
)
def loses_late_writes(deployment: Deployment) -> Iterator[None]:
    recent = "delete from projects where created_at > now() - interval '2 seconds' and title like 'golive-%'"
    gone = "delete from audit_log where object_type = 'project' and object_id not in (select id::text from projects)"
    with script(deployment, PRODUCT, recent):
        try:
            yield
        finally:
            # What never was has no trail either.
            with deployment.sql(PRODUCT) as connection:
                connection.execute(gone)


@fault(
    name="aura-rollback-changes-an-encoding",
    breaks="every row is there after the rollback, and one column was read as Latin-1 on the way",
    fails=[LINE],
    message=r"acknowledged and changed: project \S+, written before: 'golive-",
    touches=TOUCHES,
    hard=True,
)
def changes_an_encoding(deployment: Deployment) -> Iterator[None]:
    garbled = "update projects set title = convert_from(convert_to(title, 'UTF8'), 'LATIN1')"
    with script(deployment, PRODUCT, f"{garbled} where title ~ '[^ -~]' and deleted_at is null"):
        yield
