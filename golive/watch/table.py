"""The watch as it is shown while it runs."""

from __future__ import annotations

from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from golive.watch.record import Watched
from golive.watch.round import Round

SHOWN = 60
"""Rounds in a row of the table, the newest."""
_STYLES = {"passed": ("●", "green"), "waived": ("●", "cyan"), "failed": ("✖", "red"), "unverified": ("?", "yellow")}


def rendered(watched: Watched, now: datetime) -> RenderableType:
    """Return how the watch stands: a summary, and a row for each line that did not hold in every round."""
    terms, rounds = watched.terms, watched.rounds[-SHOWN:]
    left = max(0, int((terms.end - now).total_seconds()))
    head = f"{terms.release or 'release'} on {terms.target}: round {len(watched.rounds)}, {left // 60} min left"
    table = Table(title=head, title_justify="left")
    table.add_column("line")
    table.add_column(f"last {len(rounds)} rounds", no_wrap=True)
    table.add_column("now")
    table.add_row("all", _row(rounds, _whole), _words(rounds[-1]) if rounds else "first round runs")
    for id_ in watched.troubled:
        now_ = next((r.reasons.get(id_, "") for r in reversed(rounds) if r.lines), "")
        table.add_row(id_, _row(rounds, lambda r, i=id_: r.lines.get(i, "")), now_.partition("\n")[0][:70] or "holds")
    parts: list[RenderableType] = [table]
    if watched.decision:
        parts.append(Text(f"{watched.decision.upper()}: {watched.reason}", style="bold"))
    return Group(*parts)


def _whole(round_: Round) -> str:
    if not round_.lines:
        return ""
    return "failed" if round_.failed else "unverified" if round_.unseen else "passed"


def _words(round_: Round) -> str:
    if round_.broken:
        return round_.broken.partition("\n")[0][:70]
    good = len(round_.lines) - len(round_.failed) - len(round_.unseen)
    return f"{good} hold, {len(round_.failed)} failed, {len(round_.unseen)} unverified, {round_.seconds:.0f} s"


def _row(rounds: list[Round], verdict: object) -> Text:
    text = Text()
    for round_ in rounds:
        mark, style = _STYLES.get(verdict(round_), ("·", "dim"))  # type: ignore[operator]
        text.append(mark, style)
    return text
