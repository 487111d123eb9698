"""Deployments after which a tenant does not find what it had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.schema.canaries import ORGANIZATIONS, PLATFORM

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-3.1.2.1.1"
BIRCH, CEDAR = ORGANIZATIONS[1], ORGANIZATIONS[2]


@fault(
    name="sei-deploy-rows-moved",
    breaks="the migration gave one tenant's records of money to another",
    fails=[LINE],
    message=rf"tenant {str(CEDAR.id)[:8]} has 1 rows less in client_billing_records than the 1 before",
    touches=[f"postgres:{PRODUCT}:table:client_billing_records"],
)
def rows_moved(deployment: Deployment) -> Iterator[None]:
    row = CEDAR.row_id("client_billing_records")
    move = "UPDATE client_billing_records SET client_id = %s WHERE id = %s"
    with deployment.sql(PRODUCT) as connection:
        connection.execute(move, (PLATFORM.id, row))
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(move, (CEDAR.id, row))


@fault(
    name="sei-deploy-slug-in-capitals",
    breaks="the release looks slugs up in small letters, and a tenant of old has one in capitals",
    fails=[LINE],
    message=rf"tenant {str(BIRCH.id)[:8]} is not found by its organizations\.slug: that leads to nobody",
    touches=[f"postgres:{PRODUCT}:row:organizations:birch:slug"],
    hard=True,
)
def slug_in_capitals(deployment: Deployment) -> Iterator[None]:
    rename = "UPDATE organizations SET slug = %s WHERE id = %s"
    with deployment.sql(PRODUCT) as connection:
        connection.execute(rename, (BIRCH.slug.upper(), BIRCH.id))
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(rename, (BIRCH.slug, BIRCH.id))


@fault(
    name="sei-deploy-contents-cut",
    breaks="the migration cut texts, and left as many rows as there were",
    fails=[LINE],
    message=rf"tenant {str(BIRCH.id)[:8]}: 1 sampled rows of conversation_messages hold something else now",
    touches=[f"postgres:{PRODUCT}:table:conversation_messages"],
    hard=True,
)
def contents_cut(deployment: Deployment) -> Iterator[None]:
    row, write = BIRCH.row_id("conversation_messages"), "UPDATE conversation_messages SET content = %s WHERE id = %s"
    with deployment.sql(PRODUCT) as connection:
        said = connection.execute("SELECT content FROM conversation_messages WHERE id = %s", (row,)).fetchall()[0][0]
        connection.execute(write, (said[:10], row))
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(write, (said, row))
