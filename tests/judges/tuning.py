"""Judges plans, indexes and memory settings. Pure: observations in, sentences out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from fixtures.postgres.tuning import LiveIndex, Plan, Scan

PERCENT = 100.0


def scans_of_large_tables(
    plans: Sequence[Plan], sizes: Mapping[tuple[str, str], Mapping[str, Any]], large: Callable[[float], bool]
) -> list[str]:
    """Return a sentence on each statement that reads all of a large table."""
    found = []
    for plan in plans:
        for scan in sorted(plan.scans, key=str):
            rows = sizes.get((scan.schema, scan.table), {}).get("rows", 0)
            if large(rows):
                found.append(f"all {rows:.0f} rows of {scan.schema}.{scan.table} are read by: {_short(plan.statement)}")
    return found


def unserved_tenant_filters(plans: Sequence[Plan], tenant_tables: Collection[Scan]) -> list[str]:
    """Return a sentence on each table of tenants of which a statement reads every tenant's rows, small as it may be.

    Every statement has the tenant's condition from row security, so that an index that leads with it serves.
    """
    worst: dict[Scan, str] = {}
    for plan in plans:
        for scan in plan.unavoidable & frozenset(tenant_tables):
            worst.setdefault(scan, plan.statement)
    return [
        f"no index serves the tenant's condition on {scan.schema}.{scan.table}, as the application runs it: "
        f"{_short(text)}"
        for scan, text in sorted(worst.items(), key=lambda item: str(item[0]))
    ]


def unindexed_keys(keys: Sequence[tuple[str, str, tuple[str, ...]]], indexes: Sequence[LiveIndex]) -> list[str]:
    """Return the foreign keys whose columns no whole, valid index leads with, in any order."""
    found = []
    for table, name, columns in keys:
        leading = [
            i for i in indexes
            if i.table == table and i.method in ("btree", "hash") and set(i.columns[: len(columns)]) == set(columns)
        ]  # fmt: skip
        if any(i.serves and not i.partial for i in leading):
            continue
        broken = [i.name for i in leading if not i.serves]
        why = f"its index {broken[0]} is INVALID" if broken else "no index leads with it"
        found.append(f"foreign key {name} of {table} on {', '.join(columns)}: {why}")
    return found


def invalid_indexes(indexes: Sequence[LiveIndex]) -> list[str]:
    """Return the indexes that the planner leaves alone, as their building failed."""
    return [f"index {i.name} on {i.table} is INVALID: REINDEX INDEX CONCURRENTLY it" for i in indexes if not i.serves]


def doubled_indexes(indexes: Sequence[LiveIndex]) -> list[str]:
    """Return the whole indexes of columns that another index of the table has in the same order.

    One that keeps values unique is none of them: the other is.
    """
    seen: dict[tuple[str, ...], str] = {}
    found = []
    for index in sorted(indexes, key=lambda i: (not i.demanded, i.name)):
        key = (index.table, index.method, index.ordering, *index.columns)
        if index.partial or "" in index.columns or not index.serves:
            continue
        if key in seen and not index.demanded:
            found.append(f"index {index.name} on {index.table} has the columns of {seen[key]}: writes pay for both")
        seen.setdefault(key, index.name)
    return found


def unused_indexes(
    indexes: Sequence[LiveIndex],
    keys: Sequence[tuple[str, str, tuple[str, ...]]],
    sizes: Mapping[tuple[str, str], Mapping[str, Any]],
    large: Callable[[float], bool],
) -> list[str]:
    """Return the indexes of large tables that nobody reads by and that no constraint needs."""
    serving = {(table, frozenset(columns)) for table, _, columns in keys}
    rows = {f"{schema}.{table}": known.get("rows", 0) for (schema, table), known in sizes.items()}
    return [
        f"index {i.name} on {i.table} was never read"
        for i in indexes
        if not i.scans and not i.demanded and large(rows.get(i.table, 0))
        and not any((i.table, frozenset(i.columns[:n])) in serving for n in range(1, len(i.columns) + 1))
    ]  # fmt: skip


def memory_shares(settings: Mapping[str, float], memory: float) -> tuple[float, float]:
    """Return the shared buffers, and all that is promised (every connection sorting once), in percent of memory."""
    buffers = settings["shared_buffers"]
    promised = buffers + settings["max_connections"] * settings["work_mem"]
    return PERCENT * buffers / memory, PERCENT * promised / memory


def _short(text: str) -> str:
    return " ".join(text.split())[:140]
