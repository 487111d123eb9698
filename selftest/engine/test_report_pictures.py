"""Pictures of load runs in the report: drawn once, with the limits of all lines, and text stays text."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from golive.load.artefact import Size
from golive.load.pictures import limited, over_time
from golive.observation import Observation
from golive.report.html import render_html
from golive.report.pictures import draw, galleries
from selftest.engine.made_runs import AT, CATALOGUE, result, run_of

LATENCY: dict[str, Any] = {
    "picture": "over time", "title": "Response times", "unit": "ms", "x": [0.0, 1.0, 2.0, 3.0],
    "lines": {"p50": [10, 12, None, 11], "p99": [90, 700, None, 80]}, "limits": {"p99": 500}, "phases": {"a": [0, 3]},
}  # fmt: skip
SPREAD: dict[str, Any] = {
    "picture": "spread", "title": "By operation", "unit": "ms", "limits": {"p99": 500},
    "rows": {"list <orders>": [10, 20, 30, 40]},
}  # fmt: skip
number = st.floats(0, 1e7) | st.none()


def seen(**values: Any) -> Any:
    return tuple(Observation("load run x", name, value, "", "picture", AT) for name, value in values.items())


def test_a_picture_has_its_lines_its_limit_and_gaps() -> None:
    drawing = BeautifulSoup(draw(LATENCY), "html.parser")
    assert len(drawing.select("polyline.s0")) == 2, "a gap parts the line in two"
    assert drawing.select_one("text.limit").get_text() == "limit 500"  # type: ignore[union-attr]
    assert "p99 at most 700, limit 500 (ms)" in drawing.svg["aria-label"]  # type: ignore[index]


def test_names_of_phases_do_not_lie_upon_one_another() -> None:
    phases = {f"step-{n:02}": [0.1 * n, 0.1 * n + 0.1] for n in range(20)} | {"core": [0.0, 3.0], "after": [2.5, 3.0]}
    drawing = BeautifulSoup(draw(LATENCY | {"phases": phases}), "html.parser")
    assert len(drawing.select("line.phase")) == 21
    named = [(float(str(t["x"])), str(t["y"]), t.get_text()) for t in drawing.select("text.phase")]
    assert named[0][2] == "step-00 + core"
    assert "after" in [name for _, _, name in named]
    for x, row, name in named:
        ends = [at + 4 * len(other) for at, beside, other in named if beside == row and at < x]
        assert max(ends, default=0) <= x, name


def test_a_run_is_drawn_once_for_all_its_lines() -> None:
    other = LATENCY | {"limits": {"p95": 300}}
    found = galleries(
        [
            result("M-1.1.1", evidence=seen(latency=LATENCY)),
            result("M-1.1.2", evidence=seen(latency=other, operations=SPREAD)),
        ]
    )
    assert [(g.subject, g.lines, len(g.pictures)) for g in found] == [("load run x", ("M-1.1.1", "M-1.1.2"), 2)]
    assert "limit 300" in found[0].pictures[0][1]
    assert "limit 500" in found[0].pictures[0][1]


def test_the_report_shows_pictures_and_keeps_names_text() -> None:
    page = render_html(run_of([result("M-1.1.1", evidence=seen(latency=LATENCY, operations=SPREAD))]), CATALOGUE)
    assert page.count('class="picture"') == 2
    assert "list &lt;orders&gt;" in page
    assert '"over time"' not in page, "what is drawn need not unfold as numbers"


def test_a_smaller_load_is_said_to_be_one() -> None:
    small = str(Size(profile="short", rate=0.05, users=0.02))
    page = render_html(run_of([result("M-1.1.1", evidence=seen(latency=LATENCY, size=small))]), CATALOGUE)
    assert "5% of the rates, 2% of the users of the full size; the lines give their figures as at full size" in page


def test_a_run_without_pictures_has_no_gallery() -> None:
    assert "galleries" not in re.findall(r'class="(\w+)"', render_html(run_of([result("M-1.1.1")]), CATALOGUE))


@given(st.lists(number, max_size=20), st.floats(1, 1e5))
@example([5e-324], 1.0)
def test_whatever_was_measured_can_be_drawn(values: list[float | None], limit: float) -> None:
    picture = LATENCY | {"x": list(map(float, range(len(values)))), "lines": {"p99": values}, "limits": {"p99": limit}}
    assert "nan" not in draw(picture)


def test_only_limits_of_the_picture_s_unit_are_drawn_in_it() -> None:
    limits = {"p99": (500.0, "ms"), "error_rate": (2.0, "percent"), "rate": (100.0, "req/s"), "p95": (2.0, "s")}
    assert limited(LATENCY, limits)["limits"] == {"p99": 500, "p95": 2000}
    assert limited(LATENCY | {"unit": "percent"}, limits)["limits"] == {"error_rate": 2}


def test_series_that_were_sampled_share_their_times() -> None:
    found = over_time("Memory", "MiB", {"one": [(0, 10), (5, 11)], "two": [(5, 20)]})
    assert found["lines"] == {"one": [10, 11], "two": [None, 20]}
