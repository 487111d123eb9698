"""Forecasts and the knee of a system, on made-up figures; and the document that a forecast is read from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

import pytest

from fixtures.documents import Documents
from fixtures.documents.forecast import Forecast, forecast
from fixtures.documents.markdown import Section, read
from golive.catalogue import load_catalogue
from golive.load.trends import Step
from golive.verdict import Unobservable
from tests.judges.capacity import forecast_problems, knee

LINE, TODAY = load_catalogue()["SEI-5.1.2.1.1"], date(2026, 11, 22)
TEXT = """# Forecast

Approved: 2026-11-01 by Ada, Head of Product.

| Peak | Expected |
|---|---|
| users | 1,000 |
| requests per second | 60 |
"""


class Paper:
    """Stands in for the documents of a checkout."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def place(self, word: str) -> str:
        return f"{word}.md"

    def section(self, _: str) -> Section | None:
        return None if self.text is None else read(self.text)


def written(text: str | None) -> Forecast | None:
    return forecast(cast(Documents, Paper(text)))


def problems(live: float = 20, **changes: object) -> list[str]:
    facts = {"place": "f.md", "users": 1000.0, "rate": 60.0, "approved": TODAY - timedelta(days=20), "by": "Ada"}
    found = Forecast(**(facts | changes))  # type: ignore[arg-type]
    return [p for p in forecast_problems(LINE, found, live, TODAY) if p]


def step(offered: float, p99: float = 100, errors: float = 0) -> Step:
    return Step(0, 10, offered, offered * (1 - errors), p99, errors)


def test_a_forecast_is_read_from_its_document() -> None:
    assert written(TEXT) == Forecast("forecast.md", 1000, 60, date(2026, 11, 1), "Ada, Head of Product")
    assert written(None) is None
    nobodys = written(TEXT.replace("Approved", "Written"))
    assert nobodys is not None
    assert nobodys.approved is None
    with pytest.raises(Unobservable, match="no row for the peak of requests"):
        written(TEXT.replace("| requests", "| calls"))
    with pytest.raises(Unobservable, match="month must be"):
        written(TEXT.replace("2026-11-01", "2026-31-01"))


def test_a_forecast_is_approved_fresh_and_not_overtaken() -> None:
    assert problems() == []
    assert "nobody approved it" in problems(approved=None, by=None)[0]
    assert "forecast age is 100 days" in problems(approved=TODAY - timedelta(days=100))[0]
    assert "is overtaken: it expects 60 requests/s at the most, and 61.0" in problems(live=61)[0]


def test_the_knee_is_the_last_step_before_the_first_that_broke() -> None:
    rate, why = knee([step(10), step(20), step(30, p99=3000), step(40)], 0.01, 2000)
    assert (rate, why) == (20, "30.0 requests/s broke it")
    rate, why = knee([step(10), step(20)], 0.01, 2000)
    assert rate == 20
    assert "no step broke" in why


def test_no_knee_is_made_of_one_step_nor_of_broken_ones() -> None:
    with pytest.raises(Unobservable, match="1 steps"):
        knee([step(10)], 0.01, 2000)
    with pytest.raises(AssertionError, match=r"the lowest step, 10\.0 requests"):
        knee([step(10, errors=0.2), step(20)], 0.01, 2000)
