"""A document is written back with its boxes ticked, and nothing of it is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from golive.catalogue import load_catalogue
from golive.checklist.document import parse, without_notes
from golive.checklist.ticked import judge, write
from golive.plugin.checklist import Checklist, recognise, target_path, write_back
from golive.results import LineResult
from golive.verdict import Verdict
from selftest.engine.checklist_documents import CATALOGUE, CHECKED, TEXT, recognised
from selftest.engine.made_runs import result, run_of
from selftest.engine.test_checklist_match import DOCUMENTS

_BOX = re.compile(rb"\[[ xX]\]")


def bare(data: bytes) -> bytes:
    """The document without golive's notes, all its boxes open."""
    return _BOX.sub(b"[ ]", without_notes(data))


def results(bad: dict[str, Verdict] | None = None, left_out: tuple[str, ...] = ()) -> list[LineResult]:
    bad = bad or {}
    return [result(i, bad.get(i, Verdict.PASSED), CATALOGUE) for i in CHECKED if i not in left_out]


def written(text: str | bytes, rows: list[LineResult], boxes: tuple[str, ...] = ("T-3.1", "T-3.2")) -> str:
    found = recognised(text)
    run = run_of(rows, CATALOGUE, boxes=boxes)
    return write(found.document, found.matching, judge(found.matching, found.found, CATALOGUE, run.lines)).decode()


def line_with(text: str, words: str) -> str:
    [found] = [x for x in text.split("\n") if words in x]
    return found


def test_all_passed_ticks_all() -> None:
    assert written(TEXT, results()) == TEXT.replace("[ ]", "[x]")


def test_only_passed_lines_and_whole_groups_are_ticked() -> None:
    text = written(TEXT, results({"T-1.1.2.1": Verdict.FAILED, "T-1.2.2.1": Verdict.UNVERIFIED}))
    assert "- [ ] Smoke alarm rings loudly <!-- golive: T-1.1.2.1 failed: orders-db" in text
    assert "- [ ] **Testing** <!-- golive: T-1.1.2 failed: 1 of 2" in text
    assert "- [x] Kettle" in text
    assert text.count("- [x] **Setup**\n") == 2
    assert "  - Water stands above two centimetres <!-- golive: T-1.2.2.1 unverified:" in text
    assert "[ ] Kitchen complete\n" in text
    assert "\n```\n<!-- golive: T-3.1 failed:" in text


@pytest.mark.parametrize("verdict", [Verdict.WAIVED, Verdict.UNVERIFIED, Verdict.FAILED])
def test_no_other_verdict_ticks(verdict: Verdict) -> None:
    text = written(TEXT, results({"T-1.1.1.1": verdict}))
    assert f"[ ] Kettle boils within four minutes <!-- golive: T-1.1.1.1 {verdict}:" in text
    assert text.count("[ ] **Setup**") == 1


def test_a_line_that_was_not_selected_stays_open_and_so_does_its_group() -> None:
    text = written(TEXT, results(left_out=("T-1.2.1.2",)), boxes=())
    assert "[ ] Lamp burns all night <!-- golive: T-1.2.1.2 not selected in this run -->" in text
    assert text.count("[ ] **Setup**") == 1
    assert "[ ] Doors open" in text


def test_an_added_line_keeps_group_and_final_boxes_open() -> None:
    text = written(TEXT.replace("by hand\n", "by hand\n  - [ ] Paint is blue\n"), results())
    assert "[ ] Paint is blue <!-- golive: no check knows this line -->" in text
    assert "[ ] **Setup** <!-- golive: T-1.1.1 open: 1 of 4 lines" in text
    assert "[ ] Kitchen complete" in text
    assert "[ ] Doors open" in text


def test_a_reworded_line_is_not_ticked_for_its_old_words() -> None:
    text = written(TEXT.replace("four minutes", "nine minutes"), results())
    assert "[ ] Kettle boils within nine minutes <!-- golive: T-1.1.1.1 reworded" in text
    assert text.count("[ ] **Setup**") == 1


def test_a_tick_by_hand_is_taken_back() -> None:
    text = written(TEXT.replace("[ ] Kettle", "[X] Kettle"), results({"T-1.1.1.1": Verdict.FAILED}))
    assert "[ ] Kettle" in text


def test_a_written_document_can_be_the_next_ones_source() -> None:
    first = written(TEXT, results({"T-1.1.2.1": Verdict.FAILED}))
    assert written(first, results({"T-1.1.2.1": Verdict.FAILED})) == first
    assert written(first, results()) == TEXT.replace("[ ]", "[x]")


def test_a_note_never_ends_early_or_leaves_its_line() -> None:
    rows = [
        result("T-1.1.1.1", Verdict.FAILED, CATALOGUE, message="a --> b `c` \n<!-- d --- e --\u2028f" + "x" * 300)
        if x.id == "T-1.1.1.1" else x for x in results()
    ]  # fmt: skip
    told = line_with(written(TEXT, rows), "Kettle")
    assert told.endswith(" -->")
    assert told.count("--") == 2
    assert len(told) < 220


def test_a_note_inside_a_code_span_is_left_off() -> None:
    text = "# x\n\n" + TEXT.replace("Gas valve closes by hand", "Gas valve `closes\n    by` hand")
    told = written(text, results({"T-1.1.1.2": Verdict.FAILED}))
    assert "[ ] Gas valve `closes\n    by` hand" in told


def test_line_ends_trailing_spaces_tabs_and_hard_breaks_stay() -> None:
    text = TEXT.replace("by hand\n", "by hand  \n").replace("rings loudly\n", "rings loudly\\\n    and long\t \n")
    for end in ("\n", "\r\n", "\r"):
        for cut in (None, -1):
            data = text.replace("\n", end).encode()[:cut]
            out = written(data, results(dict.fromkeys(CHECKED, Verdict.FAILED))).encode()
            assert bare(out) == data
            assert b"by hand <!-- golive: T-1.1.1.2 failed" in out
            assert b"-->  " + end.encode() in out


def test_the_rendered_document_is_the_same_but_for_comments() -> None:
    out = written(TEXT, results(dict.fromkeys(CHECKED, Verdict.FAILED)))
    assert out.count("<!-- golive") > len(CHECKED)
    md = MarkdownIt("commonmark")
    shown = re.sub(r" ?<!-- golive.*?-->", "", md.render(out))
    assert shown.split() == md.render(TEXT).split()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=12)), max_size=4),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.dictionaries(st.sampled_from(CHECKED), st.sampled_from(Verdict), max_size=4),
)
def test_whatever_stands_in_it_nothing_is_lost(
    noise: list[tuple[int, bytes]], end: bytes, bom: bytes, verdicts: dict[str, Verdict]
) -> None:
    lines = TEXT.encode().split(b"\n")
    for at, data in noise:
        lines[at] += data.replace(b"\0", b"")
    data = bom + end.join(lines)
    found = recognised(data)
    run = run_of(results(verdicts), CATALOGUE, boxes=("T-3.1", "T-3.2"))
    out = write(found.document, found.matching, judge(found.matching, found.found, CATALOGUE, run.lines))
    assert bare(out) == _BOX.sub(b"[ ]", data)


@pytest.mark.parametrize("name", ["aurastudio.md", "seiketsu.md"])
@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED])
def test_the_real_documents_come_back_whole(name: str, verdict: Verdict, tmp_path: Path) -> None:
    if not (DOCUMENTS / name).exists():
        pytest.skip(f"the document {name} is not kept in this repository; looked for it in {DOCUMENTS.parent.name}/")
    catalogue = load_catalogue()
    checklist = recognise(DOCUMENTS / name, catalogue)
    items = [x for x in catalogue.items() if x.id in checklist.matching.lines]
    rows = [result(x.id, verdict, catalogue) for x in items if x.checked]
    run = run_of(rows, catalogue, boxes=[x.id for x in items if x.rolls_up])
    path = write_back(checklist, run, catalogue, tmp_path)
    before, after = (DOCUMENTS / name).read_bytes(), path.read_bytes()
    if verdict is Verdict.PASSED:
        assert after == before.replace(b"[ ]", b"[x]")
    else:
        assert bare(after) == before
        assert b"[x]" not in after
        assert all(f" {x.id} ".encode() in after for x in items)


def test_the_document_is_never_written_over_it_or_another_report(tmp_path: Path) -> None:
    mine = tmp_path / "tea.md"
    mine.write_text("- [ ] a")
    assert target_path(mine, tmp_path / "reports") == tmp_path / "reports" / "tea.md"
    assert target_path(mine, tmp_path) == tmp_path / "tea.ticked.md"
    assert target_path(tmp_path / "Checklist.md", tmp_path / "reports").name == "Checklist.ticked.md"
    again = tmp_path / "tea.ticked.md"
    again.write_text("- [ ] a")
    assert target_path(again, tmp_path) not in (mine, again)


def test_the_report_names_what_was_found(tmp_path: Path) -> None:
    text = TEXT.replace("four minutes", "nine minutes").replace("[ ] Gas", "[x] Oil")
    found = recognised(text, CHECKED[:-1])
    checklist = Checklist(parse(text.encode(), tmp_path / "tea.md"), found.matching, found.found)
    write_back(checklist, run_of(results(), CATALOGUE, boxes=()), CATALOGUE, tmp_path / "r")
    told = "\n".join(checklist.told)
    assert "reworded, left open (2): T-1.1.1.1 at 8, 0.80 alike; T-1.1.1.2 at 9" in told
    assert f"lines without a check (1): {CHECKED[-1]}" in told
    assert "1 were ticked by hand" in told
    assert '"similarity": 0.8' in (tmp_path / "r" / "checklist-document.json").read_text()
