"""`python -m golive COMMAND`: what is not a run of the suite."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from golive.history import command as history
from golive.iam import command as iam_policy
from golive.load import command as load
from golive.records.command import commands as records
from golive.ticket import command as attach
from golive.watch import command as watch

COMMANDS: tuple[Any, ...] = (
    attach,
    history,
    iam_policy,
    load,
    watch,
    *records(),
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m golive", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    options = parser.parse_args(arguments)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
