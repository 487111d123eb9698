"""The database is exactly at the release's migration, with its seeds and no demo accounts."""

from __future__ import annotations

import pytest
from psycopg import sql

from fixtures.api import ApiClient
from fixtures.api.strangers import Strangers
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.postgres.schema import LiveSchema
from fixtures.source import Migrations
from fixtures.source.revisions import heads
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.stores import SeedRows
from golive.verdict import NotConfigured, Unobservable
from tests.judges.schema import additions, index_problems, row_security_differences, table_differences
from tests.judges.seeds import seed_differences

WELL_KNOWN = ("{name}", "password")
"""Passwords that demo accounts come with; `{name}` is the account's own name (admin/admin)."""


@verifies("SEI-2.1.1.2.2")
@pytest.mark.smoke
def test_database_is_at_the_release_with_its_seeds(
    line: Line, target: ProductTarget, database: Database, migrations: Migrations, api: ApiClient
) -> None:
    assert target.postgres
    released = _released(target, migrations, line)
    revision, schema = (
        _revision_differences(target, database, released),
        _schema_differences(target, database, migrations),
    )
    seeds = [
        s for manifest in target.postgres.seeds.values() for s in seed_differences(manifest, _rows(database, manifest))
    ]
    if not target.postgres.seeds:
        raise NotConfigured(f"the target has no {line.product}.postgres.seeds", "Say which rows every deployment holds")
    admitted = _admitted(target, api)
    conclude(
        [
            line.limit("heads").problem(len(released), of=migrations, hint=f"They are {', '.join(released)}"),
            line.limit("revision_differences").problem(len(revision) + len(schema), of=database),
            *revision,
            *schema,
            line.limit("seed_differences").problem(len(seeds), of=database),
            *seeds,
            line.limit("demo_credentials").problem(len(admitted), of=api),
            *(f"the demo account {email} signs in with a well-known password. Delete it" for email in admitted),
        ]
    )


def _released(target: ProductTarget, migrations: Migrations, line: Line) -> list[str]:
    """The heads of the deployed commit."""
    settings, source = target.postgres, configured(target.source, f"{line.product}.source")
    assert settings
    if not settings.version_table:
        raise NotConfigured(
            f"the target has no {line.product}.postgres.version_table", "Name the migrations' own table"
        )
    found = heads(migrations, source, settings.version_table, settings.version_column)
    if not found and settings.head:
        return [settings.head]
    if not found:
        raise Unobservable(f"{migrations} don't say their own revision", "Set postgres.head in the target")
    return found


def _revision_differences(target: ProductTarget, database: Database, released: list[str]) -> list[str]:
    settings = target.postgres
    assert settings
    assert settings.version_table
    query = sql.SQL("select {} as revision from {}").format(
        sql.Identifier(settings.version_column), sql.Identifier(settings.database_schema, settings.version_table)
    )
    live = sorted(str(r["revision"]) for r in database.rows(query.as_string(), name=settings.version_table))
    found = []
    if live != released:
        found.append(
            f"{settings.version_table} holds {', '.join(live) or 'nothing'}, the release has {', '.join(released)}"
        )
    if settings.head and released != [settings.head]:
        found.append(f"the migrations end with {', '.join(released)}, the target says {settings.head}")
    return found


def _schema_differences(target: ProductTarget, database: Database, migrations: Migrations) -> list[str]:
    """What the database is not, though its revision may say so: it may have been stamped."""
    assert target.postgres
    live = LiveSchema(database)
    there, expected = live.read(), migrations.schema
    found = table_differences(expected, there, live.elsewhere, target.postgres.owner_role) + additions(expected, there)
    indexes = index_problems(expected, there)
    found += indexes.missing + indexes.invalid
    if target.postgres.tenant_setting:
        found += row_security_differences(expected, there, target.postgres.shared_tables)
    return observed(live, "differences", found, source="migrations and SQL")


def _rows(database: Database, seeds: SeedRows) -> list[dict[str, object]]:
    names = dict.fromkeys([seeds.name, *seeds.not_empty, *(c for values in seeds.rows.values() for c in values)])
    query = sql.SQL("select {} from {} where ").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(database.schema, seeds.table)
    )
    return database.rows(query.as_string() + seeds.where, name=f"seeds in {seeds.table}")


def _admitted(target: ProductTarget, api: ApiClient) -> list[str]:
    """The demo accounts that let somebody in. That signing in works at all is seen first."""
    assert target.postgres
    if not target.postgres.demo_logins:
        raise NotConfigured("the target names no demo_logins", "Name the accounts that installations start with")
    api.sign_in()
    guesses = [
        (email, word.format(name=email.partition("@")[0]))
        for email in target.postgres.demo_logins
        for word in WELL_KNOWN
    ]
    strangers = Strangers(api, target)
    answers = each(lambda guess: strangers.try_(*guess), guesses, workers=4)
    strange = [str(a) for a in answers if a.status not in (200, 201, 400, 401, 403, 404, 422)]
    if strange:
        raise Unobservable(f"signing in as a demo account: {strange[0]}", "Wait until sign-in admits attempts again")
    return sorted({email for (email, _), answer in zip(guesses, answers, strict=True) if answer.status in (200, 201)})
