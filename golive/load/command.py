"""`python -m golive load`: puts load on the deployment, shows how it goes, and keeps the run for checks to judge."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from golive.guard import effect
from golive.guard.effect import Effect
from golive.load.collecting import collect
from golive.load.generator import Progress
from golive.load.kubernetes import MANIFESTS, render
from golive.load.results import Results
from golive.load.running import perform
from golive.load.scenarios import load_runs
from golive.load.taking_away import taking_away
from golive.run_id import run_id
from golive.target import ProductTarget, Target, TargetError, load_target
from golive.verdict import Unverified

STOPPED = 130


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("load", help="put load on the deployment and keep the run", description=__doc__)
    parser.add_argument("--target", required=True, type=Path, metavar="TOML")
    parser.add_argument("--allow", default="reads", metavar="EFFECTS", help="load needs `disrupts`; the target as well")
    parser.add_argument("--product", help="only this one's runs")
    parser.add_argument("--run", dest="name", metavar="NAME", help="only this run, such as rates or levels")
    parser.add_argument("--profile", metavar="NAME", help="full, short, or one of the target's (default: the target's)")
    parser.add_argument("--generators", type=int, default=1, metavar="N", help="so many k6 processes, on segments")
    parser.add_argument("--kubernetes", type=Path, metavar="FOLDER", help="put nothing on it, but write manifests here")
    parser.add_argument("--namespace", default="load", help="of the manifests")
    parser.add_argument("--collect", type=Path, metavar="FOLDER", help="keep the run whose manifests are here")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the runs. Returns 0 when all of them ran to their end, 1 when one was aborted, 2 when one could not run."""
    console = Console()
    try:
        target = load_target(options.target)
        if options.collect:
            print(f"kept in {collect(options.collect, target, datetime.now(UTC)).folder}")
            return 0
        if options.kubernetes:
            return write_manifests(target, options)
        allowed = [word.strip() for word in options.allow.split(",") if word.strip()]
        effect.ensure_permitted(target.allow, allowed, Effect.DISRUPTS)
        chosen = [
            (product, section, name)
            for product, section in target.products.items()
            for name in load_runs().get(product, {})
            if section.k6 and options.product in (None, product) and options.name in (None, name)
        ]
        if not chosen:
            print("nothing to run: no product of the target has [PRODUCT.k6], or no run of that name", file=sys.stderr)
            return 2
        return max(_perform(console, target, *which, options.profile, options.generators) for which in chosen)
    except (TargetError, Unverified) as error:
        print(f"no load was run: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return STOPPED


def write_manifests(target: Target, options: argparse.Namespace) -> int:
    """Write the manifests of one run, and say what is left to do."""
    with_k6 = [name for name, section in target.products.items() if section.k6 and options.product in (None, name)]
    if len(with_k6) != 1 or not options.name:
        print("say which run: --product PRODUCT --run NAME", file=sys.stderr)
        return 2
    product, mark = with_k6[0], run_id()
    section = target.products[product]
    assert section.k6 is not None
    made = render(
        product, section, options.name, options.profile or section.k6.profile, mark, datetime.now(UTC),
        runners=options.generators, namespace=options.namespace,
    )  # fmt: skip
    made.write(options.kubernetes)
    print(f"{options.kubernetes / MANIFESTS}: {options.generators} runners. Before you apply it, make in its namespace")
    print(f"the Secret {made.secret} with {', '.join(f'{key} ({what})' for key, what in made.keys.items())}.")
    print(f"When it is over: python -m golive load --target {options.target} --collect {options.kubernetes}")
    return 0


def _perform(
    console: Console, whole: Target, product: str, target: ProductTarget, name: str, given: str | None, generators: int
) -> int:
    assert target.k6 is not None
    profile = given or target.k6.profile
    title = f"{product} {name} ({profile})"
    with Live(_table(title, Progress(0)), console=console, transient=True) as live, effect.allow(Effect.DISRUPTS):
        artefact = perform(
            product, target, name, profile,
            watch=lambda seen: live.update(_table(title, seen)),
            take_away=taking_away(product, target, whole.timeouts), timeouts=whole.timeouts, generators=generators,
        )  # fmt: skip
    console.print(_summary(title, artefact.files))
    state = f"[red]aborted: {artefact.run.aborted}[/red]" if artefact.run.aborted else "kept in"
    console.print(f"{title}: {state} {artefact.folder}")
    return 1 if artefact.run.aborted else 0


def _table(title: str, seen: Progress) -> Table:
    table = Table(title=title)
    for heading in ("stage", "seconds", "active users", "requests", "rate/s", "p95 ms", "errors"):
        table.add_column(heading, justify="right")
    table.add_row(
        seen.stage,
        f"{seen.seconds:.0f}", f"{seen.users:.0f}", f"{seen.requests:.0f}", f"{seen.rate:.1f}", f"{seen.p95:.0f}",
        f"{seen.errors:.2%}",
    )  # fmt: skip
    return table


def _summary(title: str, files: list[Path]) -> Table:
    table = Table(title=title)
    for heading in ("scenario", "operation", "requests", "p50 ms", "p95 ms", "p99 ms", "errors"):
        table.add_column(heading, justify="left" if heading in ("scenario", "operation") else "right")
    with Results(files) as results:
        for f in results.figures(("operation", "scenario")):
            if f.scenario:
                figures = (f"{f.count}", f"{f.p50:.0f}", f"{f.p95:.0f}", f"{f.p99:.0f}", f"{f.errors:.2%}")
                table.add_row(f.scenario, f.operation, *figures)
    return table
