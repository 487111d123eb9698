"""Judging plans, indexes and memory, with made-up ones."""

from __future__ import annotations

from dataclasses import replace

from fixtures.postgres.tuning import LiveIndex, Plan, Scan
from tests.judges.tuning import (
    doubled_indexes,
    invalid_indexes,
    memory_shares,
    scans_of_large_tables,
    unindexed_keys,
    unserved_tenant_filters,
    unused_indexes,
)

ORDERS = Scan("public", "orders")
PLAN = Plan("select 1", frozenset([ORDERS]), frozenset([ORDERS]))
KEY = ("public.orders", "orders_user_fkey", ("tenant", "user_id"))


def index(*columns: str, serves: bool = True, partial: bool = False, demanded: bool = False) -> LiveIndex:
    return LiveIndex("public.orders", "i", columns, serves, partial, "btree", demanded=demanded)


def test_only_large_tables_may_not_be_read_whole() -> None:
    sizes = {("public", "orders"): {"rows": 20.0}}
    assert scans_of_large_tables([PLAN], sizes, lambda rows: rows > 20) == []
    assert "all 20 rows of public.orders" in scans_of_large_tables([PLAN], sizes, lambda rows: rows > 19)[0]


def test_a_table_of_tenants_that_no_index_serves_is_told_once() -> None:
    assert len(unserved_tenant_filters([PLAN, PLAN], [ORDERS])) == 1
    assert unserved_tenant_filters([PLAN], [Scan("public", "others")]) == []


def test_a_key_is_served_by_a_whole_valid_index_that_leads_with_its_columns_in_any_order() -> None:
    assert unindexed_keys([KEY], [index("user_id", "tenant", "more")]) == []
    assert "no index leads" in unindexed_keys([KEY], [index("tenant")])[0]
    assert "no index leads" not in unindexed_keys([KEY], [index("tenant", "user_id", serves=False)])[0]
    assert unindexed_keys([KEY], [index("tenant", "user_id", partial=True)])


def test_invalid_and_doubled_indexes() -> None:
    assert invalid_indexes([index("a")]) == []
    assert len(invalid_indexes([index("a", serves=False)])) == 1
    assert len(doubled_indexes([index("a"), index("a")])) == 1
    assert len(doubled_indexes([index("a"), index("a", demanded=True)])) == 1
    assert doubled_indexes([index("a", demanded=True), index("a", demanded=True)]) == []
    assert doubled_indexes([index("a"), index("a", partial=True)]) == []
    assert doubled_indexes([index("a"), index("a", "b")]) == []
    assert doubled_indexes([index("a"), replace(index("a"), ordering="descending")]) == []


def test_unused_indexes() -> None:
    sizes = {("public", "orders"): {"rows": 20.0}}
    assert "was never read" in unused_indexes([index("a")], [KEY], sizes, lambda rows: rows > 10)[0]
    assert unused_indexes([index("a")], [KEY], sizes, lambda rows: rows > 20) == []
    needed = [replace(index("a"), scans=1), index("a", demanded=True), index("user_id", "tenant", "a")]
    assert unused_indexes(needed, [KEY], sizes, lambda rows: rows > 10) == []


def test_shares_of_memory() -> None:
    settings = {"shared_buffers": 25.0, "max_connections": 10.0, "work_mem": 5.0}
    assert memory_shares(settings, 100) == (25, 75)
