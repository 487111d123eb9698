"""What the catalogue says of every relation and function by which rows could reach the application."""

from __future__ import annotations

from dataclasses import dataclass

from fixtures.postgres import Database
from fixtures.postgres.policies import Context
from fixtures.postgres.roles import Roles
from fixtures.tenancy.relations import Relation, definer_functions, function_sources, relations
from fixtures.tenancy.tables import tenant_tables
from golive.observation import observed
from golive.target.stores import Postgres
from tests.judges import row_security as judge


@dataclass(frozen=True)
class Guarded:
    """The relations that must be guarded, and what is wrong with each of them and with functions, by name."""

    relations: list[Relation]
    problems: dict[str, list[str]]

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Those of which something is."""
        return {name: sentences for name, sentences in self.problems.items() if sentences}


def guarded(database: Database, settings: Postgres, role: str) -> Guarded:
    """Judge how rows are kept from `role`, the application's. Raises as `relations`, `tenant_tables`."""
    columns = {t.name: t.column for t in tenant_tables(database, settings) if t.column}
    found = relations(database, role)
    mine = [r for r in found if not (r.schema == database.schema and r.name in settings.shared_tables)]
    context = Context(settings.tenant_setting or "", columns, function_sources(database), settings.tenant_column or "")
    roles = {role, "public", *Roles(database).reached_by(role)}
    problems: dict[str, list[str]] = {
        str(r): judge.relation_problems(r, role, roles, context, settings.common_rows) for r in mine
    }
    functions = judge.unreviewed(definer_functions(database, role), settings.reviewed_functions)
    problems |= {sentence: [sentence] for sentence in functions}
    observed(database, "relations and functions judged", len(problems), source="SQL pg_class, pg_proc", unit="count")
    return Guarded(mine, problems)
