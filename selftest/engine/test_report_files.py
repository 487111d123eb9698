"""The files that a run leaves: whole, every line once, and foreign text stays text."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from golive.observation import Observation
from golive.report import write_all, write_checklist, write_json, write_junit, write_sarif, write_summary
from golive.report.atomic import write_whole
from golive.report.checklist_md import plain
from golive.results import LineResult, Run
from golive.verdict import Verdict
from selftest.engine.made_runs import AT, CATALOGUE, ITEMS, catalogue_of, line, result, results_of, run_of

MIXED = dict(zip(ITEMS, (Verdict.PASSED, Verdict.WAIVED, Verdict.FAILED, Verdict.UNVERIFIED), strict=True))
HOSTILE = "a|b <b>&amp; ]]> --> </script> `x` [x](y) *z*\x00\x1b[31m\ud800 \u202e\nnew # line"
FILES = ["checklist.md", "golive.sarif", "junit.xml", "report.html", "results.json", "summary.md"]


def test_write_all_leaves_whole_files_and_nothing_else(tmp_path: Path) -> None:
    run = run_of(results_of(MIXED))
    written = write_all(run, CATALOGUE, tmp_path / "reports")
    assert sorted(p.name for p in written) == sorted(p.name for p in (tmp_path / "reports").iterdir()) == FILES
    assert all(p.stat().st_size for p in written)


def test_one_file_that_cannot_be_written_does_not_cost_the_others(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").mkdir()
    with pytest.raises(ExceptionGroup, match="1 of 6 report files could not be written") as caught:
        write_all(run_of(results_of(MIXED)), CATALOGUE, tmp_path)
    assert "junit.xml" in caught.value.exceptions[0].__notes__[0]
    assert sorted(p.name for p in tmp_path.iterdir()) == FILES


def test_a_write_that_breaks_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    write_whole(path, "old")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="disk full"):
            write_whole(path, "new and longer")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_of_the_old_file_keeps_it_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", "old")
    os.link(tmp_path / "x", tmp_path / "reader")
    write_whole(tmp_path / "x", "new")
    assert ((tmp_path / "x").read_text(), (tmp_path / "reader").read_text()) == ("new", "old")


def test_files_can_be_read_by_others(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", "text")
    (tmp_path / "y").write_text("text")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "xy"]
    assert modes[0] == modes[1]


def test_json_reads_back_as_the_run(tmp_path: Path) -> None:
    run = run_of(results_of(MIXED))
    write_json(run, CATALOGUE, tmp_path / "results.json")
    data = json.loads((tmp_path / "results.json").read_text())
    assert [LineResult.from_json(row).as_json() for row in data["lines"]] == [r.as_json() for r in run.lines]
    assert data["gate"]["decision"] == "NO-GO"
    assert set(data) >= {"golive", "release", "target", "started", "finished", "gate", "lines"}


def test_json_stays_json_with_what_json_has_no_word_for(tmp_path: Path) -> None:
    odd = (Observation("s", "n", [float("nan"), {"x": float("-inf")}, HOSTILE], "", "src", AT),)
    write_json(run_of([result("M-1.1.1", evidence=odd, message=HOSTILE)]), CATALOGUE, tmp_path / "r.json")

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    row = json.loads((tmp_path / "r.json").read_bytes(), parse_constant=refuse)["lines"][0]
    assert row["evidence"][0]["value"] == ["nan", {"x": "-inf"}, HOSTILE]
    assert row["message"] == HOSTILE


def _junit(run: Run, path: Path) -> ElementTree.Element:
    write_junit(run, CATALOGUE, path)
    return ElementTree.fromstring(path.read_bytes())  # noqa: S314 - our own file


def test_junit_has_one_case_a_line_and_nothing_unverified_looks_passed(tmp_path: Path) -> None:
    root = _junit(run_of(results_of(MIXED)), tmp_path / "junit.xml")
    cases = {c.get("name", "").split()[0]: c for c in root.iter("testcase")}
    outcomes = {i: [child.tag for child in c if child.tag != "properties"] for i, c in cases.items()}
    assert outcomes == {
        "M-1.1.1": [], "M-1.1.2": ["skipped"], "M-1.2.1": ["failure"], "M-1.2.2": ["error"], "M-2.1": ["failure"]
    }  # fmt: skip
    totals = {k: root.get(k) for k in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": "5", "failures": "2", "errors": "1", "skipped": "1"}
    suite = root.find("testsuite")
    assert suite is not None
    assert {k: suite.get(k) for k in totals} == totals
    told = {p.get("name"): p.get("value") for p in cases["M-1.2.1"].iter("property")}
    assert told["id"] == "M-1.2.1"
    assert (told["observed"], told["limit"], told["verdict"]) == ("7 days", ">= 30 days", "failed")
    failure = cases["M-1.2.1"].find("failure")
    assert failure is not None
    assert failure.get("message") == "orders-db: retention of M-1.2.1 is 7 days, want >= 30 days"


def test_junit_of_nothing_is_still_junit(tmp_path: Path) -> None:
    assert _junit(run_of([], boxes=()), tmp_path / "junit.xml").get("tests") == "0"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_junit_parses_whatever_the_deployment_says(text: str, tmp_path: Path) -> None:
    hostile = result("M-1.1.1", Verdict.FAILED, message=text, observed=text, limit=text, waiver=text)
    root = _junit(run_of([hostile], boxes=(), target=text, release={"made": text}), tmp_path / "junit.xml")
    assert len(list(root.iter("testcase"))) == 1


def _checklist(run: Run, path: Path) -> str:
    write_checklist(run, CATALOGUE, path)
    return path.read_text(encoding="utf-8")


def test_checklist_ticks_only_what_passed(tmp_path: Path) -> None:
    text = _checklist(run_of(results_of(MIXED)), tmp_path / "checklist.md")
    boxes = {m[2]: m[1] for m in re.finditer(r"\[(x| )\] \**(M-[\d.]+)", text)}
    assert boxes == {i: "x" if i == "M-1.1.1" else " " for i in CATALOGUE.lines}
    assert "  - [x] M-1.1.1 Title of M-1.1.1: **passed** (35 days, want \\>= 30 days)" in text
    assert "- [ ] **M-1.1 Title of M-1.1**: passed with 1 waiver: 1 of 2 passed" in text
    assert "  - [ ] M-1.1.2 Title of M-1.1.2: **waived** (7 days, want \\>= 30 days) by head of operations" in text
    assert text.startswith("# NO-GO: targets/made.toml")
    assert "| failed | 2 |" in text


def test_checklist_ticks_groups_that_passed_whole_only(tmp_path: Path) -> None:
    text = _checklist(run_of(results_of(dict.fromkeys(ITEMS[:3], Verdict.PASSED))), tmp_path / "c.md")
    assert "- [x] **M-1.1 " in text
    assert "- [ ] **M-1.2 Title of M-1.2**: passed so far: 1 of 1 passed; 1 not selected" in text
    assert "  - [ ] M-1.2.2 Title of M-1.2.2: not selected" in text
    assert "## [ ] M-1 " in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.one_of(st.just(HOSTILE), st.text(st.characters(exclude_categories=()), max_size=60)))
def test_foreign_text_can_tick_no_box_and_makes_no_markup(text: str, tmp_path: Path) -> None:
    title = text.encode("utf-8", "replace").decode()  # a catalogue is valid UTF-8; what is observed need not be
    catalogue = catalogue_of(*CATALOGUE, line("M-3", title=f"{title}..."))
    results = [result("M-3", Verdict.FAILED, catalogue, message=text, observed=text, limit=text)]
    run = run_of(results, catalogue, boxes=(), target=text)
    write_checklist(run, catalogue, tmp_path / "c.md")
    told = (tmp_path / "c.md").read_text(encoding="utf-8")
    calm = run_of([result("M-3", Verdict.FAILED, catalogue, message="m", observed="o", limit="l")], catalogue, boxes=())
    write_checklist(calm, catalogue, tmp_path / "calm.md")
    assert len(told.splitlines()) == len((tmp_path / "calm.md").read_text(encoding="utf-8").splitlines())
    assert "[x]" not in told.replace("\\[x\\]", "")


@given(st.one_of(st.just(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=60)))
def test_escaped_markdown_shows_just_the_text(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parseInline("word " + plain(text))[0].children or []
    assert {t.type for t in tokens} <= {"text", "text_special"}, [t.type for t in tokens]


def test_the_summary_fits_a_comment_and_names_what_blocks(tmp_path: Path) -> None:
    many = catalogue_of(*(line(f"M-{n}") for n in range(1, 578)))
    results = [result(f"M-{n}", Verdict.FAILED, many, message=HOSTILE * 40) for n in range(1, 578)]
    write_summary(run_of(results, many, boxes=()), many, tmp_path / "summary.md")
    text = (tmp_path / "summary.md").read_text()
    assert len(text) < 32_767, "Jira takes no longer comment"
    assert "NO-GO" in text
    assert "M-1 Title of M-1" in text
    assert "552 more block" in text
    assert "<b>" not in MarkdownIt("gfm-like", {"linkify": False}).render(text)


def test_sarif_has_failed_security_lines_and_says_what_was_not_seen(tmp_path: Path) -> None:
    verdicts = (Verdict.PASSED, Verdict.FAILED, Verdict.UNVERIFIED, Verdict.WAIVED)
    secure = catalogue_of(*(line(f"M-{n}", folder="security") for n in range(1, 5)), line("M-5"))
    results = [result(f"M-{n}", v, secure, message=f"reason {n}") for n, v in enumerate((*verdicts, Verdict.FAILED), 1)]
    write_sarif(run_of(results, secure, boxes=()), secure, tmp_path / "x.sarif")
    log = json.loads((tmp_path / "x.sarif").read_text())
    (run,) = log["runs"]
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert (log["version"], rules) == ("2.1.0", ["M-1", "M-2", "M-3", "M-4"])
    assert [(r["ruleId"], rules[r["ruleIndex"]], "suppressions" in r) for r in run["results"]] == [
        ("M-2", "M-2", False), ("M-4", "M-4", True)
    ]  # fmt: skip
    assert "reason 2" in run["results"][0]["message"]["text"]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert "M-3 could not be verified: reason 3" in invocation["toolExecutionNotifications"][0]["message"]["text"]
