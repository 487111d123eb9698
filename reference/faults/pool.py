"""Connections to PostgreSQL that are made for each request, by too many pools, or given out dead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-5.1.2.2"
SWITCH = f"app:{PRODUCT}:behaviour:database-pool"


@fault(
    name="aura-pool-connection-per-request",
    breaks="each request opens a connection of its own",
    fails=[LINE],
    message=r"is a connection made for each request\?",
    touches=[SWITCH],
)
def connection_per_request(deployment: Deployment) -> Iterator[None]:
    deployment.behave(PRODUCT, {"database_pool_off": True})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"database_pool_off": None})


@fault(
    name="aura-pool-one-for-each-worker",
    breaks="each of four workers of an instance has a pool of its own, so that together they exceed what is agreed",
    fails=[LINE],
    message=r"\d+ connections of the API at once, its pools have 10: is there a pool for each worker",
    touches=[SWITCH],
    hard=True,
)
def one_for_each_worker(deployment: Deployment) -> Iterator[None]:
    deployment.behave(PRODUCT, {"database_pools": 4})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"database_pools": None})


@fault(
    name="aura-pool-gives-out-dead-connections",
    breaks="the pool does not look whether a connection still stands, so that requests fail after a restart",
    fails=[LINE],
    message=r"requests after \d+ connections were ended: failed after restart is [1-9]",
    touches=[SWITCH],
    hard=True,
)
def gives_out_dead_connections(deployment: Deployment) -> Iterator[None]:
    deployment.behave(PRODUCT, {"database_unchecked": True})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"database_unchecked": None})
