"""Says which relations let rows of other tenants through, by what the catalogue says. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from fixtures.postgres.policies import COMMANDS, DELETE, INSERT, SELECT, UPDATE, Context, Policy, binds
from fixtures.tenancy.relations import Relation

_SHOWN = 140


def relation_problems(
    relation: Relation, role: str, roles: Collection[str], context: Context, common: Collection[str] = ()
) -> list[str]:
    """Return what is wrong with how a relation is guarded; empty when it is.

    Args:
        role: the application's.
        roles: those whose policies apply to it: itself, those that it is a member of, `public`.
        common: tables in which rows without an owner may be read by everybody.
    """
    if not relation.is_table:
        return [problem] if (problem := _without_row_security(relation)) else []
    found = []
    if not relation.enabled:
        found.append(f"{relation}: row level security is not enabled")
    if not relation.forced:
        found.append(f"{relation}: row level security is not forced, so that its owner {relation.owner} is past it")
    if relation.owner in roles:
        found.append(f"{relation}: belongs to {relation.owner}, as which the application ({role}) acts")
    if relation.enabled:
        found += _policy_problems(relation, roles, context, relation.name in common)
    return found


def _without_row_security(relation: Relation) -> str | None:
    """Say what is wrong with a view or what else can have no policies."""
    if not relation.privileges:
        return None
    if relation.kind == "view":
        if "security_invoker=true" in relation.options or "security_invoker=on" in relation.options:
            return None
        return f"{relation}: shows what its owner {relation.owner} sees; set security_invoker"
    return f"{relation}: the application may read it, and it can have no row security"


def _policy_problems(
    relation: Relation, roles: Collection[str], context: Context, common: bool = False
) -> Iterator[str]:
    mine = [p for p in relation.policies if p.permissive and p.roles & set(roles)]
    for command, word in COMMANDS.items():
        if word not in relation.privileges:
            continue
        concerned = [p for p in mine if p.concerns(command)]
        if not concerned:
            yield f"{relation}: has no policy for {word}"
        if common and command == SELECT:
            concerned = [p for p in concerned if not _of_nobody(p.using, context.columns.get(relation.name, ""))]
        for policy in concerned:
            for part, condition in _conditions(policy, command):
                if not binds(condition, relation.name, context):
                    shown = " ".join(condition.split())[:_SHOWN] if condition is not None else "is missing"
                    yield f"{relation}: policy {policy.name} does not bind {word} to the tenant: {part} {shown}"


def _of_nobody(condition: str | None, column: str) -> bool:
    """Whether a condition admits the rows without an owner and no others."""
    bare = re.sub(r"[()\s]+", " ", condition or "").strip().lower()
    return bool(column) and bare == f"{column.lower()} is null"


def _conditions(policy: Policy, command: str) -> Iterator[tuple[str, str | None]]:
    if command in (SELECT, UPDATE, DELETE):
        yield "USING", policy.reading()
    if command in (INSERT, UPDATE):
        yield "WITH CHECK", policy.writing()


def role_problems(role: str, reached: Collection[str], attributes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what lifts a role over row security, itself or by a role that it can become."""
    return [
        f"the application's role {role} has {flag.upper()}" + ("" if name == role else f", by way of {name}")
        for name in (role, *sorted(reached))
        for flag in ("superuser", "bypassrls")
        if attributes.get(name, {}).get(flag)
    ]


def unreviewed(functions: Sequence[tuple[str, str]], reviewed: Collection[str]) -> list[str]:
    """Return the functions with their owner's rights that nobody has reviewed."""
    known = {"".join(name.split()) for name in reviewed}
    return [
        f"function {schema}.{name} runs with its owner's rights, and is not among reviewed_functions"
        for schema, name in functions
        if "".join(name.split()) not in known
    ]
