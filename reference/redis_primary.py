"""Who is the Redis primary, and how the TLS endpoint learns it. The controller uses it, so it imports little."""

from __future__ import annotations

from pathlib import Path

import redis

HOST = "127.0.0.1"


def primary_port(sentinel_ports: list[int], password: str, primary_name: str) -> int:
    """The plain port of the current primary, by the first Sentinel that answers. Raises redis.ConnectionError."""
    problem: Exception = redis.ConnectionError("no Sentinel")
    for port in sentinel_ports:
        try:
            with redis.Redis(
                HOST, port, password=password, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
            ) as client:
                address = client.sentinel_get_master_addr_by_name(primary_name)
            if address:
                return int(address[1])
        except redis.RedisError as error:
            problem = error
    raise redis.ConnectionError(f"no Sentinel names a primary: {problem}")


def snapshot_file(folder: Path, account: str, name: str) -> Path:
    """What an account's snapshot of the cache holds, an RDB; absent while it is being taken."""
    return folder / "controller" / "cache-snapshots" / f"{account}-{name}.rdb"


def follow_file(folder: Path) -> Path:
    """The file whose one line, `127.0.0.1:PORT`, the TLS endpoint of the primary reads for each new connection."""
    return folder / "gateway" / "redis-primary"
