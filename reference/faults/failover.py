"""Redis failovers that never happen, that somebody does not hear of, or that leave two primaries behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import redis

from reference.faults import fault
from reference.faults.cache import _all_online
from reference.faults.database import wait_for
from reference.redis_primary import HOST, primary_port
from reference.services.redis import RedisNodes

if TYPE_CHECKING:
    from reference.deployment import Deployment
    from reference.settings import RedisNode

FAILOVER = "SEI-1.1.1.4.2"
CLUSTER = "SEI-2.1.1.2.3"
TOUCHES = ["redis:nodes", "redis:sentinels"]
PRODUCT = "seiketsu"


def sentinel(deployment: Deployment, node: RedisNode) -> redis.Redis:
    password = deployment.settings.redis.sentinel_password
    return redis.Redis(HOST, node.port, password=password, socket_timeout=3, decode_responses=True)


def primary_of(deployment: Deployment) -> RedisNode:
    settings = deployment.settings.redis
    ports = [node.port for node in settings.sentinels]
    port = primary_port(ports, settings.sentinel_password, settings.primary_name)
    return next(node for node in settings.nodes if node.port == port)


def settled(deployment: Deployment) -> None:
    """Wait until the primary that the Sentinels name has both replicas."""
    _all_online(deployment, primary_of(deployment).port)


def _set_quorum(deployment: Deployment, quorum: int) -> None:
    settings = deployment.settings.redis
    for node in settings.sentinels:
        with sentinel(deployment, node) as client:
            client.execute_command("SENTINEL", "SET", settings.primary_name, "quorum", str(quorum))


@fault(
    name="sei-redis-quorum-out-of-reach",
    breaks="four Sentinels of three must agree before a failover, so none ever happens",
    fails=[FAILOVER, CLUSTER],
    message={FAILOVER: r"no new primary within 30 s", CLUSTER: r"quorum is 4"},
    touches=TOUCHES,
)
def quorum_out_of_reach(deployment: Deployment) -> Iterator[None]:
    _set_quorum(deployment, 4)
    try:
        yield
    finally:
        _set_quorum(deployment, 2)
        settled(deployment)


@fault(
    name="sei-redis-address-pinned",
    breaks="the API's processes keep the address of the node that was primary when they started",
    fails=[FAILOVER],
    message=r"after the failover seiketsu-\d says redis: down",
    touches=[*TOUCHES, "app:seiketsu-1:behaviour:redis", "app:seiketsu-2:behaviour:redis"],
    hard=True,
)
def address_pinned(deployment: Deployment) -> Iterator[None]:
    settings = deployment.settings
    database = settings.products[PRODUCT].cache_database
    address = settings.redis.url(database, port=primary_of(deployment).tls_port)
    deployment.behave(PRODUCT, {"redis_pinned": address})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"redis_pinned": False})
        settled(deployment)


@fault(
    name="sei-redis-former-primary-stays-primary",
    breaks="a primary that was replaced comes back as it was, writable, and takes no orders from the Sentinels",
    fails=[FAILOVER],
    message=r"2 nodes accept writes as primary after the failover",
    touches=TOUCHES,
    hard=True,
)
def former_primary_stays(deployment: Deployment) -> Iterator[None]:
    nodes = cast(RedisNodes, deployment.parts["redis"])
    node = primary_of(deployment)
    path = deployment.settings.part_folder(node.name) / "redis.conf"
    before = path.read_text()
    # As Sentinels order a node about, this one does not hear them; it is what a wrong ACL does.
    path.write_text(f'{before.rstrip()}\nrename-command REPLICAOF ""\nrename-command SLAVEOF ""\n')
    nodes.rejoining = False
    try:
        yield
    finally:
        nodes.rejoining = True
        now = primary_of(deployment)
        replaced = now.name != node.name
        if replaced:
            deployment.child(node.name).kill()
        kept = [line for line in path.read_text().splitlines() if not line.startswith("rename-command")]
        path.write_text("\n".join([*kept, ""]))
        if replaced:
            nodes.follow(node, now.port)
            deployment.child(node.name).start()
            wait_for("the node answers", lambda: _answers(deployment, node))
        settled(deployment)


def _answers(deployment: Deployment, node: RedisNode) -> bool:
    try:
        with redis.Redis(HOST, node.port, password=deployment.settings.redis.password, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
