"""Redis nodes and Sentinels that disagree, take writes where they must not, or let the product do anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.cache import _client, _replica
from reference.faults.database import wait_for
from reference.faults.failover import CLUSTER, primary_of, sentinel
from reference.redis_primary import HOST
from reference.services.redis import APP_RULES

if TYPE_CHECKING:
    from reference.deployment import Deployment

SENTINELS = ["redis:nodes", "redis:sentinels"]  # a Sentinel that is set anew asks the nodes who they are
ELSEWHERE = "127.0.0.9"
"""An address of this machine at which no Redis listens."""


def _agreed(deployment: Deployment) -> bool:
    settings = deployment.settings.redis
    for node in settings.sentinels:
        with sentinel(deployment, node) as client:
            state = client.sentinel_master(settings.primary_name)
        if state["num-other-sentinels"] != len(settings.sentinels) - 1 or state["num-slaves"] != 2:
            return False
    return True


@fault(
    name="sei-redis-one-sentinel",
    breaks="one Sentinel is left of three, so none can agree on a new primary",
    fails=[CLUSTER],
    message=r"Sentinel 3 .*does not answer",
    touches=SENTINELS,
)
def one_sentinel(deployment: Deployment) -> Iterator[None]:
    settings = deployment.settings.redis
    lost = [deployment.child(node.name) for node in settings.sentinels[1:]]
    for child in lost:
        child.kill()
    try:
        yield
    finally:
        for child in lost:
            child.start()
        wait_for("the Sentinels know each other", lambda: _quietly(deployment))


def _quietly(deployment: Deployment) -> bool:
    try:
        return _agreed(deployment)
    except Exception:
        return False  # not up yet


@fault(
    name="sei-redis-sentinel-names-a-dead-address",
    breaks="a Sentinel watches the primary at an address that clients can't reach",
    fails=[CLUSTER],
    message=r"sends clients to 127\.0\.0\.9:\d+, where nothing answers",
    touches=SENTINELS,
    hard=True,
)
def sentinel_names_dead_address(deployment: Deployment) -> Iterator[None]:
    settings = deployment.settings.redis
    with sentinel(deployment, settings.sentinels[-1]) as client:

        def watch(host: str) -> None:
            client.execute_command("SENTINEL", "REMOVE", settings.primary_name)
            port = str(primary_of(deployment).port)
            client.execute_command("SENTINEL", "MONITOR", settings.primary_name, host, port, "2")
            for option, value in (
                ("auth-pass", settings.password),
                ("down-after-milliseconds", "2000"),
                ("failover-timeout", "6000"),
                ("parallel-syncs", "2"),
            ):
                client.execute_command("SENTINEL", "SET", settings.primary_name, option, value)

        # The others would tell it better.
        client.execute_command("ACL", "SETUSER", "default", "-publish")
        try:
            watch(ELSEWHERE)
            yield
        finally:
            client.execute_command("ACL", "SETUSER", "default", "+publish")
            watch(HOST)
            wait_for("the Sentinels know each other", lambda: _quietly(deployment))


@fault(
    name="sei-redis-replica-takes-writes",
    breaks="a replica accepts writes, which nobody else will ever see",
    fails=[CLUSTER],
    message=r"accepted replica writes is 1",
    touches=["redis:nodes"],
    hard=True,
)
def replica_takes_writes(deployment: Deployment) -> Iterator[None]:
    node, _ = _replica(deployment)
    with _client(deployment, node.port) as client:
        client.config_set("replica-read-only", "no")
        try:
            yield
        finally:
            client.config_set("replica-read-only", "yes")


@fault(
    name="sei-redis-product-may-do-everything",
    breaks="the product's login may send every command, one that empties the cache too",
    fails=[CLUSTER],
    message=r"lets \w+ FLUSHALL, CONFIG GET, KEYS",
    touches=["redis:nodes", "redis:acl"],  # of every node
    hard=True,
)
def product_may_do_everything(deployment: Deployment) -> Iterator[None]:
    settings = deployment.settings.redis
    clients = [_client(deployment, node.port) for node in settings.nodes]
    try:
        for client in clients:
            client.execute_command("ACL", "SETUSER", settings.app_user, "+@all")
        yield
    finally:
        for client in clients:
            client.execute_command("ACL", "SETUSER", settings.app_user, "nocommands", *APP_RULES.split()[2:])
            client.close()
