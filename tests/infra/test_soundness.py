"""The database after it was rolled back or restored: its files, rules, sequences, and the version it is at."""

from __future__ import annotations

from psycopg import sql

from fixtures.postgres import Database
from fixtures.postgres.soundness import Soundness
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.soundness import breach_sentences, counters_behind


@verifies("AURA-12.5.1")
def test_database_is_structurally_sound(line: Line, target: ProductTarget, all_rows: Database) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    sound = Soundness(all_rows)
    errors = [
        *sound.corruptions(),
        *(f"index {name} is INVALID" for name in sound.invalid_indexes()),
        *(f"rule {name} was never held against the rows from before it" for name in sound.unvalidated()),
        *breach_sentences(sound.breaches()),
        *counters_behind(observed(sound, "sequences", sound.counters(), source="SQL pg_sequence")),
    ]
    if all_rows.in_recovery:
        errors.append(f"{all_rows}: is in recovery, so it takes no writes")
    if not settings.version_table or not settings.head:
        raise NotConfigured(
            f"the target has no {line.product}.postgres.version_table and head", "Say at which version it should be"
        )
    newest = sql.SQL("select max({}::text) as v from {}").format(
        sql.Identifier(settings.version_column), sql.Identifier(settings.database_schema, settings.version_table)
    )
    version = all_rows.value(newest.as_string(), fresh=True, name="version of the schema")
    if version != settings.head:
        errors.append(f"the schema is at version {version}, the running release expects {settings.head}")
    conclude([line.limit("errors").problem(len(errors), of=all_rows), *errors])
