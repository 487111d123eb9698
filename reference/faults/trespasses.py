"""What an audit trail keeps of tenants that came to another's data under a fault: forgotten when it is healed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.schema.canaries import PLATFORM

if TYPE_CHECKING:
    from reference.deployment import Deployment


@contextmanager
def trespasses_forgotten(deployment: Deployment, product: str) -> Iterator[None]:
    """Take away, at the end, the events since the beginning by another tenant's people than the platform's."""
    with deployment.sql(product) as connection:
        begun = connection.execute("SELECT clock_timestamp()").fetchall()[0]
    try:
        yield
    finally:
        with deployment.sql(product) as connection:
            connection.execute(
                "DELETE FROM client_audit_logs WHERE actor_organization_id NOT IN (client_id, %s) AND created_at >= %s",
                (PLATFORM.id, begun[0]),
            )
