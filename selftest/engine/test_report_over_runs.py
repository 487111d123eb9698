"""What the report tells over runs: a bar a run, a row for a line that fails or flips, the watch after the deploy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from golive.catalogue import load_catalogue
from golive.history.overview import RUNS, Overview, overview
from golive.ledger.store import Ledger
from golive.plugin.ledger import Keeping, keeping_for
from golive.report.html import render_html
from golive.report.over_runs import SHOWN, draw, words
from golive.target import Target, load_target
from golive.verdict import Verdict
from golive.watch.kept import release_of, watched_of
from golive.watch.record import Record, Terms
from golive.watch.round import Round
from selftest.engine.made_runs import CATALOGUE, result, run_of
from selftest.engine.test_ledger import result as kept

P, F, U = Verdict.PASSED, Verdict.FAILED, Verdict.UNVERIFIED
START = datetime(2026, 11, 1, 9, tzinfo=UTC)
TARGET = """
name = "{name}"
[aurastudio.release]
version = "2.0.1"
commit = "{commit}"
"""


def row(run: int, line: str, verdict: Verdict, release: str = "2.0.1", **more: Any) -> Mapping[str, Any]:
    at = (START + timedelta(days=run)).isoformat()
    return {"run": f"r{run}", "line": line, "verdict": verdict.value, "version": release, "commit": "0123456789",
            "target": "t", "at": at, "seconds": 1.0, "attempted": True, **more}  # fmt: skip


def seen_of(*runs: Mapping[str, Verdict], releases: str = "") -> Overview:
    rows = [
        row(n, line, verdict, releases[n] if releases else "2.0.1")
        for n, verdicts in enumerate(runs)
        for line, verdict in verdicts.items()
    ]
    return overview(rows, [], 4)


def svg(seen: Overview) -> BeautifulSoup:
    return BeautifulSoup(draw(seen), "html.parser")


def test_lines_that_fail_or_flip_have_a_row_and_others_none() -> None:
    seen = seen_of({"A": P, "B": P, "C": F, "D": U}, {"A": P, "B": U, "C": F, "D": U}, {"A": P, "B": P, "C": F, "D": U})
    assert [(c.line, c.flips) for c in seen.troubled] == [("C", 0), ("B", 2)], "what fails now comes first"
    drawing = svg(seen)
    assert [a["href"] for a in drawing.select("a")] == ["#C", "#B"]
    assert "failed 3 of 3" in drawing.get_text()
    assert "2 flips" in drawing.get_text()


def test_a_bar_has_a_part_for_each_verdict_and_says_its_run() -> None:
    drawing = svg(seen_of({"A": P, "B": F, "C": U}))
    told = "2026-11-01 09:00 UTC, release 2.0.1 (0123456): 1 passed, 1 unverified, 1 failed"
    assert [r.title.get_text() for r in drawing.select("rect")][:3] == [told] * 3  # type: ignore[union-attr]
    assert [r["class"] for r in drawing.select("rect")][:3] == [["passed"], ["unverified"], ["failed"]]


def test_one_failed_line_of_many_is_seen() -> None:
    drawing = svg(seen_of({f"L{n}": F if n == 7 else P for n in range(577)}))
    bars = drawing.select("rect")[:2]
    assert float(bars[1]["height"]) >= 2
    assert sum(float(b["height"]) for b in bars) <= 111


def test_a_release_begins_with_its_name() -> None:
    drawing = svg(seen_of(*[{"A": P}] * 8, releases="11112222"))
    assert [t.get_text() for t in drawing.select("text.phase")] == ["1 (0123456)", "2 (0123456)"]
    assert len(drawing.select("line.phase")) == 2


def test_what_was_not_run_is_no_verdict_and_old_runs_are_left_out() -> None:
    rows = [row(n, "A", P) for n in range(RUNS + 5)] + [row(99, "A", U, attempted=False)]
    seen = overview(rows, ["B"], 2)
    assert len(seen.runs) == RUNS
    assert seen.runs[0].started == START + timedelta(days=5)
    assert seen.never == ("B",)


def test_rows_are_bounded() -> None:
    drawing = svg(seen_of({f"L{n}": F for n in range(SHOWN + 9)}))
    assert len(drawing.select("a")) == SHOWN


def test_it_is_told_in_words() -> None:
    seen = seen_of({"A": P}, {"A": F})
    assert words(seen) == (
        "2 runs, 2026-11-01 09:00 UTC to 2026-11-02 09:00 UTC; the last: 1 failed; 1 line failed in one of them, 1 "
        "flipped within a release"
    )


@given(st.lists(st.dictionaries(st.sampled_from("ABCD"), st.sampled_from([P, F, U]), min_size=1), max_size=50))
def test_any_history_is_drawn_within_its_frame(runs: list[dict[str, Verdict]]) -> None:
    seen = seen_of(*runs)
    drawing = svg(seen)
    assert len(seen.runs) == min(len(runs), RUNS)
    for rect in drawing.select("rect"):
        assert 0 <= float(rect["x"]) <= 1000 - float(rect["width"])
        assert float(rect["height"]) > 0


def test_the_report_shows_it_and_what_got_slower_or_never_passed() -> None:
    slow = overview([row(n, "M-1.1.1", P, seconds=1.0 if n < 6 else 4.0) for n in range(12)], ["M-1.2.1"], 4)
    page = BeautifulSoup(render_html(run_of([result("M-1.1.1")], history=slow), CATALOGUE), "html.parser")
    section = page.select_one("section.history")
    assert section is not None
    told = " ".join(section.get_text().split())
    assert "12 runs of this target in the ledger" in told
    assert "M-1.1.1 4.0 times as long" in told
    assert "1 of 4 lines never passed on this target" in told
    assert "No line failed or flips." in told


def test_without_a_ledger_there_is_none() -> None:
    page = render_html(run_of([result("M-1.1.1")]), CATALOGUE)
    assert 'class="history"' not in page
    assert 'class="watched"' not in page


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return target_of(tmp_path, "0123456789abcdef")


def target_of(folder: Path, commit: str, name: str = "production") -> Target:
    (folder / "target.toml").write_text(TARGET.format(commit=commit, name=name))
    return load_target(folder / "target.toml")


def test_the_ledger_tells_of_this_target_alone(tmp_path: Path, target: Target) -> None:
    ledger = Ledger(str(tmp_path / "ledger.sqlite"))
    keeping: Keeping = keeping_for(ledger, "2.0.1", target)
    (here,) = keeping.decided
    elsewhere, before = replace(here, target="staging"), replace(here, version="2.0.0", commit="fedcba9876543210")
    for day, (subject, verdict) in enumerate([(before, P), (elsewhere, P), (here, F), (here, U)]):
        ledger.begin(golive="0", command="pytest", started=START + timedelta(days=day))
        ledger.add(subject, kept(verdict=verdict), START + timedelta(days=day))
    ledger.flush()
    seen = keeping.history(load_catalogue())
    ledger.close()
    assert [r.release for r in seen.runs] == ["2.0.0 (fedcba9)", "2.0.1 (0123456)", "2.0.1 (0123456)"]
    (course,) = seen.troubled
    assert course.verdicts == (P, F, U)
    assert course.flips == 1
    assert course.line not in seen.never, "it passed in the release before"
    assert len(seen.never) == seen.lines - 1


def watch_over(reports: Path, target: Target, decision: str = "rollback", **more: Any) -> None:
    terms = Terms("t.toml", "", "smoke", timedelta(minutes=10), timedelta(minutes=1), START, target.name,
                  release_of(target))  # fmt: skip
    record = Record(reports / "watch" / "watch.jsonl")
    record.append(replace(terms, **more).as_json())
    record.append(Round(START, 5, {"M-1.1.1": "passed"}).as_json())
    failed = Round(START + timedelta(minutes=1), 5, {"M-1.1.1": "failed"}, {"M-1.1.1": "voice <b>: 7.3 s"})
    record.append(failed.as_json())
    record.append({"decision": decision, "reason": "M-1.1.1: voice: 7.3 s", "at": START.isoformat()})


def test_the_watch_over_this_release_is_in_the_report(tmp_path: Path, target: Target) -> None:
    watch_over(tmp_path, target)
    watched = watched_of(target, tmp_path)
    page = BeautifulSoup(render_html(run_of([result("M-1.1.1")], watched=watched), CATALOGUE), "html.parser")
    section = page.select_one("section.watched")
    assert section is not None
    told = " ".join(section.get_text().split())
    assert "from 2026-11-01 09:00 UTC for 10 min, a round every 1 min" in told
    assert "ROLLBACK M-1.1.1: voice: 7.3 s" in told
    assert "2 rounds, the last at 2026-11-01 09:01 UTC" in told
    assert "failed: voice <b>: 7.3 s" in told, "text stays text"
    assert section.select_one("b b") is None
    assert len(section.select("svg rect")) >= 4


@pytest.mark.parametrize(
    "other", [{"name": "staging"}, {"described": "2.0.1 (fedcba9876543210)"}, {"described": "", "name": ""}]
)
def test_a_watch_over_another_release_or_target_is_not(tmp_path: Path, target: Target, other: dict[str, str]) -> None:
    watch_over(tmp_path, target, **other)
    assert watched_of(target, tmp_path) is None


def test_no_watch_is_none(tmp_path: Path, target: Target) -> None:
    assert watched_of(target, tmp_path) is None
    (tmp_path / "watch" / "watch.jsonl").mkdir(parents=True)
    assert watched_of(target, tmp_path) is None
