"""Judges whether tenants have, and are shown, what they had before: counts and digests in, words out. Pure."""

from __future__ import annotations

from collections.abc import Mapping

Counts = Mapping[str, Mapping[str, int]]


def missing(before: Counts, now: Counts, deleted: Counts) -> dict[str, list[str]]:
    """Return, by tenant, what it had and has not any more; what the audit trail says was deleted does not count."""
    found: dict[str, list[str]] = {}
    for tenant, tables in before.items():
        if tenant not in now:
            found.setdefault(tenant, []).append("is not among the active tenants any more")
            continue
        for table, had in tables.items():
            gone = had - now[tenant].get(table, 0) - deleted.get(tenant, {}).get(table, 0)
            if gone > 0:
                found.setdefault(tenant, []).append(f"has {gone} rows less in {table} than the {had} before")
    return found


def rows_gone(before: Counts, now: Counts, deleted: Counts) -> int:
    """Return how many rows are missing, over all tenants."""
    return sum(
        max(had - now.get(tenant, {}).get(table, 0) - deleted.get(tenant, {}).get(table, 0), 0)
        for tenant, tables in before.items()
        for table, had in tables.items()
    )


def hidden(now: Counts, shown: Counts) -> dict[str, list[str]]:
    """Return, by tenant, the tables of which it is shown less, or more, than it has."""
    found: dict[str, list[str]] = {}
    for tenant, tables in now.items():
        for table in sorted({*tables, *shown.get(tenant, {})}):
            has, sees = tables.get(table, 0), shown.get(tenant, {}).get(table, 0)
            if has != sees:
                found.setdefault(tenant, []).append(f"is shown {sees} of its {has} rows in {table}")
    return found


def altered(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[int, int]:
    """Return how many sampled rows are gone, and how many hold something else."""
    return sum(i not in now for i in before), sum(i in now and now[i] != digest for i, digest in before.items())
