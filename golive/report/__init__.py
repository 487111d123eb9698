"""What a run leaves behind: six files over one `Run`, and the lines on the terminal.

Every writer is a pure function of the run and the catalogue, and replaces its file in one step, so that a run that is
killed leaves whole files.
"""

from __future__ import annotations

from pathlib import Path

from golive.catalogue import Catalogue
from golive.report.checklist_md import write_checklist
from golive.report.html import write_html
from golive.report.junit import write_junit
from golive.report.results_json import write_json
from golive.report.sarif import write_sarif
from golive.report.summary_md import write_summary
from golive.results import Run

__all__ = ["write_all", "write_checklist", "write_html", "write_json", "write_junit", "write_sarif", "write_summary"]


def write_all(run: Run, catalogue: Catalogue, folder: Path) -> list[Path]:
    """Write results.json, junit.xml, checklist.md, summary.md, golive.sarif and report.html into `folder`.

    The folder is made if missing. One that can't be written does not keep the others from being written.

    Raises:
        ExceptionGroup: the errors of those that failed, after all were tried.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    writers = {
        "results.json": write_json,
        "junit.xml": write_junit,
        "checklist.md": write_checklist,
        "summary.md": write_summary,
        "golive.sarif": write_sarif,
        "report.html": write_html,
    }
    written, errors = [], []
    for name, write in writers.items():
        try:
            write(run, catalogue, folder / name)
            written.append(folder / name)
        except Exception as error:
            error.add_note(f"while writing {folder / name}")
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {len(writers)} report files could not be written to {folder}", errors)
    return written
