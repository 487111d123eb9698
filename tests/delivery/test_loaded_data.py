"""The data that was loaded hangs together: references, rules, letters, JSON, files."""

from __future__ import annotations

from psycopg import sql

from fixtures.aws.buckets import Bucket
from fixtures.postgres import Database
from fixtures.postgres.loaded import broken_texts, dead_links, misshapen, split_column
from fixtures.postgres.soundness import Soundness
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.stores import Postgres
from golive.verdict import NotConfigured
from tests.judges.seeds import seed_differences
from tests.judges.soundness import breach_sentences


@verifies("AURA-6.2.1.3")
def test_loaded_data_hangs_together(
    line: Line, target: ProductTarget, all_rows: Database, buckets: Found[Bucket]
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    for key in ("seeds", "references", "json_shapes", "file_columns"):
        if not getattr(settings, key):
            raise NotConfigured(f"the target has no {line.product}.postgres.{key}", "Say what the loaded data must be")
    violations = [
        *breach_sentences(Soundness(all_rows).breaches()),
        *_orphans(all_rows, settings),
        *_seeds(all_rows, settings),
        *(
            f"{rows} texts of {column} lost their letters: they hold question marks or U+FFFD"
            for column, rows in broken_texts(all_rows, sorted({s.table for s in settings.seeds.values()})).items()
        ),
        *(
            f"{rows} values of {column} are no JSON {shape}"
            for column, shape in settings.json_shapes.items()
            if (rows := misshapen(all_rows, column, shape))
        ),
        *_dead(all_rows, settings, {b.word: b for b in buckets}),
    ]
    conclude([line.limit("violations").problem(len(violations), of=all_rows), *violations])


def _orphans(database: Database, settings: Postgres) -> list[str]:
    """Rows that refer to nothing, whether or not a foreign key is there."""
    sound, found = Soundness(database), []
    for column, parent in settings.references.items():
        if rows := sound.orphans(*split_column(column), *split_column(parent)):
            found.append(f"{rows} rows of {column} refer to no {parent}")
    return found


def _seeds(database: Database, settings: Postgres) -> list[str]:
    """What is missing, changed or doubled of the rows that every deployment holds."""
    found = []
    for seeds in settings.seeds.values():
        names = dict.fromkeys([seeds.name, *seeds.not_empty, *(c for row in seeds.rows.values() for c in row)])
        query = sql.SQL("select {} from {} where ").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(database.schema, seeds.table)
        )
        rows = database.rows(query.as_string() + seeds.where, fresh=True, name=f"seeds in {seeds.table}")
        found += seed_differences(seeds, rows)
    return found


def _dead(database: Database, settings: Postgres, buckets: dict[str, Bucket]) -> list[str]:
    found = []
    for column, word in settings.file_columns.items():
        if word not in buckets:
            raise NotConfigured(f"file_columns names the bucket {word}", "Add it to [PRODUCT.aws.buckets]")
        found += [f"{column}: {key} is not in {buckets[word]}" for key in dead_links(database, column, buckets[word])]
    return found
