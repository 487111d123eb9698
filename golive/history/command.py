"""`python -m golive history`: what the ledger tells over releases."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from golive.catalogue import Catalogue, CatalogueError, load_catalogue
from golive.history.statistics import Course, courses, flaky, never_verified, slower
from golive.ledger import LedgerError
from golive.redaction import redact
from golive.report.wording import ICONS

if TYPE_CHECKING:
    from golive.ledger.store import Ledger

SHOWN = 40
"""Verdicts of a line that fit in a row, the newest."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    about = "show lines' verdicts over releases: which flip, were never verified, got slower"
    parser = commands.add_parser("history", help=about, description=about)
    default = os.environ.get("GOLIVE_LEDGER", "ledger.sqlite")
    parser.add_argument("--ledger", default=default, metavar="URL", help="as for pytest (default: %(default)s)")
    parser.add_argument("--line", metavar="ID", help="one line: each verdict with its release, run and reason")
    parser.add_argument("--product", help="only this product's lines")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print it. Returns the exit status."""
    catalogue = load_catalogue()
    try:
        if options.product is not None and options.product not in catalogue.products:
            raise CatalogueError(f"no product {options.product!r}; there are {', '.join(catalogue.products)}")
        from golive.ledger.store import Ledger  # the other commands need no database layer

        ledger = Ledger(options.ledger)
        if options.line:
            return _line(ledger, catalogue[options.line].id, options.json)
        products = [options.product] if options.product else list(catalogue.products)
        found = [c for p in products for c in courses(ledger.verdicts(p))]
    except (LedgerError, CatalogueError) as error:
        print(redact(str(error)), file=sys.stderr)
        return 2
    lines = [x.id for x in catalogue.items() if x.product in products and x.checked]
    if options.json:
        print(json.dumps(_as_json(found, lines), indent=1))
    else:
        _print(Console(width=None if sys.stdout.isatty() else 140), catalogue, ledger, found, lines)
    return 0


def _line(ledger: Ledger, line: str, as_json: bool) -> int:
    entries = ledger.of_line(line)
    if as_json:
        rows = [{"run": e.run, "at": e.at.isoformat(), "target": e.subject.target, "version": e.subject.version,
                 "commit": e.subject.commit, **e.result.as_json()} for e in entries]  # fmt: skip
        print(json.dumps(rows, indent=1))
        return 0
    table = Table(title=f"{line}: {len(entries)} verdicts in {ledger}", expand=True)
    for column in ("at (UTC)", "release", "target", "verdict", "seconds", "what"):
        table.add_column(column, ratio=4 if column == "what" else None, overflow="fold")
    for e in entries:
        what = e.result.message or e.result.observed
        release = f"{e.subject.version} ({e.subject.commit[:7]})"
        told = f"{ICONS[e.result.verdict]} {e.result.verdict}"
        table.add_row(
            f"{e.at:%Y-%m-%d %H:%M}", release, e.subject.target, told, f"{e.result.seconds:.1f}", what, style=None
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    return 0


def _print(
    console: Console, catalogue: Catalogue, ledger: Ledger, found: Sequence[Course], lines: Sequence[str]
) -> None:
    runs = ledger.runs()
    if not runs:
        console.print(f"{ledger} holds no run yet: run pytest with --release")
        return
    console.print(f"{len(runs)} runs in {ledger}, {runs[-1]['started'][:16]} to {runs[0]['started'][:16]} UTC")
    table = Table(title="lines that flip within a release: nothing was deployed, and the verdict changed")
    for column in ("line", "target", "flips", "verdicts, newest right"):
        table.add_column(column, overflow="fold")
    for c in flaky(found)[:25]:
        signs = "".join(ICONS[v] for v in c.verdicts[-SHOWN:])
        table.add_row(f"{c.line} {catalogue[c.line].title}", c.target, str(c.flips), signs)
    console.print(table if table.rows else "no line flips within a release")
    table = Table(title="checks that got slower")
    for column in ("line", "target", "times as long"):
        table.add_column(column, overflow="fold")
    for c, ratio in slower(found)[:25]:
        table.add_row(f"{c.line} {catalogue[c.line].title}", c.target, f"{ratio:.1f}")
    console.print(table if table.rows else "no check got slower")
    never = never_verified(found, lines)
    shown = ", ".join(never[:30]) + (f" and {len(never) - 30} more" if len(never) > 30 else "")
    console.print(f"never verified: {len(never)} of {len(lines)} lines{': ' + shown if never else ''}", markup=False)


def _as_json(found: Sequence[Course], lines: Sequence[str]) -> dict[str, object]:
    return {
        "flips": [{"line": c.line, "target": c.target, "flips": c.flips} for c in flaky(found)],
        "slower": [{"line": c.line, "target": c.target, "ratio": round(r, 2)} for c, r in slower(found)],
        "never_verified": never_verified(found, lines),
    }
