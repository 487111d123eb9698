"""Judges what Redis nodes say of their replication. Pure: INFO as redis-py parses it in, sentences out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Info = Mapping[str, Any]


def online_replicas(info: Info) -> dict[str, dict[str, Any]]:
    """The replicas that a primary has in step: `slave0` to its `ip`, `port`, `state`, `offset`, `lag`."""
    found = {k: v for k, v in info.items() if k.startswith("slave") and k[5:].isdigit() and isinstance(v, dict)}
    return {name: replica for name, replica in found.items() if replica.get("state") == "online"}


def offset_behind(info: Info, replica: Mapping[str, Any]) -> int:
    """Bytes of the primary's stream that a replica has not acknowledged."""
    return int(info["master_repl_offset"]) - int(replica["offset"])


def node_problems(infos: Mapping[str, Info]) -> list[str]:
    """Return what is wrong between nodes: one primary, and every other linked to it."""
    primaries = [name for name, info in infos.items() if info.get("role") == "master"]
    found = []
    if infos and len(primaries) != 1:
        found.append(f"{len(primaries)} nodes say that they are the primary: {', '.join(primaries) or 'none'}")
    for name, info in infos.items():
        if info.get("role") != "master" and info.get("master_link_status") != "up":
            found.append(f"{name}: its link to the primary is {info.get('master_link_status')}")
    return found


def memory_percent(info: Info) -> float | None:
    """Used memory of the most that the node may take, else of the machine's; None where neither is told."""
    whole = int(info.get("maxmemory") or 0) or int(info.get("total_system_memory") or 0)
    return 100.0 * int(info["used_memory"]) / whole if whole else None
