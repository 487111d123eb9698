"""When something is full, judged on made-up growth."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from fixtures.documents.growing import Growing, growing
from fixtures.documents.markdown import read
from fixtures.documents.records import Record
from golive.verdict import Unobservable
from tests.judges.capacity_forecast import Trend, forecast_problems, trend

END = datetime(2026, 11, 22, tzinfo=UTC)
DAYS = [END - timedelta(days=n) for n in range(14, 0, -1)]
TABLE = "| Resource | Measured as | Growth a day | Full on |\n|---|---|---|---|\n| Disk | disk | {} | {} |\n"


def test_when_it_is_full() -> None:
    seen = trend({at: 100.0 + n for n, at in enumerate(DAYS)}, END, 150)
    assert seen is not None
    assert (seen.newest, seen.rate, seen.full_in) == pytest.approx((113.5, 1, 36.5))
    left = trend({at: 100.0 - n for n, at in enumerate(DAYS)}, END, 0)
    assert left is not None
    assert left.full_in == pytest.approx(86.5)
    away = trend({at: 100.0 - n for n, at in enumerate(DAYS)}, END, 150)
    assert away is not None
    assert math.isinf(away.full_in)
    assert trend({DAYS[0]: 1.0, DAYS[1]: 2.0}, END, 10) is None


def test_what_a_forecast_gets_wrong() -> None:
    seen = Trend(100, 1, 50)
    assert forecast_problems(Growing("Disk", "disk", 1.1, date(2027, 1, 10)), seen, END) == []
    assert "never said to be full" in forecast_problems(Growing("Disk", "disk", 1, None), seen, END)[0]
    assert "by its trend it is in 50" in forecast_problems(Growing("Disk", "disk", 1, date(2027, 3, 1)), seen, END)[0]
    assert "changes by 1.00 %" in forecast_problems(Growing("Disk", "disk", 0.2, date(2027, 1, 1)), seen, END)[0]


def test_a_forecast_is_read() -> None:
    (row,) = growing(Record("x.md", read(TABLE.format("-0.15 %", "2027-03-01"))))
    assert (row.word, row.growth, row.full_on) == ("disk", -0.15, date(2027, 3, 1))
    with pytest.raises(Unobservable, match="can't be read"):
        list(growing(Record("x.md", read(TABLE.format("some", "-")))))
    with pytest.raises(Unobservable, match="can't be read"):
        list(growing(Record("x.md", read(TABLE.format("1 %", "2027-02-31")))))
