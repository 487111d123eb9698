"""Judging policies and relations, with made-up ones."""

from __future__ import annotations

import pytest

from fixtures.postgres.policies import ALL, INSERT, Context, Policy, binds
from fixtures.tenancy.relations import Relation
from tests.judges.row_security import relation_problems, role_problems, unreviewed

CONTEXT = Context(
    "app.tenant",
    {"orders": "tenant_id", "tenants": "id"},
    {"tenant": "select current_setting('app.tenant')::uuid", "other": "select now()"},
)
OWN = "(tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)"
EVERYTHING = frozenset(["SELECT", "INSERT", "UPDATE", "DELETE"])
EVERYBODY = frozenset(["public"])


@pytest.mark.parametrize(
    "condition",
    [
        OWN,
        "current_setting('app.tenant')::uuid = tenant_id",
        "(tenant_id)::text = current_setting('app.tenant', true)",
        f"{OWN} and deleted_at is null",
        f"deleted_at is null and ({OWN} and true)",
        f"({OWN}) or ({OWN} and x > 1)",
        "tenant_id = tenant()",
        "tenant_id = (select current_setting('app.tenant')::uuid)",
        "exists (select 1 from orders parent where parent.id = items.order_id and parent.tenant_id = tenant())",
        "order_id in (select id from orders where tenant_id = tenant())",
    ],
)
def test_conditions_that_bind(condition: str) -> None:
    assert binds(condition, "orders", CONTEXT)


@pytest.mark.parametrize(
    "condition",
    [
        None,
        "true",
        "tenant_id is not null",
        f"{OWN} or true",
        f"{OWN} or is_public",
        f"not ({OWN})",
        "tenant_id <> current_setting('app.tenant')::uuid",
        "tenant_id = coalesce(nullif(current_setting('app.tenant', true), '')::uuid, tenant_id)",
        "tenant_id = coalesce(current_setting('app.tenant', true), 'default')",
        "tenant_id = tenant_id",
        "tenant_id = current_setting('app.user')::uuid",
        "user_id = current_setting('app.tenant')::uuid",
        "tenant_id = other()",
        "exists (select 1 from orders parent where parent.tenant_id = tenant())",
        "exists (select 1 from orders parent where parent.id = items.order_id)",
        "exists (select 1 from tenants where id = tenant())",
        "this is no SQL",
    ],
)
def test_conditions_that_do_not_bind(condition: str | None) -> None:
    assert not binds(condition, "orders", CONTEXT)


def policy(command: str = ALL, using: str | None = OWN, check: str | None = None, permissive: bool = True) -> Policy:
    return Policy("p", command, permissive, EVERYBODY, using, check)


def table(*policies: Policy, enabled: bool = True, forced: bool = True, owner: str = "owner") -> Relation:
    return Relation("public", "orders", "table", owner, enabled, forced, "", "", EVERYTHING, policies)


def problems(relation: Relation) -> list[str]:
    return relation_problems(relation, "app", {"app", "public"}, CONTEXT)


def test_a_guarded_table_is_well() -> None:
    assert problems(table(policy())) == []


def test_row_security_off_and_not_forced_and_no_policy() -> None:
    assert "not enabled" in problems(table(policy(), enabled=False))[0]
    assert "not forced" in problems(table(policy(), forced=False))[0]
    assert len(problems(table())) == 4
    assert "as which the application" in problems(table(policy(), owner="app"))[0]


def test_one_good_policy_does_not_help_beside_one_that_admits_all() -> None:
    assert any("SELECT" in p for p in problems(table(policy(), policy(using="true"))))


def test_a_restrictive_policy_neither_helps_nor_harms() -> None:
    assert problems(table(policy(), policy(using="true", permissive=False))) == []
    assert problems(table(policy(permissive=False)))


def test_a_policy_for_insert_without_check_admits_any_row() -> None:
    assert any("WITH CHECK is missing" in p for p in problems(table(policy(), policy(INSERT, using=None))))


def test_views_show_what_their_owner_sees_unless_they_say_otherwise() -> None:
    def view(kind: str, options: str, *privileges: str) -> Relation:
        return Relation("public", "v", kind, "owner", False, False, options, "", frozenset(privileges))

    assert problems(view("view", "security_invoker=true", "SELECT")) == []
    assert problems(view("view", "", "SELECT"))
    assert problems(view("view", "")) == []
    assert problems(view("materialized view", "", "SELECT"))


def test_roles_and_functions() -> None:
    attributes = {"app": {"bypassrls": False}, "boss": {"superuser": True}}
    assert role_problems("app", [], attributes) == []
    assert "by way of boss" in role_problems("app", ["boss"], attributes)[0]
    assert unreviewed([("public", "find(text, uuid)")], ["find(text,uuid)"]) == []
    assert unreviewed([("public", "find(text)")], ["find(uuid)"])
