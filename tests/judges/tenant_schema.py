"""Says where a schema admits rows without a tenant, or across tenants. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from fixtures.tenancy.keys import Ties
from fixtures.tenancy.synthetic import Key


def nullable_columns(found: Sequence[Ties]) -> list[str]:
    """Return the columns that say whose a row is and admit nobody."""
    return [f"{t.table}.{column} admits NULL, so a row of nobody's" for t in found for column in t.nullable]


def without_tenant(found: Sequence[Ties]) -> list[str]:
    """Return the tables that have neither a tenant's column nor a parent, and are not declared as shared."""
    return [
        f"table {t.table} has no tenant and is not among shared_tables: give it one, or review and declare it"
        for t in found
        if not t.described.column and not t.described.link
    ]


def loose_ties(found: Sequence[Ties], unlinked: Collection[str]) -> list[str]:
    """Return what lets rows of one tenant refer to another's, or to a tenant that is none."""
    said = [
        f"{t.table}: {t.described.column or t.described.link} has no foreign key"
        for t in found
        if not t.linked and t.table not in unlinked and (t.described.column or t.described.link)
    ]
    return said + [
        f"{t.table}: key {key.name} on ({', '.join(key.columns)}) to {key.parent} leaves the tenant out"
        for t in found
        for key in t.loose
    ]


def telling_keys(found: Sequence[Ties], reviewed: Mapping[str, str]) -> list[str]:
    """Return the unique rules that tell one tenant what another has, but for reviewed ones."""
    return [
        f"{t.table}: {name} on ({', '.join(columns)}) is unique over all tenants, so that one learns what others have"
        for t in found
        for name, columns in t.global_keys
        if not any(f"{t.table}.{column}" in reviewed for column in columns)
    ]


def admitted_links(links: Sequence[tuple[Key, bool]]) -> list[str]:
    """Return the references to another tenant's row that the database took."""
    return [
        f"{key.table}: a row was admitted whose {', '.join(key.columns)} refers to another tenant's {key.parent} "
        f"({key.name})"
        for key, admitted in links
        if admitted
    ]


def refused_words(without: Mapping[str, str]) -> list[str]:
    """Return the tables in which a tenant was refused what another has: that tells it."""
    return [
        f"{table}: what another tenant has is refused ({why.removeprefix('taken: ')})"
        for table, why in without.items()
        if why.startswith("taken: ")
    ]
