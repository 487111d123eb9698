"""report.html: one self-contained file that opens from a mail attachment and asks no network for anything.

The page is whole without its script: every line, verdict, value and message is in the markup. The script filters,
searches and unfolds evidence, which waits as JSON so that a thousand lines stay quick. Its policy (CSP) lets only that
one script run and nothing be fetched, so that text from a deployment can do neither.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from golive.catalogue import Catalogue, Phase
from golive.gate import AGAIN, NEEDED, OUTSIDE, by_cause
from golive.redaction import redact_text
from golive.report import wording
from golive.report.atomic import write_whole
from golive.report.over_runs import SHOWN, draw
from golive.report.pictures import galleries, is_picture
from golive.report.results_json import strict
from golive.report.tree import Node, ProductTree, trees
from golive.results import LineResult, Run
from golive.verdict import Verdict
from golive.watch.loop import coverage
from golive.watch.record import Watched
from golive.watch.timeline import changes, picture

TEMPLATES = Path(__file__).parent / "templates"
NOT_SELECTED = "not selected"
COMMAND = "verify again with"
"""The fact of a run that holds the start of a command line, such as `pytest --target targets/prod.toml`."""
KINDS = (Verdict.PASSED.value, Verdict.WAIVED.value, Verdict.UNVERIFIED.value, Verdict.FAILED.value, NOT_SELECTED)
"""What a line can be, in the order in which bars show it."""
CHANGES = 12
"""Of a watch, the last ones that are told; its own page tells them all."""
PHASES = (*NEEDED, Phase.SUSTAINED, Phase.RECURRING)


@dataclass(frozen=True, slots=True)
class Segment:
    """One coloured part of a bar, in percent of its width."""

    kind: str
    number: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """How the lines of a phase, heading or group stand."""

    counts: Mapping[str, int]
    segments: tuple[Segment, ...]

    @property
    def words(self) -> str:
        """The bar for those who can't see it."""
        return ", ".join(f"{self.counts[k]} {k}" for k in KINDS if self.counts[k]) or "no lines"


@dataclass(frozen=True, slots=True)
class Cause:
    """Blocking lines that have the same verdict and the same reason: one thing to mend."""

    verdict: Verdict
    message: str
    lines: tuple[LineResult, ...]


def write_html(run: Run, catalogue: Catalogue, path: Path) -> None:
    """Write the report. See `render_html`."""
    write_whole(path, render_html(run, catalogue))


def render_html(run: Run, catalogue: Catalogue) -> str:
    """Return the whole page."""
    found = trees(run, catalogue)
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    policy = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = _environment().get_template("report.html.j2")
    nodes = [n for tree in found for n in tree.items]
    boxes = {line.id for line in catalogue if line.rolls_up}
    return page.render(
        run=run,
        trees=found,
        counts=Counter(kind(n) for n in nodes),
        total=len(nodes),
        causes=causes([r for r in run.gate.blocking if r.id not in boxes] or run.gate.blocking),
        boxes=[r for r in run.gate.blocking if r.id in boxes],
        hints=[r for r in run.gate.reasons if r.startswith((AGAIN, OUTSIDE))],
        phases=[(p, p in NEEDED, bar(n for n in nodes if n.line.phase is p)) for p in PHASES],
        by_product=[(t, bar(t.items)) for t in found],
        facts=_facts(run),
        galleries=galleries(run.lines),
        history=run.history,
        over_runs=draw(run.history) if run.history and run.history.runs else None,
        watched=run.watched,
        timeline=_timeline(run.watched) if run.watched else None,
        title=_title(run, found),
        script=Markup(script),  # noqa: S704 - our own file
        policy=policy,
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        details=Markup(_embeddable({"command": run.facts.get(COMMAND, "pytest"), "lines": _details(nodes)})),  # noqa: S704 - nothing in it can end the element
    )


def kind(node: Node) -> str:
    """Return the verdict of an item's node, or `not selected`."""
    return node.result.verdict.value if node.result else NOT_SELECTED


def bar(nodes: Iterable[Node]) -> Bar:
    """Return how the items among the nodes stand. Each part that is there is wide enough to be seen."""
    counts = Counter(kind(n) for n in nodes)
    widths = {k: max(counts[k] / counts.total() * 100, 1.5) for k in KINDS if counts[k]}
    scale = 100 / sum(widths.values()) if widths else 1
    segments, x = [], 0.0
    for name, width in widths.items():
        segments.append(Segment(name, counts[name], round(x, 2), round(width * scale, 2)))
        x += width * scale
    return Bar(counts, tuple(segments))


def node_bar(node: Node) -> Bar:
    """Return the bar of a heading's or group's own lines."""
    return bar(n for n in node.walk() if n.is_item)


def causes(blocking: Iterable[LineResult]) -> list[Cause]:
    """Group blocking results by verdict and reason: the failed as they come, the unverified by number of lines."""
    known = list(blocking)
    found = [
        Cause(verdict, message, tuple(lines))
        for verdict in (Verdict.FAILED, Verdict.UNVERIFIED, Verdict.WAIVED)
        for message, lines in by_cause(r for r in known if r.verdict is verdict)
    ]
    return sorted(found, key=lambda c: -math.inf if c.verdict is Verdict.FAILED else -len(c.lines))


def state_class(node: Node) -> str:
    """Return the CSS class of a heading's or group's state."""
    if not node.rollup or not node.rollup.selected:
        return "not-selected"
    if node.rollup.state.value == "passed" and (node.rollup.waived or node.rollup.partial):
        return "waived" if node.rollup.waived else "partial"
    return node.rollup.state.value


def _title(run: Run, found: list[ProductTree]) -> str:
    products = ", ".join(f"{t.name} {t.release}".strip() for t in found)
    return f"{'GO' if run.gate.go else 'NO-GO'} · {products} · {run.target}"


def _timeline(watched: Watched) -> dict[str, Any]:
    """What is shown of a watch beside its decision: the picture, how much was seen, the last changes."""
    return {
        "picture": Markup(redact_text(picture(watched))),  # noqa: S704 - drawn by us, its texts are escaped
        "seen": f"{100 * coverage(watched):.0f} %",
        "changes": [(at, id_, redact_text(what)) for at, id_, what in changes(watched)[-CHANGES:]],
    }


def _facts(run: Run) -> dict[str, str]:
    return {
        "started": wording.moment(run.started),
        "finished": wording.moment(run.finished),
        "took": wording.took(run),
        "decided over": run.gate.scope,
        **run.facts,
        "golive": run.golive,
    }


def _details(nodes: list[Node]) -> dict[str, Any]:
    """Return line id to what unfolds below it."""
    return {
        n.line.id: {
            "message": n.result.message,
            "waiver": n.result.waiver,
            "nodeid": n.result.nodeid,
            "started": wording.moment(n.result.started) if n.result.started else "",
            "limits": [
                [x.name.replace("_", " "), str(x), "this target" if x.overridden else x.source] for x in n.line.limits
            ],
            "phase": n.result.phase,
            "needs": list(n.line.needs),
            "note": n.line.note,
            "evidence": [
                [o.subject, o.name, o.value, o.unit, o.source, o.at.isoformat(timespec="seconds")]
                for o in n.result.evidence
                if not is_picture(o.value)
            ],
        }
        for n in nodes
        if n.result
    }


def _embeddable(data: object) -> str:
    """Return JSON that may stand inside a script element: nothing in it can end the element or open a comment."""
    text = json.dumps(strict(data), ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda x: wording.printable(x) if isinstance(x, str) and not isinstance(x, Markup) else x,
    )
    environment.globals.update(
        kind=kind,
        node_bar=node_bar,
        state_class=state_class,
        HISTORY_ROWS=SHOWN,
        KINDS=KINDS,
        ICONS={**{v.value: sign for v, sign in wording.ICONS.items()}, NOT_SELECTED: "–"},
    )
    environment.filters.update(
        duration=wording.duration, moment=wording.moment, took=wording.took, observed=wording.observed
    )
    return environment
