"""Load runs of a deployment, retold: a fault changes rows of a recorded run, and the record comes back when it heals.

Several faults may change one run at a time: all changes that are in place are made anew from the record as it was.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.describe.load import results_folder

if TYPE_CHECKING:
    from reference.deployment import Deployment

Row = dict[str, str]
Rows = Callable[[list[Row]], list[Row]]
"""Given all rows of k6's CSV, returns those that the changed record holds."""
Head = Callable[[dict[str, Any]], None]
"""Changes a document of the run in place."""

RESULTS, RECORD, BEFORE = "results.csv.gz", "run.json", ".before"
DOCUMENTS = {"head": RECORD, "summary": "summary.json", "samples": "samples.json", "trace": "trace.json"}
FILES = (RESULTS, *DOCUMENTS.values())
SECONDS = 600
"""The longest run of the short size takes half of it, with its preparation and what is taken away afterwards."""
_changes: dict[Path, dict[object, tuple[Rows | None, dict[str, Head | None]]]] = {}
_lock = threading.Lock()


def retold(
    deployment: Deployment, product: str, name: str, rows: Rows | None = None, **documents: Head | None
) -> Iterator[None]:
    """For `yield from` in a fault: the newest run of this name says something else while it is in place.

    `documents`: changes of `head` (run.json), of k6's `summary`, of the `samples` of database and processes, or of the
    `trace` of journeys.
    """
    folder = _newest(deployment, product, name) or _made(deployment, product, name)
    key = object()
    with _lock:
        _changes.setdefault(folder, {})[key] = (rows, documents)
        _write(folder)
    try:
        yield
    finally:
        with _lock:
            _changes[folder].pop(key)
            _write(folder)


def copied(deployment: Deployment, product: str, name: str, head: Head) -> Iterator[None]:
    """For `yield from` in a fault: beside the newest run of this name lies an older one, which differs by `head`."""
    newest = _newest(deployment, product, name) or _made(deployment, product, name)
    folder = newest.with_name(f"00000000T000000Z-{name}")
    shutil.copytree(newest, folder)
    try:
        told = json.loads((folder / RECORD).read_text())
        told["started"] = (datetime.fromisoformat(told["started"]) - timedelta(milliseconds=10)).isoformat()
        head(told)
        (folder / RECORD).write_text(json.dumps(told, indent=2))
        yield
    finally:
        shutil.rmtree(folder)


def made_under(
    deployment: Deployment, product: str, name: str, trouble: AbstractContextManager[None]
) -> Iterator[None]:
    """For `yield from` in a fault: a run is made during trouble, and is the newest one until the fault is healed."""
    with trouble:
        before = _newest(deployment, product, name) or _made(deployment, product, name)
        folder = _made(deployment, product, name)
    assert folder != before
    try:
        yield
    finally:
        shutil.rmtree(folder)


def _newest(deployment: Deployment, product: str, name: str) -> Path | None:
    folders = [path.parent for path in results_folder(deployment.settings, product).glob(f"*-{name}/{RECORD}")]
    return max(folders, default=None)


def _made(deployment: Deployment, product: str, name: str) -> Path:
    """A run by the real generator, as a user makes one."""
    if deployment.target_file is None:
        raise RuntimeError("the deployment has no target file, so no load can be put on it")
    command = [sys.executable, "-m", "golive", "load", "--allow", "disrupts", "--product", product, "--run", name]
    done = subprocess.run(
        [*command, "--target", str(deployment.target_file)],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    folder = _newest(deployment, product, name)
    if folder is None or done.returncode:
        raise RuntimeError(f"no load run {name} could be made: {(done.stdout + done.stderr)[-600:]}")
    return folder


def _write(folder: Path) -> None:
    """The record with all changes that are in place."""
    for file in FILES:
        kept = folder / (file + BEFORE)
        if not kept.exists() and (folder / file).exists():
            shutil.copyfile(folder / file, kept)
    with gzip.open(folder / (RESULTS + BEFORE), "rt", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or []), list(reader)
    there = {word: file for word, file in DOCUMENTS.items() if (folder / (file + BEFORE)).exists()}
    told = {word: json.loads((folder / (file + BEFORE)).read_text()) for word, file in there.items()}
    for change, changes in _changes[folder].values():
        rows = change(rows) if change else rows
        for word, by in changes.items():
            if by:
                by(told[word])
    requests = sum(row["metric_name"] == "http_reqs" for row in rows)
    told["head"]["counts"]["http_reqs"] = requests  # the generator's own total goes with the story
    part = folder / f"{RESULTS}.part"
    with gzip.open(part, "wt", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.rename(folder / RESULTS)
    for word, file in there.items():
        (folder / f"{file}.part").write_text(json.dumps(told[word], indent=2))
        (folder / f"{file}.part").rename(folder / file)
    if not _changes[folder]:
        for file in (RESULTS, *there.values()):
            (folder / (file + BEFORE)).rename(folder / file)
