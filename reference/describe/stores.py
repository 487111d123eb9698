"""postgres, redis, celery: the reader's logins, the replica, the Sentinels, and the migrations as they were applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reference.app.cache import HEARTBEAT_KEY, POOL_SIZE
from reference.describe.secret import reference
from reference.schema import files
from reference.services.postgres_template import BINARIES
from reference.services.redis import MARKER

if TYPE_CHECKING:
    from reference.settings import RedisNode, Settings

MEMORY_GIB = 0.25
"""What the settings of `reference.services.postgres` are made for."""
POOL = 5
"""What the applications take where DATABASE_POOL_SIZE is not set."""
VERSIONS = {"aurastudio": lambda path: path.stem.split("_")[0], "seiketsu": lambda path: path.stem}


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    postgres(settings, product, section["postgres"])
    if "revisions" in (versions := section["drills"]["versions"]):
        versions["revisions"] = [section["postgres"]["head"]]
    redis(settings, product, section["redis"])
    if "celery" in section or product == "aurastudio":
        # The published AuraStudio has no queue; the reference's reports one among its dependencies.
        heartbeat = {"heartbeat_key": HEARTBEAT_KEY, "heartbeat_field": "handled"}
        section["celery"] = section.get("celery", heartbeat) | {
            "broker": reference(settings, "celery/broker", settings.redis.queue_url(1, "reader")),
            "ca_file": settings.redis.ca_file,
            "queues": settings.celery.queues,
        }


def postgres(settings: Settings, product: str, section: dict[str, Any]) -> None:
    database = settings.products[product].database
    paths = files(product)
    section |= {
        "dsn": reference(settings, f"{product}/postgres/reader", database.dsn("reader")),
        "app_dsn": reference(settings, f"{product}/postgres/app", database.dsn("app")),
        "all_rows_dsn": reference(settings, f"{product}/postgres/backup", database.dsn("backup")),
        "replicas": [reference(settings, f"{product}/postgres/replica", database.dsn("reader", replica=True))],
        "app_role": database.app_role,
        "owner_role": database.owner_role,
        "migrations": [f"database/{path.name}" for path in paths],
        "head": VERSIONS[product](paths[-1]),
        "pool_size": POOL,
        "pool_overflow": 0,
        "pool_names": f"{product}-[0-9]*",
        "scratch_binaries": str(BINARIES),
        "memory_gib": MEMORY_GIB,
    }
    if "ledger" in section:
        section["ledger"]["versions"] = {VERSIONS[product](path): f"database/{path.name}" for path in paths}
    # The reference has two roles more than the example: the owner of the sign-in functions, and Golive's own.
    plain = {"superuser": False, "createdb": False, "createrole": False, "replication": False}
    section["roles"] |= {
        f"{product}_auth": {**plain, "login": False, "bypassrls": True},
        database.reader_role: {**plain, "login": True, "bypassrls": False},
        database.role("backup"): {**plain, "login": True, "bypassrls": True},
    }


def redis(settings: Settings, product: str, section: dict[str, Any]) -> None:
    server = settings.redis
    number = settings.products[product].cache_database
    section |= {
        "url": reference(settings, f"{product}/redis/reader", server.url(number, "reader")),
        "app_url": reference(settings, f"{product}/redis/app", server.url(number)),
        "operator_url": reference(settings, f"{product}/redis/operator", server.url(number, "operator")),
        "ca_file": server.ca_file,
        "pool_size": POOL_SIZE,
        "pool_users": [instance.id for instance in settings.products[product].instances],
        "marker": MARKER,
        "nodes": [
            reference(settings, f"{product}/redis/{node.name}", node_url(settings, node, number))
            for node in server.nodes
        ],
        "sentinels": [f"{server.host}:{node.tls_port}" for node in server.sentinels],
        "sentinel_name": server.primary_name,
        "sentinel_password": reference(settings, "redis/sentinel", server.sentinel_password),
        "plain_ports": [
            f"{server.host}:{port}"
            for port in (server.port, server.plain_port, *(node.tls_port for node in server.nodes))
        ],
    }


def node_url(settings: Settings, node: RedisNode, number: int) -> str:
    """One node past the endpoint that follows the primary, as the reader."""
    return settings.redis.url(number, "reader", node.tls_port)
