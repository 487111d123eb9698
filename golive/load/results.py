"""The results of a load run in figures: exact percentiles, rates and errors per operation, tenant and time slice.

Percentiles are by nearest rank over all samples: always a time that was measured, never an average of percentiles.
"""
# ruff: noqa: S608  names are this module's; values are parameters

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from golive.load.figures import KEYS, SHARES, Figures, Quality
from golive.load.table import Samples, named
from golive.verdict import Unobservable

__all__ = ["SHARES", "Figures", "Quality", "Results"]


class Results(Samples):
    """What the samples of a run tell. All times of windows are in seconds since the epoch."""

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
            raise Unobservable(f"{named(self.paths)} holds no requests", "Was this the output of a load run?")
        return float(first), float(last)

    def _where(self, window: tuple[float, float] | None, scenario: str | None) -> tuple[str, list[Any]]:
        where, values = "", list[Any]()
        if window:
            where, values = " AND ended >= ? AND ended < ?", list(window)
        if scenario is not None:
            where, values = f"{where} AND scenario = ?", [*values, scenario]
        return where, values
