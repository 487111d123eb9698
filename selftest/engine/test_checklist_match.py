"""A team's document: each of its lines is recognised, and each edit of it is reported as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golive.catalogue import load_catalogue
from golive.checklist.claims import claimed_lines
from golive.checklist.document import DocumentError, Encoding, parse, read_document
from golive.checklist.findings import compare
from golive.checklist.fingerprint import load
from golive.checklist.match import match
from golive.plugin.options import ROOT
from selftest.engine.checklist_documents import CATALOGUE, CHECKED, ROWS, TEXT, recognised

DOCUMENTS = ROOT.parent / "shared" / "checklists"
FREE = {"T-1.1.1.1": 7, "T-1.1.1.2": 8, "T-1.1.2.1": 11, "T-1.2.1.1": 17, "T-1.2.1.2": 18}
"""Lines with a box and with words of their own, and where they stand in TEXT."""
LAMP = "loudly\n  - [ ] Lamp burns all night\n  - [ ] Cost"
VALVE = "- [ ] Gas valve closes by hand\n  - [ ] Kettle"
CHECKS = """
@verifies("T-1",
          "T-2")
def test_a(): ...

@x.verifies("T-3")
class TestB: ...
"""


def edit(*changes: tuple[str, str], text: str = TEXT) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_every_line_of_the_unchanged_document_is_recognised() -> None:
    found = recognised(TEXT)
    assert found.changes() == {}
    assert set(found.ids()) == {row[0] for row in ROWS}
    at = {i: found.matching.entries[n].at for i, n in found.matching.entry_of.items()}
    assert sorted(at, key=lambda i: at[i]) == [row[0] for row in ROWS], "a repeated text went to the wrong line"


@pytest.mark.parametrize(("product", "lines"), [("aurastudio", 466), ("seiketsu", 320)])
def test_the_real_documents_are_recognised_whole(product: str, lines: int) -> None:
    path = DOCUMENTS / f"{product}.md"
    if not path.exists():
        pytest.skip(
            f"the document {path.name} is not kept in this repository; looked for it in {DOCUMENTS.parent.name}/"
        )
    document = read_document(path)
    catalogue = load_catalogue()
    matching = match(document.entries, catalogue, load())
    found = compare(matching, [x.id for x in catalogue.items() if x.checked])
    assert list(matching.lines) == [x.id for x in catalogue if x.product == product]
    assert len(matching.line_of) == lines
    assert [matching.line_of[i] for i in sorted(matching.line_of)] == list(matching.lines), "out of order"
    assert [*found.added, *found.moved, *found.reworded, *found.removed, *found.unchecked] == []
    assert b"".join(document.lines) == path.read_bytes()


def test_added_lines() -> None:
    text = edit(
        ("  - [ ] Gas valve closes by hand\n", "  - [ ] Gas valve closes by hand\n  - [ ] Paint is blue\n"),
        ("  - Temperature rises over nine degrees\n", "  - Temperature rises over nine degrees\n  - Mice appear\n"),
        ("- Lock the garden door\n", "- Lock the garden door\n- Feed the dog\n"),
        ("[ ] Doors open\n", "[ ] Doors open\n[ ] Sign hangs\n"),
    )
    found = recognised(text).changes()
    assert found == {"added": ["[ ] Paint is blue", "Mice appear", "- Feed the dog", "[ ] Sign hangs"]}


def test_what_is_no_line_is_not_reported() -> None:
    text = TEXT + "\n## Contact\n\n- Owner: Kim\n- [Stoves](#stoves)\n\n**Version**: 3\n\n<!-- - [ ] old line -->\n"
    text = edit(
        ("  - [ ] Gas valve closes by hand\n", "  - [ ] Gas valve closes by hand\n    - see page 2\n"), text=text
    )
    assert recognised(text).changes() == {}


def test_removed_lines_and_headings() -> None:
    found = recognised(edit(("  - [ ] Gas valve closes by hand\n", ""), ("### Cellar\n", "")))
    # Without its heading, what stood under it stands under the heading before.
    assert found.changes() == {"removed": ["T-1.1.1.2", "T-1.2"], "moved": ["T-1.2.1", "T-1.2.2"]}
    assert found.found.orphans == ("T-1.1.1.2",)


def test_one_of_two_equal_lines_removed() -> None:
    for gone, kept, parent in (("T-1.1.1.3", "T-1.1.2.2", "Testing"), ("T-1.1.2.2", "T-1.1.1.3", "Setup")):
        lines = TEXT.split("\n")
        at = [n for n, text in enumerate(lines) if "Cost alerts" in text][0 if gone == "T-1.1.1.3" else 1]
        found = recognised("\n".join(lines[:at] + lines[at + 1 :]))
        assert found.changes() == {"removed": [gone]}, parent
        assert kept in found.ids()


def test_moved_lines() -> None:
    under = edit(
        ("  - [ ] Lamp burns all night\n", ""),
        ("loudly\n  - [ ] Cost", LAMP),
    )
    found = recognised(under)
    assert found.changes() == {"moved": ["T-1.2.1.2"]}
    assert list(found.found.moved.values()) == ["parent"]
    order = edit(("  - [ ] Gas valve closes by hand\n", ""), ("- [ ] Kettle", VALVE))
    found = recognised(order)
    assert found.changes() in ({"moved": ["T-1.1.1.2"]}, {"moved": ["T-1.1.1.1"]})
    assert list(found.found.moved.values()) == ["order"]


def test_a_moved_section_is_one_move() -> None:
    cellar = TEXT[TEXT.index("### Cellar") : TEXT.index("## Closing")]
    text = TEXT.replace(cellar, "").replace("### Stoves", cellar + "### Stoves")
    assert recognised(text).changes() in ({"moved": ["T-1.2"]}, {"moved": ["T-1.1"]})


def test_reworded_lines_say_how_alike_they_are() -> None:
    found = recognised(edit(("Kettle boils within four minutes", "Kettle boils within nine minutes")))
    assert found.changes() == {"reworded": ["T-1.1.1.1"]}
    assert list(found.found.reworded.values()) == [0.8]


def test_other_words_at_the_same_place_are_another_line() -> None:
    found = recognised(edit(("Kettle boils within four minutes", "Plants are watered")))
    assert found.changes() == {"added": ["[ ] Plants are watered"], "removed": ["T-1.1.1.1"]}


def test_like_words_elsewhere_are_another_line() -> None:
    text = edit(
        ("  - [ ] Lamp burns all night\n", ""),
        ("loudly\n  - [ ] Cost", LAMP.replace("night", "day")),
    )
    assert recognised(text).changes() == {"added": ["[ ] Lamp burns all day"], "removed": ["T-1.2.1.2"]}


def test_a_renamed_heading_keeps_its_lines() -> None:
    found = recognised(edit(("### Cellar", "### Underground storage")))
    assert found.changes() == {"reworded": ["T-1.2"]}


def test_lines_without_a_check() -> None:
    assert recognised(TEXT, CHECKED[1:]).changes() == {"unchecked": CHECKED[:1]}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(sorted(FREE)), st.sampled_from(["reworded", "removed", "moved"]), max_size=3),
    st.lists(st.integers(0, 9), max_size=2, unique=True),
    st.sampled_from(["\n", "\r\n"]),
)
def test_each_edit_is_reported_as_what_it_is(edits: dict[str, str], added: list[int], end: str) -> None:
    lines = TEXT.split("\n")
    text_of = {i: lines[at] for i, at in FREE.items()}
    for line_id, how in edits.items():
        at = lines.index(text_of[line_id])
        if how == "reworded":
            lines[at] = lines[at].rsplit(" ", 1)[0] + " zzz" + line_id.replace(".", "").replace("-", "")
        else:
            lines.pop(at)
        if how == "moved":  # below the last group with boxes of another section
            goal = "- [ ] **Testing**" if line_id.startswith("T-1.2") else "- [ ] **Alarm conditions**"
            lines.insert(lines.index(goal) + 1, text_of[line_id])
    new = [f"qq{n} ww{n} ee{n}" for n in added]
    for text in new:
        lines.insert(lines.index("- [ ] **Testing**") + 1, f"  - [ ] {text}")
    found = recognised(end.join(lines)).changes()
    assert sorted(found.get("added", [])) == sorted(f"[ ] {text}" for text in new)
    for how in ("reworded", "removed", "moved"):
        assert sorted(found.get(how, [])) == sorted(i for i, h in edits.items() if h == how), how


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"# Title\n\nwords\n", "no box"),
        ("# Title\n- [ ] a".encode("utf-16"), "Save it as UTF-8"),
        (b"- [ ] a\0b", "Save it as UTF-8"),
    ],
)
def test_what_is_no_checklist_is_one_message(data: bytes, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        parse(data, Path("x.md"))


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        read_document(tmp_path / "none.md")
    with pytest.raises(DocumentError, match="is a folder"):
        read_document(tmp_path)


def test_cp1252_is_read_and_a_bom_is_skipped() -> None:
    old = recognised(TEXT.replace("Smoke alarm", "Smoke \u2013 alarm").encode("cp1252") + b"\x81\xe9\n")
    assert old.document.encoding is Encoding.CP1252
    assert old.changes() == {}
    assert recognised(b"\xef\xbb\xbf" + TEXT[TEXT.index("## Kitchen") :].encode()).changes() == {}


def test_claimed_lines_are_those_of_the_checks_source(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(CHECKS)
    (tmp_path / "other.py").write_text('@verifies("T-9")\ndef test_a(): ...\n')
    assert claimed_lines(tmp_path) == {"T-1", "T-2", "T-3"}
    assert CATALOGUE["T-3.1"].rolls_up
