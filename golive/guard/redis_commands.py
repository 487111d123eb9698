"""Says what a Redis command does: reads, writes or disrupts.

The server itself flags the commands that only read (`COMMAND INFO`); to these come administrative commands that only
look. Left out of both are commands that read but stop others from being served, and scripts, whatever they promise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from golive.guard.effect import Effect

_LOOKS: dict[str, frozenset[str] | None] = {
    "ACL": frozenset({"WHOAMI", "LIST", "GETUSER", "USERS", "CAT", "DRYRUN"}),
    "AUTH": None,
    "CLIENT": frozenset({"LIST", "ID", "INFO", "GETNAME", "SETNAME", "SETINFO", "TRACKINGINFO", "GETREDIR"}),
    "CLUSTER": frozenset(
        {"INFO", "NODES", "SLOTS", "SHARDS", "MYID", "KEYSLOT", "COUNTKEYSINSLOT", "LINKS", "REPLICAS"}
    ),
    "COMMAND": None,
    "CONFIG": frozenset({"GET"}),
    "DISCARD": None,
    "ECHO": None,
    "EXEC": None,
    "FUNCTION": frozenset({"LIST", "STATS"}),
    "HELLO": None,
    "INFO": None,
    "LASTSAVE": None,
    "LATENCY": frozenset({"LATEST", "HISTORY", "DOCTOR", "HISTOGRAM", "GRAPH"}),
    "MEMORY": frozenset({"USAGE", "STATS", "DOCTOR"}),
    "MODULE": frozenset({"LIST"}),
    "MULTI": None,
    "OBJECT": frozenset({"ENCODING", "FREQ", "IDLETIME", "REFCOUNT"}),
    "PING": None,
    "PUBSUB": None,
    "QUIT": None,
    "READONLY": None,
    "READWRITE": None,
    "ROLE": None,
    "SCRIPT": frozenset({"EXISTS"}),
    "SELECT": None,
    "SENTINEL": frozenset(
        {
            "MASTERS", "PRIMARIES", "MASTER", "PRIMARY", "REPLICAS", "SLAVES", "SENTINELS", "CKQUORUM", "MYID",
            "GET-MASTER-ADDR-BY-NAME", "GET-PRIMARY-ADDR-BY-NAME", "INFO-CACHE",
        }
    ),
    "SLOWLOG": frozenset({"GET", "LEN"}),
    "TIME": None,
    "UNWATCH": None,
    "WATCH": None,
    "XINFO": None,
}  # fmt: skip
"""Commands that only look: with these subcommands, or (None) altogether."""

_NEVER_A_READ = frozenset(
    {"KEYS", "MONITOR", "DEBUG", "EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO", "SORT_RO", "TOUCH"}
)
"""Flagged as reading, or not, these keep the server from serving others, run scripts, or change what is evicted."""

_DISRUPTS = frozenset(
    {
        "KEYS", "MONITOR", "DEBUG", "SHUTDOWN", "FLUSHALL", "FLUSHDB", "FAILOVER", "REPLICAOF", "SLAVEOF", "SWAPDB",
        "SAVE", "BGSAVE", "BGREWRITEAOF", "SENTINEL", "CONFIG", "CLUSTER", "ACL", "MODULE", "SCRIPT", "SLOWLOG",
        "LATENCY", "PSYNC", "SYNC", "RESET",
    }
)  # fmt: skip
"""Commands that, when they do not look, stop or change the server for all."""

_DISRUPTING_CLIENT = frozenset({"KILL", "PAUSE", "UNBLOCK", "NO-EVICT"})


def words_of(args: Sequence[object]) -> list[str]:
    """Return the command's name and subcommand, in capitals, however they were passed (`"CONFIG GET"` or apart)."""
    words: list[str] = []
    for arg in args[:2]:
        text = arg.decode("utf-8", "replace") if isinstance(arg, (bytes, bytearray)) else str(arg)
        words += text.upper().split() or [""]
    return words[:2]


def effect_of(args: Sequence[object], flags_of: Callable[[str], frozenset[str]]) -> Effect:
    """Return the least effect that covers a command.

    Args:
        args: as given to redis-py's `execute_command`.
        flags_of: tells the flags that the server gives a command; empty when it does not know it or does not say.
    """
    name, sub = (*words_of(args), "", "")[:2]
    if name in _LOOKS and ((allowed := _LOOKS[name]) is None or sub in allowed):
        return Effect.READS
    if name in _DISRUPTS or (name == "CLIENT" and sub in _DISRUPTING_CLIENT):
        return Effect.DISRUPTS
    if name in _LOOKS or name in _NEVER_A_READ:
        return Effect.WRITES
    return Effect.READS if "readonly" in flags_of(name) else Effect.WRITES
