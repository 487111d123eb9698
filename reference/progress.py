"""Tables on the terminal: progress while parts start, the summary, the status."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from reference.deployment import Deployment, State

MARKS = {
    State.waiting: "[dim]waiting[/]",
    State.starting: "[yellow]starting[/]",
    State.ready: "[green]ready[/]",
    State.failed: "[red]failed[/]",
    State.stopped: "[dim]stopped[/]",
}
MEGABYTE = 1 << 20


class Progress:
    """A live table on a terminal, one line a part elsewhere."""

    def __init__(self, deployment: Deployment, console: Console) -> None:
        self._deployment, self._console = deployment, console
        self._began: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._lock = threading.Lock()
        self._live = (
            Live(console=console, get_renderable=self._table, refresh_per_second=5, transient=True)
            if console.is_terminal
            else None
        )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, name: str, state: State, seconds: float) -> None:
        with self._lock:
            if state is State.starting:
                self._began[name] = time.monotonic()
            else:
                self._took[name] = seconds
                if not self._live:
                    self._console.print(f"{seconds:5.1f} s  {name:<14} {state}", highlight=False)

    def _table(self) -> Table:
        table = Table(title="Reference deployment", title_justify="left", box=None, pad_edge=False)
        for heading in ("part", "state", "seconds"):
            table.add_column(heading, justify="right" if heading == "seconds" else "left")
        now = time.monotonic()
        for name, state in self._deployment.states.items():
            seconds = self._took.get(name, now - self._began[name] if name in self._began else None)
            table.add_row(name, MARKS[state], "" if seconds is None else f"{seconds:.1f}")
        return table


def status_table(rows: list[dict[str, Any]]) -> Table:
    """From `Deployment.status()`."""
    table = Table(box=None, pad_edge=False)
    for heading in ("part", "state", "memory", "where"):
        table.add_column(heading, justify="right" if heading == "memory" else "left", overflow="fold")
    for row in rows:
        table.add_row(
            row["part"],
            _state(row),
            f"{row['memory'] / MEGABYTE:.0f} MiB" if row["memory"] else "",
            escape(row["address"]),
        )
    return table


def _state(row: dict[str, Any]) -> str:
    if row["alive"]:
        return "[green]alive[/]"
    if row["dead"] and row["state"] == State.ready:
        return f"[red]dead: {', '.join(row['dead'])}[/]"
    return MARKS[State(row["state"])] if row["state"] != State.ready else "[red]not usable[/]"
