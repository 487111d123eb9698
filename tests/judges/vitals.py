"""Judges what a database server and a cache say of themselves. Pure: observations in, sentences out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MIB = 2**20


def replication_problems(replicas: Sequence[Mapping[str, Any]], wanted: int) -> list[str]:
    """Return what is wrong with the replicas that a primary sees, lag aside."""
    streaming = [r for r in replicas if r["state"] == "streaming"]
    found = [f"replica {r['name']} is in state {r['state']}, want streaming" for r in replicas if r not in streaming]
    if len(streaming) < wanted:
        found.append(
            f"{len(streaming)} of {wanted} replicas stream from the primary. Do they run, and may they log in?"
        )
    return found


def lag_seconds(replica: Mapping[str, Any]) -> float:
    """A replica that has replayed everything has no lag, however old the last measurement is."""
    return 0.0 if not replica["bytes"] else float(replica["seconds"])


def slot_problems(slots: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the slots that nobody reads: the log that they retain fills the disk."""
    found = [
        f"replication slot {s['name']} is read by nobody and retains {(s['bytes'] or 0) / MIB:.0f} MiB of log. "
        "Restart its reader or drop it"
        for s in slots
        if not s["active"]
    ]
    lost = [s for s in slots if s["active"] and s["wal_status"] in ("unreserved", "lost")]
    return found + [f"replication slot {s['name']} has lost log that its reader needs" for s in lost]


def same_version(number: int, shown: str) -> bool:
    """Whether `server_version_num` (180006) is the version that the provider shows (18.6, or 18)."""
    parts = [int(p) for p in shown.split("-")[0].split(".") if p.isdigit()][:2]
    return bool(parts) and [number // 10000, number % 10000][: len(parts)] == parts


def version_text(number: int) -> str:
    """`180006` as 18.6."""
    return f"{number // 10000}.{number % 10000}"


def percent_of(part: float, whole: float) -> float:
    """Part of whole in percent."""
    return 100.0 * part / whole
