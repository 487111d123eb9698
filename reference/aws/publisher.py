"""Publishes the accounts' metrics: what CloudWatch agents and services would report, a new point every period.

The records of the collection `metrics` say which series there are: `namespace`, `name`, `dimensions` (a table),
`unit`, and a value: `base` with a `spread` that moves over the hour, or `ask` (service, operation, parameters) with a
`path` into the answer, a number or a list whose items are counted (those that have the attributes in `count`).
`per_minute` says that `base` is what a minute adds up to, `since_release` that each minute since the release is kept,
`samples` = n that a point is n single measurements (spread as response times are: a few take much longer),
`seconds` = n that there is a point of `base` every n seconds, on their grid and without gaps, `runs_every` = n that
each of them is a measurement of its own,
`weekly` that the same hours of the week before are kept too, `daily` that a whole day is, every five minutes,
`whole_week` that seven of them are, `weeks` = n that there is a point for each quarter of the days of n weeks where
nothing finer is told, smaller by `growth` (a share of it) for each day back; `past` has spans of the last day that were
otherwise, each `[minutes ago, minutes ago, value]`. Series of `SIZED` have four points a day of the last fortnight, and
those of `MEASURED` only their past from here: the controller measures the present at the processes.

What was before the start is made up here and nowhere else: a plausible past for a deployment that is minutes old.
`control` overrides or pauses series by a pattern over `namespace/name` (with `?dimension value` where that matters).
"""

from __future__ import annotations

import logging
import math
import threading
import zlib
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from reference.aws.amendments import get_path
from reference.aws.application import Application
from reference.aws.calls import ApiError, Call
from reference.aws.state import Record

log = logging.getLogger(__name__)
PERIOD = 30.0
# At the start: points of the last hours, coarse, then one a minute: (minutes ago, minutes that it stands for).
HISTORY = [*((minutes, 5) for minutes in range(250, 15, -5)), *((minutes, 1) for minutes in range(15, -1, -1))]
SINCE_RELEASE = range(385, 250, -1)
"""Minutes ago: from the release (reference/describe) to where the history of all series begins."""
WEEK = timedelta(days=7)
AHEAD = range(5, 480, 5)
KEPT = timedelta(hours=26)
DAY = range(25 * 60, 250, -5)
"""Minutes ago: the day before the history of all series."""
DAYS = range(7 * 24 * 60 + 15, 250, -5)
"""Minutes ago: the week before it."""
BATCH = 900
CAUGHT_UP = timedelta(minutes=10)
"""A busy machine's turns come late; what was due meanwhile is told then."""
MEASURED = (
    "AWS/ECS/*Utilization",
    "ECS/ContainerInsights/Task*Utilization",
    "AWS/RDS/CPUUtilization",
    "AWS/RDS/DatabaseConnections",
    "AWS/RDS/FreeStorageSpace",
    "AWS/RDS/ReplicaLag",
    "AWS/ElastiCache/*",
)
"""What reference/measuring.py publishes, as patterns over `namespace/name`."""

SIZED = ("AWS/ECS/*Utilization", "AWS/RDS/CPUUtilization", "AWS/ElastiCache/DatabaseMemoryUsagePercentage")
"""By what components are sized, as patterns over `namespace/name`."""
QUARTER, FORTNIGHT = 6 * 3600, 62
"""Seconds between the points of a fortnight, which lie at 0, 6, 12, 18 hours UTC, and how many there are."""


class Publisher:
    """One thread for all accounts. `regions` maps account numbers to their region."""

    def __init__(self, application: Application, regions: dict[str, str]) -> None:
        self.application, self.regions = application, regions
        self.running, self.paused = True, list[str]()
        self.values: dict[str, float] = {}
        self.published: dict[str, datetime] = {}
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._loop, name="metrics", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def control(
        self, running: bool | None = None, paused: list[str] | None = None, values: dict[str, float] | None = None
    ) -> None:
        """Switch publishing, pause series, or fix their values; what is None stays."""
        self.running = self.running if running is None else running
        self.paused = self.paused if paused is None else list(paused)
        self.values = self.values if values is None else dict(values)

    def described(self) -> dict[str, Any]:
        return {"running": self.running, "paused": self.paused, "values": self.values, "period": PERIOD}

    def fill(self, since: datetime | None = None) -> None:
        """Write the recent history of every series, or what is missing `since` a time."""
        now = datetime.now(UTC)
        times = [(now - timedelta(minutes=minutes), float(span)) for minutes, span in HISTORY]
        for account in self.regions:
            self.publish(account, [point for point in times if since is None or point[0] > since] or [(now, 1.0)], True)

    def publish(self, account: str, times: list[tuple[datetime, float]], past: bool = False) -> None:
        """Write one point of every series of an account at each of `times` (and the minutes that it stands for)."""
        points: dict[str, list[dict[str, Any]]] = {}
        newest = max(time for time, _ in times)
        since = _floored(min(time for time, span in times if span <= 1)) - timedelta(seconds=1)
        if not past:
            since = max(self.published.get(account, since), newest - CAUGHT_UP)
        self.published[account] = newest
        for series in self.application.state.listed(account, "metrics"):
            if any(fnmatchcase(label, pattern) for label in _labels(series) for pattern in self.paused):
                continue
            if not past and any(fnmatchcase(label, pattern) for label in _labels(series)[:1] for pattern in MEASURED):
                continue
            if "ask" in series:
                try:
                    asked = self._asked(account, series)
                except (ApiError, TypeError, ValueError):
                    continue  # the thing is gone: so is its series
            weekly = _week_before(times) if past and series.get("weekly") else []
            early = _since_release(times) if past and series.get("since_release") else []
            early += _days_before(times, DAY) if past and series.get("daily") else []
            early += _days_before(times, DAYS) if past and series.get("whole_week") else []
            if every := int(series.get("seconds", 0) or series.get("runs_every", 0)):
                coarse = [(at, span) for at, span in times if span > 1]
                weekly, early, here = [], coarse, _ticks(since, newest, every)
            else:
                here = times
            sized = past and any(fnmatchcase(label, pattern) for label in _labels(series)[:1] for pattern in SIZED)
            told = [*(_fortnight_before(times) if sized else []), *weekly, *early, *here]
            for time, span in [*(_weeks_before(times, int(series.get("weeks", 0)), told) if past else []), *told]:
                values = [asked] if "ask" in series else _values(series, time, span)
                if (was := _was(series, (newest - time) / timedelta(minutes=1))) is not None and past:
                    values = [was * span if series.get("per_minute") else was]
                fixed = next((v for pattern, v in self.values.items() if _fits(series, pattern)), None)
                dimensions = [{"Name": name, "Value": str(v)} for name, v in series.get("dimensions", {}).items()]
                points.setdefault(series["namespace"], []).append(
                    {
                        "MetricName": series["name"],
                        "Dimensions": dimensions,
                        "Timestamp": time,
                        "Values": values if fixed is None else [fixed],
                        "Unit": series.get("unit", "None"),
                    }
                )
        for namespace, data in points.items():
            for start in range(0, len(data), BATCH):
                self._call(account, "PutMetricData", Namespace=namespace, MetricData=data[start : start + BATCH])

    def _asked(self, account: str, series: Record) -> float:
        service, operation, parameters = series["ask"]
        answer = self.application.invoke(
            Call(account, self.regions[account], service, operation, parameters), derive=True
        )
        found = get_path(answer, series["path"])
        if isinstance(found, list):
            where = series.get("count", {})
            return float(sum(all(get_path(item, path) == value for path, value in where.items()) for item in found))
        return float(found)

    def _call(self, account: str, operation: str, **parameters: Any) -> None:
        self.application.invoke(Call(account, self.regions[account], "cloudwatch", operation, parameters))

    def _loop(self) -> None:
        while not self._stop.wait(PERIOD):
            if not self.running:
                self.published = dict.fromkeys(self.regions, datetime.now(UTC))  # what was not measured is a gap
                continue
            for account in self.regions:
                try:
                    self.publish(account, [(datetime.now(UTC), PERIOD / 60)])
                    self._forget(account)
                except Exception:
                    log.exception("metrics of %s were not published", account)

    def _forget(self, account: str) -> None:
        backend = cloudwatch_backends[account][self.regions[account]]
        oldest, week = (datetime.now(UTC) - KEPT).timestamp(), (datetime.now(UTC) - WEEK / 2).timestamp()
        whole = {s["name"] for s in self.application.state.listed(account, "metrics") if s.get("whole_week")}
        backend.metric_data = [
            datum
            for datum in backend.metric_data
            if datum.name in whole or not week < (at := datum.timestamp.timestamp()) < oldest or at % QUARTER == 0
        ]


def _floored(time: datetime) -> datetime:
    """The clock's five minutes that it lies in: where the coarse history ends, so that no span is told of twice."""
    return datetime.fromtimestamp(time.timestamp() // 300 * 300, UTC)


def _ticks(since: datetime, newest: datetime, every: int) -> list[tuple[datetime, float]]:
    """The times after `since`, `newest` at the latest, that lie on a grid of so many seconds."""
    first, last = int(since.timestamp() // every) + 1, int(newest.timestamp() // every)
    return [(datetime.fromtimestamp(n * every, UTC), every / 60) for n in range(first, last + 1)]


def _since_release(times: list[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """Each minute between the release and the history of all series, when that is written from its beginning."""
    last = max(time for time, _ in times)
    whole = last - min(time for time, _ in times) > timedelta(minutes=HISTORY[0][0] - 1)
    return [(last - timedelta(minutes=m), 1.0) for m in SINCE_RELEASE] if whole else []


def _days_before(times: list[tuple[datetime, float]], ago: range) -> list[tuple[datetime, float]]:
    """The minutes ago that lie before the history of all series, when that is written from its beginning."""
    last = max(time for time, _ in times)
    whole = last - min(time for time, _ in times) > timedelta(minutes=HISTORY[0][0] - 1)
    return [(last - timedelta(minutes=m), 5.0) for m in ago] if whole else []


def _was(series: Record, ago: float) -> float | None:
    """The value that a series had so many minutes ago, where its past was another than its present."""
    return next((float(value) for since, until, value in series.get("past", []) if until <= ago <= since), None)


def _fortnight_before(times: list[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """The quarters of the last fortnight's days, when history is written from its beginning."""
    last, first = max(time for time, _ in times), min(time for time, _ in times)
    if last - first < timedelta(minutes=HISTORY[0][0] - 1):
        return []
    newest = first.timestamp() // QUARTER
    return [(datetime.fromtimestamp((newest - n) * QUARTER, UTC), QUARTER / 60) for n in range(FORTNIGHT)]


def _weeks_before(
    times: list[tuple[datetime, float]], weeks: int, told: list[tuple[datetime, float]]
) -> list[tuple[datetime, float]]:
    """The quarters of the days of so many weeks in which nothing else is told, when history is written whole."""
    last, first = max(time for time, _ in times), min(time for time, _ in times)
    if not weeks or last - first < timedelta(minutes=HISTORY[0][0] - 1):
        return []
    taken = {time.timestamp() // QUARTER for time, _ in told}
    newest, oldest = int(first.timestamp() // QUARTER), int((last - weeks * WEEK).timestamp() // QUARTER)
    return [(datetime.fromtimestamp(n * QUARTER, UTC), QUARTER / 60) for n in range(oldest, newest) if n not in taken]


def _week_before(times: list[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """The same times of the last week, and the hours of it that will be needed when this deployment grows older."""
    last = max(time for time, _ in times) - WEEK
    return [(time - WEEK, span) for time, span in times] + [(last + timedelta(minutes=m), 5.0) for m in AHEAD]


def _values(series: Record, time: datetime, span: float) -> list[float]:
    """The measurements of one point that stands for `span` minutes."""
    value = _value(series, time) * (span if series.get("per_minute") else 1)
    if every := series.get("seconds"):
        return [value * round(span * 60 / every)]
    if every := series.get("runs_every"):
        return [value] * max(1, round(span * 60 / every))
    if series.get("per_minute"):
        return [float(round(value))]
    samples = series.get("samples", 1)
    if samples == 1:
        return [value]
    # Around the value, from two thirds to one and a half of it, the same ones each week.
    return [round(value * math.exp(0.8 * ((number + 0.5) / samples - 0.5)), 5) for number in range(samples)]


def _value(series: Record, time: datetime) -> float:
    """A slow wave with a little noise, the same for the same series and minute."""
    minute = int(time.timestamp() // 60) % (7 * 24 * 60)
    seed = zlib.crc32(f"{sorted(series.get('dimensions', {}).items())}{series['name']}".encode())
    noise = (zlib.crc32(f"{seed}{minute}".encode()) % 1000) / 1000 - 0.5
    wave = math.sin(2 * math.pi * (minute % 60) / 60 + seed % 7)
    base, spread = float(series["base"]), float(series.get("spread", 0))
    value = max(0.0, round(base + spread * (0.7 * wave + 0.6 * noise), 4))
    days = max(0.0, (datetime.now(UTC) - time) / timedelta(days=1))
    return value * (1 - float(series.get("growth", 0))) ** days if days > 1 else value


def _labels(series: Record) -> list[str]:
    label = f"{series['namespace']}/{series['name']}"
    return [label, *(f"{label}?{value}" for value in series.get("dimensions", {}).values())]


def _fits(series: Record, pattern: str) -> bool:
    return any(fnmatchcase(label, pattern) for label in _labels(series))
