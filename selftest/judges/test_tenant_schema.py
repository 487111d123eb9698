"""Judging how tables are tied to tenants, with made-up ones."""

from __future__ import annotations

from fixtures.tenancy.keys import ties
from fixtures.tenancy.synthetic import Column, Key, Shape
from fixtures.tenancy.tables import TenantTable
from tests.judges.tenant_schema import (
    admitted_links,
    loose_ties,
    nullable_columns,
    refused_words,
    telling_keys,
    without_tenant,
)

ORDERS, CLIENTS = TenantTable("orders", column="tenant_id"), TenantTable("clients", column="tenant_id")
TABLES = {"orders": ORDERS, "clients": CLIENTS}
TENANT = Key("orders_tenant", "orders", "tenants", ("tenant_id",), ("id",))
LOOSE = Key("orders_client", "orders", "clients", ("client_id",), ("id",))
WHOLE = Key("orders_client", "orders", "clients", ("tenant_id", "client_id"), ("tenant_id", "id"))


def shape(*keys: Key, needed: bool = True, unique: tuple[str, ...] = ()) -> Shape:
    columns = [Column("id", "uuid", "U", True, True), Column("tenant_id", "uuid", "U", needed, False)]
    return Shape(columns, ("id",), [("rule", unique)] if unique else [], list(keys))


def test_a_row_of_one_tenant_is_well() -> None:
    found = [ties(ORDERS, shape(TENANT, WHOLE, unique=("tenant_id", "number")), TABLES)]
    assert nullable_columns(found) + without_tenant(found) + loose_ties(found, []) + telling_keys(found, {}) == []


def test_nobody_and_no_tenant() -> None:
    assert nullable_columns([ties(ORDERS, shape(TENANT, needed=False), TABLES)])
    assert without_tenant([ties(TenantTable("notes"), shape(), TABLES)])


def test_keys_that_leave_the_tenant_out() -> None:
    (said,) = loose_ties([ties(ORDERS, shape(TENANT, LOOSE), TABLES)], [])
    assert "leaves the tenant out" in said
    assert "no foreign key" in loose_ties([ties(ORDERS, shape(), TABLES)], [])[0]
    assert loose_ties([ties(ORDERS, shape(), TABLES)], ["orders"]) == []


def test_what_tells_of_others() -> None:
    found = [ties(ORDERS, shape(TENANT, unique=("number",)), TABLES)]
    assert telling_keys(found, {})
    assert telling_keys(found, {"orders.number": "given by the bank"}) == []
    assert refused_words({"orders": "taken: rule", "audit": "the application may not insert"}) == [
        "orders: what another tenant has is refused (rule)"
    ]


def test_links_that_were_admitted() -> None:
    assert admitted_links([(WHOLE, False)]) == []
    assert "another tenant's clients" in admitted_links([(LOOSE, True)])[0]
