"""`pytest --lines`: how many lines have a check, how many are proven by a fault, and which have none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.main import wrap_session
from rich.console import Console
from rich.table import Table

from golive.catalogue import Catalogue, Line
from golive.plugin.options import ROOT
from golive.plugin.session import SESSION
from golive.plugin.verifies import LineWithoutCheck, line_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which lines have a check, a fault and a hard fault."""

    checked: frozenset[str]
    proven: frozenset[str]
    hard_proven: frozenset[str]


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | pytest.ExitCode | None:
    if config.getoption("--lines"):
        return wrap_session(config, _lines)
    return None


def _lines(config: pytest.Config, session: pytest.Session) -> None:
    session.perform_collect()
    have = {i for item in session.items if not isinstance(item, LineWithoutCheck) if (i := line_of(item.nodeid))}
    faults, note = declared_faults()
    proven = frozenset(i for f in faults if not f["hard"] for i in f["fails"])
    hard = frozenset(i for f in faults if f["hard"] for i in f["fails"])
    console = Console(width=None if sys.stdout.isatty() else 110)
    coverage = Coverage(frozenset(have), proven, hard)
    print_coverage(console, config.stash[SESSION].catalogue_as_written, coverage, config.get_verbosity() > 0)
    if note:
        console.print(note, style="yellow")


def declared_faults() -> tuple[list[dict[str, Any]], str]:
    """Ask the reference deployment's command line which faults it has; a note when it can't say."""
    command = [sys.executable, "-m", "reference", "faults", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        return [], f"the faults are unknown: `python -m reference faults` said: {done.stderr.strip()[-200:]}"
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found, ""


def print_coverage(console: Console, catalogue: Catalogue, coverage: Coverage, every_id: bool) -> None:
    """Print a table by product and folder, and the ids without a check, then those with a check and without proof."""
    table = Table(title="Checklist lines", title_justify="left")
    for name in ("product", "folder"):
        table.add_column(name)
    for name in ("lines", "with check", "proven by a fault", "by a hard fault", "without check"):
        table.add_column(name, justify="right")
    for product in catalogue.products:
        folders: dict[str, list[Line]] = defaultdict(list)
        for line in catalogue.items(product):
            folders["(rolled up)" if line.rolls_up else line.folder or ""].append(line)
        for folder, lines in sorted(folders.items()):
            table.add_row(product, folder, *_counts([x.id for x in lines], coverage, folder == "(rolled up)"))
        total = [x.id for x in catalogue.items(product) if x.checked]
        rolled = len(catalogue.items(product)) - len(total)
        table.add_row(product, "all", *_counts(total, coverage, False), style="bold", end_section=True)
        if rolled:
            table.caption = f"{rolled} more lines are final boxes, rolled up from others"
    console.print(table)
    unproven = sorted(coverage.checked - coverage.proven)
    softly = sorted(coverage.checked & coverage.proven - coverage.hard_proven)
    for title, ids in (("Check without fault", unproven), ("Check without hard fault", softly)):
        if ids:
            console.print(f"{title} ({len(ids)}): {' '.join(ids)}", style="red" if ids is unproven else "yellow")
    without = [x.id for x in catalogue.items() if x.checked and x.id not in coverage.checked]
    named = " ".join(without) if every_id or len(without) <= 60 else "-v names them"
    console.print(f"Without check ({len(without)}): {named}", style="dim")


def _counts(ids: list[str], coverage: Coverage, rolled: bool) -> list[str]:
    if rolled:
        return [str(len(ids)), "-", "-", "-", "-"]
    have = [i for i in ids if i in coverage.checked]
    return [
        str(len(ids)),
        str(len(have)),
        str(len([i for i in have if i in coverage.proven])),
        str(len([i for i in have if i in coverage.hard_proven])),
        str(len(ids) - len(have)),
    ]
