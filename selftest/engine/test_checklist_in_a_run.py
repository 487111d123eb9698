"""`pytest --checklist`: bad documents stop before the run, a good one is reported and written back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from golive.catalogue import load_catalogue
from golive.checklist.document import DocumentError
from golive.plugin.checklist import recognise
from selftest.engine.made_project import run_checks
from selftest.engine.test_checklist_match import DOCUMENTS

CHECKS = """
@verifies("AURA-1.1.1.1")
def test_first():
    seen()
"""


def test_a_bad_document_is_one_message_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("# Plan\n\nno boxes\n")
    done = run_checks(tmp_path, CHECKS, "--checklist", "mine.md")
    assert done.status == pytest.ExitCode.USAGE_ERROR, done.text
    assert "ERROR: --checklist: " in done.text
    assert "holds no box" in done.text
    assert "Traceback" not in done.text
    assert not done.reports.exists()


def test_a_foreign_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("- [ ] Water the plants of the third floor\n")
    with pytest.raises(DocumentError, match="Is it the right document"):
        recognise(tmp_path / "mine.md", load_catalogue())


def test_the_document_is_written_beside_the_reports(tmp_path: Path) -> None:
    source = DOCUMENTS / "aurastudio.md"
    if not source.exists():
        pytest.skip(f"{source.name} is not kept in this repository; looked for it in {DOCUMENTS.parent.name}/")
    mine = tmp_path / "checklist.md"
    text = source.read_text()
    mine.write_text(text + "\n- [ ] Water the plants\n")
    done = run_checks(tmp_path, CHECKS, "--checklist", "checklist.md", "-n", "1")
    assert done.status == 0, done.text
    assert mine.read_text() == text + "\n- [ ] Water the plants\n"
    assert "466 of 466 lines of aurastudio recognised" in done.text
    assert "added, no check knows them (1): 651: [ ] Water the plants" in done.text
    written = (done.reports / "checklist.ticked.md").read_text()
    assert written.count("[x]") == 1
    told = json.loads((done.reports / "checklist-document.json").read_text())
    assert told["counts"]["ticked"] == 1
    assert [row["text"] for row in told["added"]] == ["[ ] Water the plants"]
    assert (done.reports / "checklist.md").read_text() != written
