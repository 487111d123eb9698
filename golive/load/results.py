"""The results of a load run in figures: exact percentiles, rates and errors per operation, tenant and time slice.

The samples are read once, into DuckDB, which keeps to two threads and 450 MiB and spills to disk beyond. Percentiles
are by nearest rank over all samples: always a time that was measured, never an average of percentiles.
"""
# ruff: noqa: S608  names are this module's; values are parameters

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from golive.load.formats import kind_of, query_of
from golive.verdict import Unobservable

BROKEN_SHARE = 0.001
"""Beyond this share of lines that can't be used, the rest tells nothing."""
SHARES = (0.5, 0.95, 0.99, 0.999)
KEYS = ("operation", "tenant", "scenario")


@dataclass(frozen=True)
class Quality:
    """What the reading met. `usable` are the lines that count; the others were left out."""

    usable: int
    broken: int
    """Lines cut off, with the wrong number of fields, or whose time or value is none."""
    negative: int
    """Requests that took less than no time."""
    zoneless: int
    """Times without a zone: when that was nobody knows."""

    @property
    def lost(self) -> int:
        return self.broken + self.negative + self.zoneless

    @property
    def share(self) -> float:
        """0..1, of all lines that should count."""
        return self.lost / max(1, self.usable + self.lost)

    def ensure(self, of: object) -> None:
        """Raise Unobservable when there is nothing, or more than one line in a thousand is lost."""
        if not self.usable:
            raise Unobservable(f"{of} holds no samples ({self})", "Was the run's output written to this file?")
        if self.share > BROKEN_SHARE:
            raise Unobservable(f"{of}: {self}, more than 0.1 % of its samples", "Is the file whole? Run the load again")

    def __str__(self) -> str:
        return f"{self.broken} broken lines, {self.negative} negative durations, {self.zoneless} times without a zone"


@dataclass(frozen=True)
class Figures:
    """Of the requests of one group. Times in ms, `rate` in requests a second, `errors` 0..1.

    `failed`: answers of the wrong status, and none. `wrong`: answers of the right status with the wrong content.
    """

    operation: str
    tenant: str
    scenario: str
    begin: float
    """Seconds since the epoch at which the slice begins."""
    count: int
    failed: int
    wrong: int
    mean: float
    longest: float
    percentiles: dict[float, float] = field(default_factory=dict)
    rate: float = 0.0

    @property
    def p50(self) -> float:
        return self.percentiles[0.5]

    @property
    def p95(self) -> float:
        return self.percentiles[0.95]

    @property
    def p99(self) -> float:
        return self.percentiles[0.99]

    @property
    def p999(self) -> float:
        return self.percentiles[0.999]

    @property
    def errors(self) -> float:
        return min(1.0, (self.failed + self.wrong) / self.count) if self.count else math.nan


class Results:
    """The samples of one run, of one file or several. Close it, or use it as a context.

    Raises Unobservable when a file is missing, of no known kind, or ends in the middle.
    """

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
            raise Unobservable(f"{_named(self.paths)}: {str(error).splitlines()[0]}", "Is the file whole?") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give memory and temporary files back."""
        self._db.close()
        self._folder.cleanup()

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _load(self) -> Quality:
        kinds = sorted((kind_of(path), path) for path in self.paths)
        queries = [query_of(kind, [p for _, p in some]) for kind, some in groupby(kinds, key=lambda pair: pair[0])]
        self._db.execute("ATTACH ':memory:' AS kept (COMPRESS); USE kept")
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
        if rejected := self._rejected():
            broken += rejected
        if broken or negative or zoneless:
            self._db.execute(
                "DELETE FROM sample WHERE ended IS NULL OR value IS NULL OR (metric = 'request' AND value < 0)"
            )
        return Quality(usable, broken, negative, zoneless)

    def _rejected(self) -> int:
        found = self._one("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'")
        return (
            int(self._one("SELECT count(DISTINCT (scan_id, file_id, line)) FROM reject_errors")[0]) if found[0] else 0
        )

    # What was measured

    def figures(
        self,
        by: Sequence[str] = ("operation",),
        *,
        window: tuple[float, float] | None = None,
        scenario: str | None = None,
        slices: float | None = None,
        good_only: bool = False,
    ) -> list[Figures]:
        """Figures of the requests, one per group, in order of the keys and the time.

        Args:
            by: of `operation`, `tenant`, `scenario`; empty: all together.
            window: begin and end in seconds since the epoch; a request counts when it ended.
            scenario: only this one's.
            slices: length in seconds of time slices, from the window's begin (or the first sample).
            good_only: leave the times of failed requests out of mean and percentiles; they count as failed.
        """
        begin, end = window or self.span()
        keys = [k for k in KEYS if k in by]
        slice_ = f"floor((ended - {begin!r}) / {slices!r})" if slices else "0"
        group = ", ".join([*keys, f"{slice_} AS slice"])
        names = ", ".join([*keys, "slice"])
        where, values = self._where((begin, end) if window else None, scenario)
        timed = "FILTER (NOT failed)" if good_only else ""
        shares = ", ".join(map(str, SHARES))
        rows = self._db.execute(
            f"""SELECT {names}, count(*), count(*) FILTER (failed), avg(value) {timed}, max(value) {timed},
                quantile_disc(value, [{shares}]) {timed}
            FROM (SELECT {group}, value, failed FROM sample WHERE metric = 'request' {where})
            GROUP BY {names} ORDER BY {names}""",
            values,
        ).fetchall()
        wrong = {
            tuple(row[:-1]): row[-1]
            for row in self._db.execute(
                f"""SELECT {names}, count(*) FROM (SELECT {group} FROM sample WHERE metric = 'check' AND failed {where})
                GROUP BY {names}""",
                values,
            ).fetchall()
        }
        return [self._figures(row, keys, wrong, begin, end, slices) for row in rows]

    def _figures(
        self, row: tuple[Any, ...], keys: list[str], wrong: dict[Any, int], begin: float, end: float,
        slices: float | None,
    ) -> Figures:  # fmt: skip
        many = len(keys) + 1
        place = dict(zip(keys, row[:many], strict=False))
        starts = begin + row[many - 1] * (slices or 0)
        count, failed, mean, longest, found = row[many:]
        lasts = min(slices or math.inf, end - starts) or math.nan
        return Figures(
            place.get("operation", ""), place.get("tenant", ""), place.get("scenario", ""), starts, count, failed,
            wrong.get(tuple(row[:many]), 0), mean if mean is not None else math.nan,
            longest if longest is not None else math.nan,
            dict(zip(SHARES, found or [math.nan] * len(SHARES), strict=True)), count / lasts,
        )  # fmt: skip

    def outcomes(
        self, *, window: tuple[float, float] | None = None, scenario: str | None = None
    ) -> list[tuple[str, int, int, float]]:
        """How the requests ended: (operation, status, how many, ms of the slowest hundredth); status 0: no answer."""
        where, values = self._where(window, scenario)
        return [
            (str(operation), int(status), int(count), float(p99))
            for operation, status, count, p99 in self._db.execute(
                f"""SELECT operation, coalesce(status, 0) AS ended_as, count(*), quantile_disc(value, 0.99) FROM sample
                WHERE metric = 'request' {where} GROUP BY operation, ended_as ORDER BY operation, ended_as""",
                values,
            ).fetchall()
        ]

    def percentile(
        self,
        share: float,
        *,
        metric: str = "request",
        window: tuple[float, float] | None = None,
        scenario: str | None = None,
        infinite: int = 0,
    ) -> float:
        """The value that `share` (0..1) of the samples do not exceed; NaN when there are none.

        Args:
            infinite: so many more samples that never ended, such as iterations that were dropped.
        """
        where, values = self._where(window, scenario)
        (n,) = self._one(f"SELECT count(*) FROM sample WHERE metric = ? {where}", [metric, *values])
        if not n + infinite:
            return math.nan
        rank = max(1, math.ceil(round(share * (n + infinite), 9)))
        if rank > n:
            return math.inf
        (found,) = self._one(
            f"SELECT quantile_disc(value, {(rank - 0.5) / n!r}) FROM sample WHERE metric = ? {where}", [metric, *values]
        )
        return float(found)

    def total(
        self,
        metric: str,
        *,
        window: tuple[float, float] | None = None,
        scenario: str | None = None,
        operation: str = "",
    ) -> tuple[int, float]:
        """How many samples of a metric, and the sum of their values."""
        where, values = self._where(window, scenario)
        if operation:
            where, values = f"{where} AND operation = ?", [*values, operation]
        count, sum_ = self._one(f"SELECT count(*), sum(value) FROM sample WHERE metric = ? {where}", [metric, *values])
        return int(count), float(sum_ or 0)

    def acknowledged(self, scenario: str, operation: str) -> int:
        """How many requests of an operation were answered well."""
        (good,) = self._one(
            "SELECT count(*) FROM sample WHERE metric = 'request' AND NOT failed AND scenario = ? AND operation = ?",
            [scenario, operation],
        )
        (wrong,) = self._one(
            "SELECT count(*) FROM sample WHERE metric = 'check' AND failed AND scenario = ? AND operation = ?",
            [scenario, operation],
        )
        return int(good) - int(wrong)

    def users(self, slices: float = 1.0) -> list[tuple[float, float]]:
        """Users that were active, as (seconds since the epoch, users), the sum over a distributed run's generators."""
        return [
            (float(at), float(n))
            for at, n in self._db.execute(
                f"""SELECT t, sum(most) FROM (
                    SELECT floor(ended / {slices!r}) * {slices!r} AS t, source, max(value) AS most
                    FROM sample WHERE metric = 'active' GROUP BY t, source) GROUP BY t ORDER BY t"""
            ).fetchall()
        ]

    def sent(self, scenario: str) -> tuple[float, float]:
        """When the scenario's first and last request were sent, in seconds since the epoch; 0 when it has none."""
        first, last = self._one(
            "SELECT min(ended - value / 1000), max(ended - value / 1000) FROM sample "
            "WHERE metric = 'request' AND scenario = ?",
            [scenario],
        )
        return (float(first), float(last)) if first is not None else (0.0, 0.0)

    def span(self) -> tuple[float, float]:
        """When the first and the last request ended, in seconds since the epoch."""
        first, last = self._one("SELECT min(ended), max(ended) FROM sample WHERE metric = 'request'")
        if first is None:
            raise Unobservable(f"{_named(self.paths)} holds no requests", "Was this the output of a load run?")
        return float(first), float(last)

    def _where(self, window: tuple[float, float] | None, scenario: str | None) -> tuple[str, list[Any]]:
        where, values = "", list[Any]()
        if window:
            where, values = " AND ended >= ? AND ended < ?", list(window)
        if scenario is not None:
            where, values = f"{where} AND scenario = ?", [*values, scenario]
        return where, values

    def _one(self, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        row = self._db.execute(query, list(values)).fetchone()
        assert row is not None
        return tuple(row)


def _named(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths[:3]) + (" ..." if len(paths) > 3 else "")
