"""outside: the address at which strangers find the deployment, and what else on this machine answers there.

Everything inside is at 127.0.0.1; the balancer alone is at 127.0.0.2 too, so that one is the outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psutil

from reference.describe.account import data

if TYPE_CHECKING:
    from reference.settings import Settings

ADDRESS = "127.0.0.2"
SOURCES = [f"127.0.1.{last}" for last in range(9, 17)]
"""Free ones of this machine, to be eight clients from."""


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    bucket, asset = data(product)["bucket"], section["aws"]["cdn"]["asset"]
    section["outside"] = {
        "addresses": [ADDRESS],
        "private_ports": sorted(private_ports(settings, product)),
        "not_ours": {str(port): "2026-11-22: this machine's own, at all its addresses" for port in of_the_machine()},
        "sources": SOURCES,
        "origins": {"assets": {"url": f"{settings.aws.endpoint_url}/{bucket}{asset}"}},
    }


def private_ports(settings: Settings, product: str) -> set[int]:
    """Where the product's parts listen inside."""
    described, redis, postgres = settings.products[product], settings.redis, settings.postgres
    nodes = [*redis.nodes, *redis.sentinels, redis.queue]
    return {
        postgres.port, postgres.replica_port, redis.port, redis.plain_port, settings.aws.port,
        settings.controller_metrics_port, settings.celery.metrics_port,
        *(port for node in nodes for port in (node.port, node.tls_port)),
        *(port for instance in described.instances for port in (instance.port, instance.database_port)),
    }  # fmt: skip


def of_the_machine() -> list[int]:
    """Ports that some process takes at all addresses: no part of a deployment does so."""
    found = psutil.net_connections(kind="tcp")
    return sorted({c.laddr.port for c in found if c.status == psutil.CONN_LISTEN and c.laddr.ip in ("0.0.0.0", "::")})  # noqa: S104
