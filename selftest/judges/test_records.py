"""Records of reviews, judged on made-up ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.documents.markdown import read
from fixtures.documents.records import DAY, Record
from golive.verdict import Unobservable
from tests.judges.records import (
    baseline_differences,
    budget_left,
    copied,
    follow_up_problems,
    load_overlaps,
    missing_figures,
    percentile_problem,
    period_problems,
    share_problem,
    value_problem,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = """# Review

Written: 2026-11-20 by Ann Lee. Build: 2.0.1 (`0a1b2c3d`).

Period: 2026-11-13 to 2026-11-20, all of it.

| Figure | Measured as | Value | Baseline |
|---|---|---|---|
| Response | p95 of latency | 143 ms | 0.14 s |
| Requests | sum of requests | 1,296,000 | |
| Reach | reachable | 99.95 % | 100 % |

## Conclusions

All is as it was before.

## Actions

| action | owner |
|---|---|
| Look again | Ann Lee |

Error budget left: 5.04 of 10.08 minutes.
"""


def _record(text: str = TEXT) -> Record:
    return Record("2026-47.md", read(text))


def test_what_a_record_says() -> None:
    record = _record()
    assert (str(record.written), record.by, record.build) == ("2026-11-20", "Ann Lee", "0a1b2c3d")
    assert [(f.kind, f.word, f.value, f.baseline) for f in record.figures] == [
        ("percentile", "latency", 0.143, 0.14), ("sum", "requests", 1296000, None), ("reachable", "", 99.95, 100.0),
    ]  # fmt: skip
    assert _record("# Review\n").period is None
    with pytest.raises(Unobservable, match="can't be read"):
        list(_record(TEXT.replace("143 ms", "fast")).figures)
    with pytest.raises(Unobservable, match="figures of"):
        list(_record("# Review\n").figures)


def test_of_which_time_it_is() -> None:
    assert period_problems(_record(), NOW, 7, 8 * DAY) == []
    assert "2.5 days ago, want 2" in period_problems(_record(), NOW, 7, 2 * DAY)[0]
    assert "7 days, want 28" in period_problems(_record(), NOW, 28, 8 * DAY)[0]
    early = _record(TEXT.replace("Written: 2026-11-20", "Written: 2026-11-18"))
    assert "before the end" in period_problems(early, NOW, 7, 8 * DAY)[0]
    assert "not over" in period_problems(_record(), NOW - 3 * DAY, 7, 8 * DAY)[0]
    assert "does not say of which" in period_problems(_record("# Review\n"), NOW, 7, 8 * DAY)[0]


def test_what_it_leads_to() -> None:
    assert follow_up_problems(_record()) == []
    assert follow_up_problems(_record(TEXT.replace("| Ann Lee |", "| - |"))) == [
        "2026-47.md: action 'Look again' has no owner"
    ]
    assert "conclusions: is missing" in follow_up_problems(_record(TEXT.replace("## Conclusions", "## Weather")))[0]
    assert "has no actions" in follow_up_problems(_record(TEXT.replace("## Actions", "## Weather")))[0]
    assert copied(_record(), _record()) == ["2026-47.md: its conclusions are those of 2026-47.md, word for word"]
    assert copied(_record(), None) == []


def test_figures_that_are_missing_or_compared_with_something_else() -> None:
    figures = list(_record().figures)
    assert missing_figures(_record(), figures, ["p95 of latency", "p99 of latency"]) == [
        "2026-47.md has no figure of p99 of latency"
    ]
    assert baseline_differences(figures, figures[1:], 1) == [
        "'Requests' (sum of requests) is compared with no baseline, which has 1.296e+06",
    ]
    stored = _record(TEXT.replace("143 ms", "130 ms")).figures
    assert "compared with 0.14, and the baseline has 0.13" in baseline_differences(figures[:1], stored, 1)[0]


def test_the_budget_that_is_left() -> None:
    assert budget_left(_record(), 99.95, 99.9) == []
    assert "5.04 minutes are left" in budget_left(_record(), 99.5, 99.9)[0]
    assert "does not say" in budget_left(_record(TEXT.replace("Error budget", "Money")), 100, 99.9)[0]


def test_load_runs_in_its_time() -> None:
    begun = datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert len(load_overlaps(_record(), [("rates", begun, begun + timedelta(hours=2))])) == 1
    assert load_overlaps(_record(), [("rates", begun + DAY, begun + 2 * DAY)]) == []


def test_figures_that_are_off() -> None:
    speed, requests, reach = _record().figures
    assert percentile_problem(speed, 94.0, 95.0, 5, "then") is None
    assert "it is more by over 5 %" in str(percentile_problem(speed, 80.0, 90.0, 5, "then"))
    assert "it is less by over 5 %" in str(percentile_problem(speed, 96.0, 98.0, 5, "then"))
    assert value_problem(requests, 1_300_000, 5, "then") is None
    assert "says 1,296,000, and the series say 1,100,000 then: 17.8 % off" in str(
        value_problem(requests, 1_100_000, 5, "then")
    )
    assert "100.0 % off" in str(value_problem(requests, 0, 5, "then"))
    assert share_problem(reach, 99.96, "then") is None
    assert "says 99.95 %, and the series say 99.500 %" in str(share_problem(reach, 99.5, "then"))
