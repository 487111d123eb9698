"""summary.md: one page for the release ticket. Fits a comment of GitHub, GitLab and Jira, whatever the run found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from golive.catalogue import Catalogue
from golive.report.atomic import write_whole
from golive.report.checklist_md import plain
from golive.report.wording import ICONS, comparison, moment, one_line, took
from golive.results import LineResult, Run
from golive.verdict import Verdict

ROWS = 25
"""Lines that are shown one by one; the others are counted."""
WIDTH = 220
"""Characters of a reason."""


def write_summary(run: Run, catalogue: Catalogue, path: Path) -> None:
    """Write the page: the decision, why, the counts of each product, and what blocks."""
    write_whole(path, "\n".join(_page(run, catalogue)) + "\n")


def _page(run: Run, catalogue: Catalogue) -> Iterator[str]:
    yield f"## {'✅' if run.gate.go else '⛔'} {run.gate.words}: {plain(run.target)}"
    yield ""
    releases = ", ".join(f"{plain(catalogue.names.get(p, p))} {plain(r)}" for p, r in run.release.items())
    yield f"{releases or 'no release'}. {moment(run.finished)}, took {took(run)}. Decided over {plain(run.gate.scope)}."
    if run.interrupted:
        yield ""
        yield "**The run was interrupted: what it did not reach is unverified.**"
    yield ""
    yield f"| product | {' | '.join(f'{ICONS[v]} {v.value}' for v in Verdict)} | lines |"
    yield f"|---|{'---:|' * (len(Verdict) + 1)}"
    for product in dict.fromkeys(r.product for r in run.lines):
        counts = Counter(r.verdict for r in run.lines if r.product == product)
        cells = " | ".join(str(counts[v]) for v in Verdict)
        yield f"| {plain(catalogue.names.get(product, product))} | {cells} | {counts.total()} |"
    yield ""
    for reason in run.gate.reasons:
        yield f"- {plain(reason)}"
    yield from _blocking(run, catalogue)
    yield ""
    yield "The whole report with its evidence is `report.html`."


def _blocking(run: Run, catalogue: Catalogue) -> Iterator[str]:
    """What stands in the way, worst first; final boxes only repeat their lines."""
    lines = [r for r in run.gate.blocking if not catalogue[r.id].rolls_up and (r.attempted or r.nodeid)]
    if not lines:
        return
    yield ""
    yield "| line | | what it found |"
    yield "|---|---|---|"
    for result in lines[:ROWS]:
        verdict = f"{ICONS[result.verdict]} {result.verdict}"
        yield f"| {plain(result.id)} {plain(result.title)} | {verdict} | {_found(result)} |"
    rest = len(run.gate.blocking) - len(lines[:ROWS])
    if rest > 0:
        yield ""
        yield f"{rest} more block; they are in the report."


def _found(result: LineResult) -> str:
    text = one_line(result.message) or comparison(result)
    return plain(text if len(text) <= WIDTH else text[: WIDTH - 1] + "…")
