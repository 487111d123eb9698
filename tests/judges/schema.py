"""Says in what a database's schema differs from the one that its migrations make. Pure: two schemas in, words out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fixtures.source.definitions import same_index
from fixtures.source.model import Constraint, Index, Schema, Table

Elsewhere = Callable[[str], list[str]]


def table_differences(expected: Schema, live: Schema, elsewhere: Elsewhere, owner: str = "") -> list[str]:
    """Return what is missing or different of the expected tables; more tables and columns are no difference here.

    Args:
        elsewhere: the other schemas that hold a relation of a name.
        owner: the role that must own every table; empty: whoever.
    """
    found: list[str] = []
    for table in expected.tables.values():
        there = live.tables.get(table.name)
        if there is None:
            others = elsewhere(table.name)
            where = f", but schema {', '.join(others)} has one of this name" if others else ""
            found.append(f"table {table.name} does not exist{where}")
        elif there.kind not in ("table", "partitioned table"):
            found.append(f"table {table.name} is a {there.kind}")
        else:
            found += _columns(table, there)
            found += _constraints(table, there)
            if owner and there.owner != owner:
                found.append(f"table {table.name} belongs to {there.owner}, want {owner}")
    for view in sorted(expected.views):
        if view not in live.tables or "view" not in live.tables[view].kind:
            found.append(f"view {view} does not exist")
    return found


def _columns(expected: Table, live: Table) -> Iterator[str]:
    for column in expected.columns.values():
        there = live.columns.get(column.name)
        at = f"column {expected.name}.{column.name}"
        if there is None:
            yield f"{at} does not exist"
            continue
        if there.type != column.type:
            yield f"{at} has type {there.type}, the migrations make {column.type}"
        if there.not_null != column.not_null:
            yield f"{at} {'refuses' if there.not_null else 'admits'} NULL, the migrations make it otherwise"
        if there.default != column.default:
            yield f"{at} has {'a' if there.default else 'no'} default, the migrations make it otherwise"


def _constraints(expected: Table, live: Table) -> Iterator[str]:
    for rule in expected.constraints:
        same = [c for c in live.constraints if _means(c) == _means(rule)]
        at = f"{expected.name}: {rule}"
        if not same:
            namesake = any(c.name == rule.name for c in live.constraints)
            yield f"{at} {'is there but says something else' if namesake else 'does not exist'}"
        elif not any(c.validated for c in same):
            yield f"{at} is NOT VALID: rows from before it were never checked. Run VALIDATE CONSTRAINT"
        elif not any(c.enforced for c in same):
            yield f"{at} is NOT ENFORCED"


def _means(rule: Constraint) -> tuple[object, ...]:
    return (rule.kind, rule.columns, rule.meaning, rule.refers_to, rule.refers_columns)


def additions(expected: Schema, live: Schema) -> list[str]:
    """Return tables, columns and indexes that no migration makes."""
    found = [f"{t.kind} {t.name} is in no migration" for t in live.tables.values() if not _known(t.name, expected)]
    for table in expected.tables.values():
        more = sorted(set(live.tables[table.name].columns) - set(table.columns)) if table.name in live.tables else []
        found += [f"column {table.name}.{name} is in no migration" for name in more]
    stray = [i for i in live.indexes.values() if not i.constraint and i.name not in expected.indexes]
    return found + [f"index {i.name} on {i.table} is in no migration" for i in stray]


def _known(name: str, expected: Schema) -> bool:
    return name in expected.tables or name in expected.views


@dataclass(frozen=True)
class IndexProblems:
    """Sentences, by what is wrong."""

    missing: list[str]
    invalid: list[str]


def index_problems(expected: Schema, live: Schema) -> IndexProblems:
    """Compare the indexes, those behind constraints too. A namesake that is defined otherwise counts as missing."""
    missing: list[str] = []
    for wanted in expected.indexes.values():
        there = live.indexes.get(wanted.name)
        if there is None:
            missing.append(f"index {wanted.name} on {wanted.table} does not exist")
        elif not same_index(wanted, there):
            missing.append(f"index {wanted.name} on {there.table} is there but is not what the migrations make")
    tables = {t for t in expected.tables if t in live.tables}
    broken = [i for i in live.indexes.values() if i.table in tables and not (i.valid and i.ready)]
    return IndexProblems(missing, [f"index {i.name} on {i.table} is {_state(i)}" for i in broken])


def _state(index: Index) -> str:
    return "INVALID: its building failed. REINDEX INDEX CONCURRENTLY it" if not index.valid else "not ready"


def vector_index_problem(live: Schema, table: str, column: str, operator_class: str) -> str | None:
    """Say what keeps a vector column's searches from an index; None when one serves them."""
    on_column = [
        i for i in live.indexes.values() if i.table == table and i.elements and i.elements[0].what == ("column", column)
    ]
    serving = [i for i in on_column if operator_class in i.operator_classes]
    if any(i.valid and i.ready for i in serving):
        return None
    if serving:
        return f"index {serving[0].name} on {table}.{column} is {_state(serving[0])}"
    if on_column:
        shown = ", ".join(f"{i.name} ({'/'.join(i.operator_classes)})" for i in on_column)
        return f"{table}.{column} is searched by {operator_class}, but its index is for something else: {shown}"
    return f"{table}.{column} has no index"


def row_security_differences(expected: Schema, live: Schema, shared: list[str]) -> list[str]:
    """Return the tables that hold rows of owners and do not guard them, and missing policies that migrations name."""
    found: list[str] = []
    for name, table in expected.tables.items():
        there = live.tables.get(name)
        if there is None:
            continue
        lost = sorted(table.policies - there.policies)
        found += [f"policy {policy} of table {name} does not exist" for policy in lost]
        if name in shared:
            continue
        if not there.row_security or not there.forced:
            word = "enabled" if not there.row_security else "forced"
            found.append(f"row level security of table {name} is not {word}")
        if not there.policies:
            found.append(f"table {name} has no policy")
    return found


def unresolved(names: Mapping[str, str | None], schema: str) -> list[str]:
    """Return the tables that the application's role does not find by their bare name in the product's schema.

    Args:
        names: table to the schema in which its name is found; None: nowhere.
    """
    return [
        f"the application finds table {name} {_place(where)}, want it in schema {schema}"
        for name, where in names.items()
        if where != schema
    ]


def _place(schema: str | None) -> str:
    return f"in schema {schema}" if schema else "nowhere on its search_path"
