"""Redis nodes that are away, or that answer and replicate from nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import redis

from reference.faults import fault
from reference.faults.database import wait_for
from reference.redis_primary import HOST, primary_port

if TYPE_CHECKING:
    from reference.deployment import Deployment
    from reference.settings import RedisNode

CACHE = "SEI-1.1.1.4.1"
STORES = "SEI-3.1.1.1.4"
TOUCHES = ["redis:nodes"]
ONE_ONLINE = r"online replicas is 1 nodes, want == 2"


def _replica(deployment: Deployment) -> tuple[RedisNode, int]:
    """The last node that is a replica, and the port of the primary."""
    settings = deployment.settings.redis
    sentinels = [node.port for node in settings.sentinels]
    primary = primary_port(sentinels, settings.sentinel_password, settings.primary_name)
    return [node for node in settings.nodes if node.port != primary][-1], primary


def _client(deployment: Deployment, port: int) -> redis.Redis:
    password = deployment.settings.redis.password
    return redis.Redis(HOST, port, password=password, socket_timeout=3, decode_responses=True)


def _online(deployment: Deployment, primary: int) -> int:
    with suppress(redis.RedisError), _client(deployment, primary) as client:
        info = client.info("replication")
        return sum(
            1 for k, v in info.items() if k.startswith("slave") and isinstance(v, dict) and v["state"] == "online"
        )
    return 0


def _all_online(deployment: Deployment, primary: int) -> None:
    wait_for("both replicas are online", lambda: _online(deployment, primary) == 2)
    # The first acknowledgement comes a second after the link.
    time.sleep(1.2)


@fault(
    name="sei-cache-node-stopped",
    breaks="one of the three nodes is not running",
    fails=[CACHE, STORES, "SEI-3.1.1.3.3"],
    message={
        CACHE: rf"{ONE_ONLINE}(.|\n)*does not answer",
        STORES: ONE_ONLINE,
        "SEI-3.1.1.3.3": r"a cache node gives no data",
    },
    touches=TOUCHES,
)
def node_stopped(deployment: Deployment) -> Iterator[None]:
    node, primary = _replica(deployment)
    deployment.child(node.name).kill()
    wait_for("the primary has seen it", lambda: _online(deployment, primary) == 1)
    try:
        yield
    finally:
        deployment.child(node.name).start()
        _all_online(deployment, primary)


@fault(
    name="sei-cache-split-brain",
    breaks="three nodes answer, and one of them is a second primary that replicates from nobody",
    fails=[CACHE, STORES],
    message={CACHE: r"2 nodes say that they are the primary", STORES: ONE_ONLINE},
    touches=TOUCHES,
    hard=True,
)
def split_brain(deployment: Deployment) -> Iterator[None]:
    node, primary = _replica(deployment)
    with _client(deployment, node.port) as client:
        client.execute_command("REPLICAOF", "NO", "ONE")
        # So that the Sentinels can't make it a replica again, which they would after some seconds.
        client.execute_command("ACL", "SETUSER", "default", "-replicaof", "-slaveof")
        wait_for("the primary has lost it", lambda: _online(deployment, primary) == 1)
        try:
            yield
        finally:
            client.execute_command("ACL", "SETUSER", "default", "+@all")
            client.execute_command("REPLICAOF", HOST, str(primary))
            _all_online(deployment, primary)


@fault(
    name="sei-cache-replica-locked-out",
    breaks="a replica has a former password of the primary: it serves what it had, and its link is down",
    fails=[CACHE, STORES],
    message={CACHE: r"its link to the primary is down", STORES: ONE_ONLINE},
    touches=TOUCHES,
    hard=True,
)
def replica_locked_out(deployment: Deployment) -> Iterator[None]:
    node, primary = _replica(deployment)
    with _client(deployment, node.port) as client:
        client.config_set("masterauth", "a-former-password")
        client.execute_command("CLIENT", "KILL", "TYPE", "MASTER")
        wait_for("the primary has lost it", lambda: _online(deployment, primary) == 1)
        try:
            yield
        finally:
            client.config_set("masterauth", deployment.settings.redis.password)
            _all_online(deployment, primary)
