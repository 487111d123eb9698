"""`pytest --target X --target-check`: is the file right, what answers, and how many lines does that make verifiable."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import pytest
from _pytest.main import wrap_session
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from golive.capability import opener
from golive.catalogue import Catalogue
from golive.plugin.session import SESSION
from golive.plugin.verifies import LineWithoutCheck, line_of
from golive.redaction import redact
from golive.secrets import Secret, SecretError
from golive.target import ProductTarget, Target
from golive.verdict import Unverified

SECONDS = 12.0
"""For all capabilities together; they are opened side by side."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | pytest.ExitCode | None:
    if not config.getoption("--target-check"):
        return None
    if not config.getoption("--target"):
        raise pytest.UsageError("--target-check needs --target PATH")
    return wrap_session(config, _check)


def _check(config: pytest.Config, session: pytest.Session) -> int:
    state = config.stash[SESSION]
    console = Console(width=None if sys.stdout.isatty() else 130)
    bad = list(unresolved_secrets(state.target))
    for where, reason in bad:
        console.print(f"secret {where}: {redact(reason)}", style="red", markup=False)
    session.perform_collect()
    have = {i for item in session.items if not isinstance(item, LineWithoutCheck) if (i := line_of(item.nodeid))}
    reached = reach(state.target)
    print_reach(console, state.target, state.catalogue, have, reached)
    return 1 if bad or not all(ok for ok, _, _ in reached.values()) else 0


def unresolved_secrets(target: Target) -> Iterator[tuple[str, str]]:
    """Resolve every secret reference; yield the key and the reason of those that do not."""
    for where, secret in _secrets(target, ""):
        try:
            secret.reveal()
        except SecretError as error:
            yield where, str(error)


def _secrets(value: Any, where: str) -> Iterator[tuple[str, Secret]]:
    if isinstance(value, Secret):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name), f"{where}.{name}".lstrip("."))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets(item, f"{where}.{key}")
    elif isinstance(value, (list, tuple)):
        for n, item in enumerate(value):
            yield from _secrets(item, f"{where}.{n}")


def reach(target: Target) -> dict[tuple[str, str], tuple[bool, str, float]]:
    """Open each capability of each product once: (product, capability) to (reached, what was found, seconds)."""
    pool = ThreadPoolExecutor(16, thread_name_prefix="target-check")
    begun = time.monotonic()
    jobs: dict[tuple[str, str], Future[tuple[str, float]]] = {}
    for product, section in target.products.items():
        for capability in section.capabilities:
            jobs[product, capability] = pool.submit(_open, target, section, capability)
    found: dict[tuple[str, str], tuple[bool, str, float]] = {}
    for key, job in jobs.items():
        try:
            words, seconds = job.result(max(0.1, SECONDS - (time.monotonic() - begun)))
            found[key] = True, words, seconds
        except FutureTimeout:
            found[key] = False, f"no answer within {SECONDS:.0f} s", time.monotonic() - begun
        except (Unverified, SecretError) as error:
            found[key] = False, str(error), time.monotonic() - begun
        except Exception as error:  # a capability that breaks in an unforeseen way must not hide the others
            found[key] = False, f"{type(error).__name__}: {error}", time.monotonic() - begun
    pool.shutdown(wait=False, cancel_futures=True)
    return found


def _open(target: Target, section: ProductTarget, capability: str) -> tuple[str, float]:
    begun = time.monotonic()
    how = opener(capability)
    words = how(target, section) if how else "configured; opened by the checks that need it"
    return words, time.monotonic() - begun


def print_reach(
    console: Console,
    target: Target,
    catalogue: Catalogue,
    have: set[str],
    reached: dict[tuple[str, str], tuple[bool, str, float]],
) -> None:
    """Print the table of capabilities, and how many lines what is reachable makes verifiable."""
    table = Table(title=f"Target {target.name}", title_justify="left")
    for name in ("product", "capability", "reachable", "found"):
        table.add_column(name, overflow="fold")
    table.add_column("lines that need it", justify="right")
    for (product, capability), (ok, words, seconds) in reached.items():
        needing = sum(capability in x.needs for x in catalogue.items(product))
        mark = "[green]yes[/]" if ok else "[red]NO[/]"
        table.add_row(product, capability, f"{mark} {seconds:.1f} s", redact(words).replace("[", "\\["), str(needing))
    console.print(table)
    for product in target.products:
        lines = [x for x in catalogue.items(product) if x.checked]
        good = [x for x in lines if all(reached.get((product, n), (False, "", 0))[0] for n in x.needs)]
        ready = [x for x in good if x.id in have]
        console.print(
            f"{catalogue.names[product]}: {len(good)} of {len(lines)} lines have all they need reachable; "
            f"{len(ready)} of these have a check"
        )
