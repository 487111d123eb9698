"""The table of a load run's samples: read once from its files into DuckDB, which keeps to two threads and 450 MiB and
spills to disk beyond. What can't be used is counted and left out."""
# ruff: noqa: S608  names are this module's; values are parameters

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from golive.load.figures import Quality
from golive.load.formats import kind_of, query_of
from golive.verdict import Unobservable


class Samples:
    """The samples of one run, of one file or several. Close it, or use it as a context.

    Raises Unobservable when a file is missing, of no known kind, or ends in the middle.
    """

    finest = 0.0
    """Seconds of the shortest slice that they tell of."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = list(paths)
        self._folder = tempfile.TemporaryDirectory(prefix="golive-load-")
        import duckdb  # only where results are read: every run of the suite imports this module

        self._db = duckdb.connect(
            config={
                "threads": 2,
                "memory_limit": "450MB",
                "preserve_insertion_order": False,
                "temp_directory": self._folder.name,
                "autoinstall_known_extensions": False,
            }
        )
        try:
            self.quality = self._load()
        except (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException) as error:
            self.close()
            raise Unobservable(f"{named(self.paths)}: {str(error).splitlines()[0]}", "Is the file whole?") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give memory and temporary files back."""
        self._db.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _load(self) -> Quality:
        self._db.execute("ATTACH ':memory:' AS kept (COMPRESS); USE kept")
        found = self._read(whole=False)
        if found.lost:  # lines may be broken, or be parts of a field that goes over several: only a whole parse tells
            self._db.execute("DROP TABLE sample; DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
            found = self._read(whole=True)
        if found.lost:
            self._db.execute(
                "DELETE FROM sample WHERE ended IS NULL OR value IS NULL OR (metric = 'request' AND value < 0)"
            )
        return found

    def _read(self, whole: bool) -> Quality:
        kinds = sorted((kind_of(path), path) for path in self.paths)
        queries = [
            query_of(kind, [p for _, p in some], whole) for kind, some in groupby(kinds, key=lambda pair: pair[0])
        ]
        rows = "metric, ended, value, operation, tenant, scenario, status, zoneless, source"
        union = " UNION ALL ".join(
            f"(SELECT {rows}, coalesce(failed, false) AS failed FROM ({query}))" for query in queries
        )
        self._db.execute(f"CREATE TABLE sample AS {union}")
        usable, broken, negative, zoneless = self._one(
            """SELECT
                count(*) FILTER (ended IS NOT NULL AND value IS NOT NULL AND NOT (metric = 'request' AND value < 0)),
                count(*) FILTER ((ended IS NULL AND NOT zoneless) OR value IS NULL),
                count(*) FILTER (metric = 'request' AND value < 0 AND ended IS NOT NULL),
                count(*) FILTER (ended IS NULL AND zoneless AND value IS NOT NULL) FROM sample"""
        )
        return Quality(usable, broken + self._rejected(), negative, zoneless)

    def _rejected(self) -> int:
        found = self._one("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'")
        return (
            int(self._one("SELECT count(DISTINCT (scan_id, file_id, line)) FROM reject_errors")[0]) if found[0] else 0
        )

    def _one(self, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        row = self._db.execute(query, list(values)).fetchone()
        assert row is not None
        return tuple(row)


def named(paths: Sequence[Path]) -> str:
    """The files by their names, the first few."""
    return ", ".join(path.name for path in paths[:3]) + (" ..." if len(paths) > 3 else "")
