"""The door to Redis: a redis-py client that refuses, before it sends, what the running check may not do.

with connect("rediss://:password@host:6379/0", ca_file=...) as cache:
    cache.info("replication")
"""

from __future__ import annotations

from typing import Any, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from golive.guard import effect, rate
from golive.guard.calls import calls
from golive.guard.redis_commands import effect_of, words_of
from golive.redaction import redact_text
from golive.secrets import register_value
from golive.verdict import Refused, Unobservable

SERVICE = "redis"


class GuardedRedis(redis.Redis):
    """A client that asks the guard before each command, in pipelines too. Scripts count as writes."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command. Raises `Refused` besides what redis-py raises."""
        self.admit(args)
        return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> GuardedPipeline:
        """Return a pipeline that asks the guard when a command is put on it."""
        made = GuardedPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        made.guarded = self
        return made

    def monitor(self) -> Any:
        """Refuse: MONITOR slows the server and shows everybody's data. Raises `Refused`."""
        self.admit(("MONITOR",))
        return super().monitor()  # type: ignore[no-untyped-call]

    def admit(self, args: tuple[Any, ...], alone: bool = True) -> None:
        """Let a command pass when the running check may send it.

        Args:
            alone: whether it is sent by itself; those of a pipeline take one turn together.

        Raises:
            Refused: it may not; nothing has left.
        """
        words = words_of(args)
        shown = " ".join(words) if words[0] in _WITH_SUBCOMMANDS else words[0]
        try:
            effect.require(effect_of(args, self._flags_of), f"redis {shown}")
        except Refused:
            calls.count_refused(SERVICE, shown)
            raise
        if alone:
            rate.wait_for_turn(SERVICE)
        calls.count_sent(SERVICE, shown)

    def _flags_of(self, name: str) -> frozenset[str]:
        """Ask the server once for what it says about a command."""
        known: dict[str, frozenset[str]] = self.__dict__.setdefault("_flags", {})
        if name not in known:
            try:
                answer = super().execute_command("COMMAND INFO", name)  # type: ignore[no-untyped-call]
            except redis.ResponseError:  # an ACL that does not let the role ask
                return _COMMON_READS.get(name, frozenset())
            flags = answer[0][2] if answer and answer[0] else ()
            known[name] = frozenset(f.decode() if isinstance(f, bytes) else str(f) for f in flags)
        return known[name]


class GuardedPipeline(redis.client.Pipeline):
    """A pipeline that refuses a command when it is put on it."""

    guarded: GuardedRedis

    def immediate_execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command at once, while watching. Raises `Refused` besides what redis-py raises."""
        self.guarded.admit(args)
        return super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def pipeline_execute_command(self, *args: Any, **options: Any) -> Any:
        """Put a command on the pipeline. Raises `Refused`."""
        self.guarded.admit(args, alone=False)
        return super().pipeline_execute_command(*args, **options)

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """Send what is on the pipeline, at one turn."""
        rate.wait_for_turn(SERVICE)
        return super().execute(raise_on_error)


_WITH_SUBCOMMANDS = frozenset({"ACL", "CLIENT", "CLUSTER", "CONFIG", "SENTINEL", "SCRIPT", "FUNCTION", "SLOWLOG"})
_READ = frozenset({"readonly"})
_COMMON_READS = dict.fromkeys(
    (
        "GET", "MGET", "GETRANGE", "STRLEN", "EXISTS", "TTL", "PTTL", "EXPIRETIME", "TYPE", "OBJECT", "HGET", "HMGET",
        "HGETALL", "HLEN", "HEXISTS", "LLEN", "LRANGE", "LINDEX", "SCARD", "SISMEMBER", "SRANDMEMBER", "SSCAN", "ZCARD",
        "ZRANGE", "ZSCORE", "ZCOUNT", "ZSCAN", "SCAN", "HSCAN", "DBSIZE", "RANDOMKEY", "XLEN", "XRANGE", "MEMORY",
    ),
    _READ,
)  # fmt: skip
"""What is taken for a read where the role may not ask the server."""


def connect(
    url: str,
    *,
    ca_file: str | None = None,
    connect_timeout: float = 3,
    read_timeout: float = 10,
    raw: bool = False,
    **options: Any,
) -> GuardedRedis:
    """Open a guarded client and ping once.

    Args:
        url: `redis://` or `rediss://`; its password is registered with redaction.
        ca_file: certificates to trust for `rediss://` instead of the system's.
        connect_timeout, read_timeout: seconds.
        raw: let `redis.RedisError` come, for checks that look at how a connection is refused.
        options: more of redis-py, such as `decode_responses=True`.

    Raises:
        Unobservable: no connection, or it was refused. Not with `raw`.
    """
    register_value(url)
    settings: dict[str, Any] = {
        "socket_connect_timeout": connect_timeout,
        "socket_timeout": read_timeout,
        "client_name": "golive",
        "decode_responses": True,
        "retry": Retry(NoBackoff(), 1),
        "protocol": 2,
    }
    if url.startswith("rediss:"):
        settings |= {"ssl_ca_certs": ca_file, "ssl_cert_reqs": "required", "ssl_check_hostname": True}
    client = cast(GuardedRedis, GuardedRedis.from_url(url, **(settings | options)))
    try:
        client.ping()
    except redis.RedisError as error:
        if raw:
            raise
        place = url.rpartition("@")[2].removeprefix("rediss://").removeprefix("redis://")
        raise Unobservable(
            f"no connection to Redis at {place}: {redact_text(str(error))}", _remedy(error, "@" in url)
        ) from None
    return client


def _remedy(error: redis.RedisError, with_login: bool) -> str:
    """What to do when the first PING was not answered."""
    if isinstance(error, redis.AuthenticationError) or str(error).startswith(("NOAUTH", "WRONGPASS", "invalid user")):
        if with_login:
            return "The server refuses the user or password of the target's URL: correct the secret that it stands in"
        return "The server demands a password: put it into the target's URL, rediss://USER:PASSWORD@HOST:PORT/DB"
    if isinstance(error, redis.TimeoutError):
        return (
            "Something accepts connections there and says nothing: is it Redis, and does it speak TLS as the URL says?"
        )
    return "Check address, TLS and password in the target, and that the run's machine may connect"
