"""Judges what Sentinels say and how nodes persist. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fixtures.redis.cluster import SLOTS, Member
from fixtures.redis.replication import SentinelView
from golive.catalogue import Line


def sentinel_problems(line: Line, views: Sequence[SentinelView], away: frozenset[str]) -> list[str | None]:
    """What is wrong between Sentinels. `away`: addresses of theirs at which nothing answers."""
    found: list[str | None] = [f"{view.name}: does not answer: {view.problem}" for view in views if view.problem]
    asked = [view for view in views if not view.problem]
    named = [view.primary for view in asked]
    agreed = max(set(named), key=named.count) if named else ""
    agreeing = [view for view in asked if view.primary == agreed and agreed]
    words = "; ".join(f"{view.name} names {view.primary or 'nobody'}" for view in asked)
    found.append(line.limit("agreeing_sentinels").problem(len(agreeing), of="Sentinels that agree", hint=words))
    for view in asked:
        found.append(line.limit("quorum").problem(view.quorum, of=view.name))
        if view.others != len(views) - 1:
            found.append(f"{view.name}: knows {view.others} other Sentinels, want {len(views) - 1}")
        if not view.can_fail_over:
            found.append(f"{view.name}: could bring no failover about: {view.objection}")
        if view.primary in away:
            found.append(f"{view.name}: sends clients to {view.primary}, where nothing answers")
    return found


def cluster_problems(line: Line, views: Mapping[str, Sequence[Member]]) -> list[str | None]:
    """What is wrong between the nodes of a Redis Cluster. `views`: node to the nodes that it knows, none: no answer."""
    found: list[str | None] = [
        f"{name}: does not say which nodes there are" for name, view in views.items() if not view
    ]
    told = {name: {(m.id, m.primary, m.slots) for m in view} for name, view in views.items() if view}
    if len(set(map(frozenset, told.values()))) > 1:
        found.append(f"{', '.join(told)}: do not agree on who has which slots")
    for name, view in list(views.items())[:1]:
        served = sum(len(slots) for m in view if m.well for slots in m.slots)
        if served != SLOTS:
            found.append(f"{name}: {served} of {SLOTS} slots are on a primary that is well")
        for primary in (m for m in view if m.slots):
            copies = [m for m in view if m.primary == primary.id and m.well]
            found.append(line.limit("replicas").problem(len(copies), of=f"{primary}, replicas of it"))
    away = sorted({str(m) for view in views.values() for m in view if not m.well})
    return [*found, *(f"{member}: not every node reaches it" for member in away)]


def persistence_problems(name: str, info: Mapping[str, Any], save: str | None) -> list[str]:
    """What is wrong with how one node keeps its data. `save`: CONFIG GET save, None where it may not be asked."""
    found = []
    if save == "" and not int(info.get("aof_enabled", 0)):
        found.append(f"{name}: saves nothing by itself: no save points (save '') and no append-only file")
    if info.get("rdb_last_bgsave_status") != "ok":
        found.append(f"{name}: its last save ended with {info.get('rdb_last_bgsave_status')}; is its disk full?")
    if int(info.get("aof_enabled", 0)) and info.get("aof_last_write_status") != "ok":
        found.append(f"{name}: its last write to the append-only file ended with {info.get('aof_last_write_status')}")
    if int(info.get("aof_enabled", 0)) and info.get("aof_last_bgrewrite_status", "ok") != "ok":
        found.append(f"{name}: its append-only file could not be rewritten")
    if int(info.get("loading", 0)):
        found.append(f"{name}: is still loading its data")
    return found
