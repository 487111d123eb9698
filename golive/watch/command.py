"""`python -m golive watch`: the first hours of a release under watch; ends with a decision."""

from __future__ import annotations

import argparse
import re
import sys
import time
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.live import Live

from golive import clock
from golive.redaction import redact
from golive.report.atomic import write_whole
from golive.target import TargetError, load_target
from golive.watch.kept import FOLDER, PAGE, RECORD, release_of
from golive.watch.loop import Clock, Outcome, watch
from golive.watch.record import Record, Terms, Watched
from golive.watch.running import command, make_round
from golive.watch.table import rendered
from golive.watch.timeline import page

SELECTION = "smoke or rollback"
EXITS = {Outcome.CALM: 0, Outcome.ROLLBACK: 1, Outcome.ATTENTION: 3}
"""2 is a wrong call, as everywhere."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    about = "repeat smoke checks and rollback conditions after a deploy; stop with the decision when one is met"
    ends = "Exit status: 0 calm to the end, 1 go back (the reason is printed), 3 no condition met but not all well."
    parser = commands.add_parser("watch", help=about, description=about, epilog=ends)
    parser.add_argument("--target", required=True, metavar="TOML", help="target file")
    parser.add_argument("--for", dest="length", type=span, default=timedelta(hours=4), metavar="4h", help="how long")
    parser.add_argument("--every", type=span, default=timedelta(minutes=1), metavar="1m", help="a round so often")
    parser.add_argument("--release", default="", metavar="VERSION", help="named in the record and the report")
    parser.add_argument(
        "-m", dest="selection", default=SELECTION, metavar="MARKS", help="checks (default: %(default)s)"
    )
    parser.add_argument("--reports", type=Path, default=Path("reports"), metavar="DIR")
    parser.set_defaults(run=run)


def span(text: str) -> timedelta:
    """Read 30s, 1m, 4h, 1d. Raises ArgumentTypeError, as argparse wants it."""
    found = re.fullmatch(r"(\d+)([smhd])", text.strip())
    if not found or not int(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; write 30s, 1m, 4h or 1d")
    return int(found[1]) * {
        "s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)
    }[found[2]]  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Watch. Returns the exit status."""
    target = Path(options.target)
    try:
        described = load_target(target)
    except TargetError as error:
        print(redact(str(error)), file=sys.stderr)
        return 2
    if options.every > options.length:
        print(f"--every {options.every} is longer than --for {options.length}", file=sys.stderr)
        return 2
    folder = (options.reports / FOLDER).resolve()
    console = Console(width=None if sys.stdout.isatty() else 140)
    terms = Terms(
        str(target), options.release, options.selection, options.length, options.every, clock.present(),
        described.name, release_of(described),
    )  # fmt: skip
    arguments = command(str(target.resolve()), options.selection, folder)
    with Live(console=console, auto_refresh=False, transient=False) as live:

        def show(watched: Watched) -> None:
            live.update(rendered(watched, clock.present()), refresh=True)
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / PAGE, page(watched))

        _, ended = watch(
            terms, Record(folder / RECORD), Clock(clock.present, time.sleep),
            lambda: make_round(arguments, folder), show,
        )  # fmt: skip
    console.print(f"{ended.outcome.value.upper()}: {ended.reason}\n{folder / PAGE}", soft_wrap=True)
    return EXITS[ended.outcome]
