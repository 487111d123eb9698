"""`--checklist PATH.md`: compares the team's own document with the catalogue, and writes it back with boxes ticked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from golive.catalogue import Catalogue, load_catalogue
from golive.checklist.claims import claimed_lines
from golive.checklist.document import Document, DocumentError, read_document
from golive.checklist.findings import Findings, as_json, compare, summary, words_of
from golive.checklist.fingerprint import FingerprintError, load
from golive.checklist.match import Matching, match
from golive.checklist.ticked import judge, write
from golive.plugin.run import RECORD, RUN
from golive.plugin.verifies import TESTS
from golive.redaction import redact
from golive.report.atomic import write_whole, write_whole_bytes
from golive.results import Run

REPORT = "checklist-document.json"
TAKEN = {"checklist.md", "junit.xml", "report.html", "results.json", "readme.md", REPORT}
"""Names in the folder of reports that are not the document's, in lower case."""


@dataclass
class Checklist:
    """The document that the command line names, recognised before the run, written after it."""

    document: Document
    matching: Matching
    found: Findings
    told: list[str] = field(default_factory=list)
    problem: str = ""


CHECKLIST = pytest.StashKey[Checklist]()


def recognise(path: Path, catalogue: Catalogue) -> Checklist:
    """Read the document and find its lines in the catalogue.

    Raises:
        DocumentError: it can't be read, or holds no line that the catalogue knows.
    """
    document = read_document(path)
    try:
        matching = match(document.entries, catalogue, load())
    except FingerprintError as error:
        raise DocumentError(str(error)) from error
    if not matching.line_of:
        names = " and ".join(catalogue.names.values())
        raise DocumentError(f"{path} holds no line of {names}. Is it the right document?")
    return Checklist(document, matching, compare(matching, claimed_lines(TESTS)))


def pytest_configure(config: pytest.Config) -> None:
    given = config.getoption("--checklist")
    if not given or hasattr(config, "workerinput"):
        return
    path = Path(config.invocation_params.dir, given)
    try:
        config.stash[CHECKLIST] = recognise(path, load_catalogue())
    except DocumentError as error:
        raise pytest.UsageError(f"--checklist: {error}") from None


def pytest_sessionfinish(session: pytest.Session) -> None:
    checklist = session.config.stash.get(CHECKLIST, None)
    run = session.config.stash.get(RUN, None)
    if checklist is None or run is None:
        return
    folder = Path(session.config.getoption("--reports"))
    try:
        write_back(checklist, run, session.config.stash[RECORD].catalogue, folder)
    except (OSError, DocumentError) as error:
        checklist.problem = f"--checklist: {redact(str(error))}"
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def write_back(checklist: Checklist, run: Run, catalogue: Catalogue, folder: Path) -> Path:
    """Write the document with its boxes ticked, and `checklist-document.json`; return the document's path.

    Raises:
        OSError: one of them can't be written.
        DocumentError: the document can't be written without losing something.
    """
    document, matching, found = checklist.document, checklist.matching, checklist.found
    ticks = judge(matching, found, catalogue, run.lines)
    path = target_path(document.path, folder)
    by_hand = ticks.by_hand(matching)
    told = as_json(document, matching, found, catalogue)
    told["counts"] |= {"ticked": ticks.ticked(matching), "ticked by hand only": len(by_hand)}
    told["ticked_by_hand_only"] = [{"at": e.at + 1, "text": words_of(e)} for e in by_hand]
    told["written"] = path.name
    folder.mkdir(parents=True, exist_ok=True)
    write_whole_bytes(path, write(document, matching, ticks))
    write_whole(folder / REPORT, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    checklist.told = summary(document, matching, found)
    boxes = told["counts"]["boxes"]
    hand = f"; {len(by_hand)} were ticked by hand and are open now" if by_hand else ""
    checklist.told.append(
        f"  {ticks.ticked(matching)} of {boxes} boxes ticked in {path.name}, details in {REPORT}{hand}"
    )
    return path


def target_path(source: Path, folder: Path) -> Path:
    """Return where the document is written: by its own name, unless that is another report's or the document itself."""
    path, number = folder / source.name, 1
    while path.name.lower() in TAKEN or (path.exists() and path.samefile(source)):
        path = folder / f"{source.stem}.ticked{number if number > 1 else ''}{source.suffix}"
        number += 1
    return path


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    checklist = config.stash.get(CHECKLIST, None)
    if checklist is None:
        return
    for text in checklist.told:
        terminalreporter.write_line(text)
    if checklist.problem:
        terminalreporter.write_line(checklist.problem, red=True, bold=True)
    elif not checklist.told:
        terminalreporter.write_line(
            "--checklist: no line was verified, so the document is not written back", yellow=True
        )
