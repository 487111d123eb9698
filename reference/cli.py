"""`python -m reference`: up, status, down, faults, break, heal."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reference import running
from reference.control import Control, ControlError


def main(argv: list[str] | None = None) -> int:
    """Exit codes: 0 done; 1 could not be done, the reason is on standard error; 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.function(arguments))
    except (ControlError, running.NoDeploymentError, RuntimeError) as error:
        print(f"reference: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has seen enough (`| head`); keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reference", description="The reference deployment of both products."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Any, does: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=does, description=does)
        sub.set_defaults(function=function)
        return sub

    def folder(sub: argparse.ArgumentParser, purpose: str = "which deployment, when several run") -> None:
        sub.add_argument("--folder", type=Path, metavar="DIR", help=purpose)

    up = command("up", _up, "start a deployment and stay until Ctrl-C or `down`")
    folder(up, "keep its files in this folder (default: a temporary one, removed at the end)")
    up.add_argument("--target-file", type=Path, metavar="PATH", help="write the target file here too")
    up.add_argument(
        "--watch-stdin",
        action="store_true",
        help="for programs: end when standard input ends; say in one line of JSON on standard output when it is ready",
    )
    status = command("status", _status, "show each part, alive or not")
    folder(status)
    status.add_argument("--json", action="store_true")
    folder(command("down", _down, "stop a deployment"))
    faults = command("faults", _faults, "list the faults")
    faults.add_argument("--json", action="store_true")
    break_ = command("break", _break, "put faults in place")
    break_.add_argument("names", nargs="+", metavar="NAME")
    folder(break_)
    for name, does in (("isolate", "cut an API instance from its database"), ("join", "give it its database again")):
        isolation = command(name, _isolation, does)
        isolation.add_argument("instance", metavar="INSTANCE")
        isolation.set_defaults(method="POST" if name == "isolate" else "DELETE")
        folder(isolation)
    recovered = command(
        "recovered", _recovered, "start an API instance on the stores that RECOVERED_* name, and write its address"
    )
    recovered.add_argument("product", metavar="PRODUCT")
    recovered.add_argument("name", metavar="NAME")
    recovered.add_argument("--stop", action="store_true", help="end it instead")
    folder(recovered)
    heal = command("heal", _heal, "take faults away")
    heal.add_argument("names", nargs="*", metavar="NAME")
    heal.add_argument("--all", action="store_true")
    folder(heal)
    return parser


def _up(arguments: argparse.Namespace) -> int:
    from reference.supervisor import supervise

    return supervise(arguments.folder, arguments.target_file, arguments.watch_stdin)


def _status(arguments: argparse.Namespace) -> int:
    state = running.find(arguments.folder)
    answer = Control(state, timeout=30).call("GET", "/status")
    healthy = all(row["alive"] for row in answer["parts"])
    if arguments.json:
        print(json.dumps({**answer, "phase": state["phase"], "folder": state["folder"], "healthy": healthy}))
        return 0 if healthy else 1
    from reference.progress import MEGABYTE, status_table

    console = Console(soft_wrap=False)
    console.print(status_table(answer["parts"]))
    memory = sum(row["memory"] for row in answer["parts"]) / MEGABYTE
    console.print(f"\n{state['phase']}, {memory:.0f} MiB, folder {state['folder']}", highlight=False)
    console.print(f"faults in place: {', '.join(answer['faults']) or 'none'}", highlight=False)
    return 0 if healthy else 1


def _down(arguments: argparse.Namespace) -> int:
    state = running.find(arguments.folder)
    Control(state, timeout=10).call("POST", "/stop")
    deadline = time.monotonic() + 30
    while running.is_running(Path(state["folder"])):
        if time.monotonic() > deadline:
            raise RuntimeError(
                f"the supervisor (process {state['pid']}) has not ended after 30 s; kill it, its parts end with it"
            )
        time.sleep(0.1)
    print(f"stopped {state['folder']}")
    return 0


def _faults(arguments: argparse.Namespace) -> int:
    from reference.faults import load_faults

    faults = load_faults().values()
    if arguments.json:
        print(json.dumps([fault.as_json() for fault in faults], indent=2))
        return 0
    table = Table(box=None, pad_edge=False)
    for heading in ("fault", "breaks", "lines that must fail"):
        table.add_column(heading, overflow="fold")
    for fault in faults:
        table.add_row(fault.name + (" (hard)" if fault.hard else ""), fault.breaks, " ".join(fault.fails))
    Console().print(table)
    print(f"{len(faults)} faults over {len({line for fault in faults for line in fault.fails})} lines")
    return 0


def _isolation(arguments: argparse.Namespace) -> int:
    Control(running.find(arguments.folder)).call(arguments.method, f"/isolated/{arguments.instance}")
    return 0


def _recovered(arguments: argparse.Namespace) -> int:
    control, path = Control(running.find(arguments.folder)), f"/recovered/{arguments.product}/{arguments.name}"
    if arguments.stop:
        control.call("DELETE", path)
        return 0
    given = {"database_host": "DATABASE_HOST", "database_port": "DATABASE_PORT", "redis_url": "REDIS_URL"}
    stores = {word: os.environ[f"RECOVERED_{name}"] for word, name in given.items()}
    buckets = [value for name, value in os.environ.items() if name.startswith("RECOVERED_BUCKET_")]
    print(control.call("POST", path, stores | {"bucket": buckets[0]})["url"])
    return 0


def _break(arguments: argparse.Namespace) -> int:
    control = Control(running.find(arguments.folder))
    for name in arguments.names:
        control.call("POST", f"/faults/{name}")
        print(f"broken: {name}")
    return 0


def _heal(arguments: argparse.Namespace) -> int:
    if bool(arguments.names) == arguments.all:
        print("reference: name the faults to heal, or --all", file=sys.stderr)
        return 2
    control = Control(running.find(arguments.folder))
    if arguments.all:
        print(f"healed: {', '.join(control.call('DELETE', '/faults')['healed']) or 'nothing was broken'}")
        return 0
    for name in arguments.names:
        control.call("DELETE", f"/faults/{name}")
        print(f"healed: {name}")
    return 0
