"""Judges whether Redis data is saved and can be loaded again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fixtures.redis.snapshot import RestoreFacts
from golive.catalogue import Line
from tests.judges.redis_cluster import persistence_problems


@dataclass(frozen=True)
class Saving:
    """How one node keeps its data. `save`: its save points, None where it may not be asked."""

    name: str
    info: Mapping[str, Any]
    save: str | None

    @property
    def in_step(self) -> bool:
        """Whether what it saves is what the primary holds."""
        if self.info.get("role") == "master":
            return True
        return self.info.get("master_link_status") == "up" and not int(self.info.get("master_sync_in_progress", 0))

    @property
    def saves(self) -> bool:
        """Whether it saves by itself, and its last save was well."""
        by_itself = bool(self.save) or self.save is None or bool(int(self.info.get("aof_enabled", 0)))
        return by_itself and not persistence_problems(self.name, self.info, self.save)

    def age_hours(self, now: datetime) -> float:
        """Since its newest save; an append-only file is as new as the last write."""
        if int(self.info.get("aof_enabled", 0)) and self.info.get("aof_last_write_status") == "ok":
            return 0.0
        return (now.timestamp() - float(self.info.get("rdb_last_save_time", 0))) / 3600


def saving_problems(line: Line, nodes: Sequence[Saving], now: datetime) -> list[str | None]:
    """What is wrong with how the nodes save."""
    found: list[str | None] = []
    for node in nodes:
        # What saves nothing is no fault of one node as long as another in step does; a save that failed is.
        found += [p for p in persistence_problems(node.name, node.info, node.save) if "saves nothing" not in p]
    sound = [node for node in nodes if node.in_step and node.saves]
    if not sound:
        why = {True: "saves nothing by itself, or its last save failed", False: "is not in step"}
        words = "; ".join(f"{node.name} {why[node.in_step]}" for node in nodes)
        found.append(f"no node that is in step with the primary saves its data: {words}")
    else:
        newest = min(sound, key=lambda node: node.age_hours(now))
        found.append(
            line.limit("newest_save_age").problem(newest.age_hours(now), of=f"the newest save, of {newest.name}")
        )
    return found


def restore_problems(line: Line, facts: RestoreFacts, now: datetime) -> list[str | None]:
    """What is wrong with the newest snapshot and what was loaded from it."""
    age = (now - facts.created).total_seconds() / 3600
    found = [line.limit("newest_save_age").problem(age, of=f"snapshot {facts.snapshot}")]
    if facts.problem:
        found.append(f"snapshot {facts.snapshot} ({facts.size_bytes} bytes) can't be loaded: {facts.problem}")
    elif not facts.marker_live:
        found.append(f"{facts.marker}, by which a backup is known, is not in the live Redis")
    elif not facts.marker_restored:
        found.append(f"snapshot {facts.snapshot} was loaded with {facts.keys} keys and without {facts.marker}")
    elif not facts.marker_same:
        found.append(f"snapshot {facts.snapshot} holds another {facts.marker} than the live Redis: is it of this one?")
    return found
