"""The timeline of a watch as one self-contained page: what held when, what was not seen, and how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

from golive.redaction import redact_text
from golive.watch.loop import coverage
from golive.watch.record import Watched
from golive.watch.round import Round

WIDTH, LEFT, ROW, TOP = 1000.0, 150.0, 22.0, 30.0
COLOURS = {"passed": "#2e7d32", "waived": "#00838f", "failed": "#c62828", "unverified": "#f9a825", "": "#bdbdbd"}
STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1050px;padding:0 1rem}
svg{width:100%;height:auto}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem;
border-bottom:1px solid #8884;vertical-align:top}.rollback{color:#c62828}.calm{color:#2e7d32}.attention{color:#b26a00}
@media(prefers-color-scheme:dark){body{background:#121212;color:#e0e0e0}text{fill:#e0e0e0}}"""


def page(watched: Watched) -> str:
    """Return the HTML page."""
    terms, decision = watched.terms, watched.decision or "still running"
    title = f"Watch over {terms.release or 'a release'} on {terms.target}"
    facts = (
        f"{terms.started:%d %b %Y %H:%M:%S}Z to {terms.end:%d %b %H:%M:%S}Z, a round every {terms.every}; "
        f"{len(watched.rounds)} rounds, {100 * coverage(watched):.0f} % of the time seen"
    )
    rows = "".join(
        f"<tr><td>{at:%H:%M:%S}Z</td><td>{escape(id_)}</td><td>{escape(what)}</td></tr>"
        for at, id_, what in changes(watched)
    )
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
        f'<h1>{escape(title)}</h1><p class="{escape(watched.decision)}"><strong>{escape(decision.upper())}</strong> '
        f"{escape(watched.reason)}</p><p>{escape(facts)}</p>{picture(watched)}"
        f"<h2>What changed</h2><table><tr><th>when</th><th>line</th><th>what</th></tr>{rows}</table></html>"
    )
    return redact_text(text)


def picture(watched: Watched) -> str:
    """Return the timeline as SVG: a row for all lines, and one for each that did not always hold."""
    ids = watched.troubled
    height = TOP + ROW * (len(ids) + 1) + 30
    parts = [f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="verdicts over time" font-size="12">']
    for number, id_ in enumerate(["all", *ids]):
        top = TOP + ROW * number
        parts.append(f'<text x="0" y="{top + 13:.0f}">{escape(id_)}</text>')
        parts.append(
            f'<rect x="{LEFT:.0f}" y="{top:.1f}" width="{WIDTH - LEFT:.0f}" height="16" fill="{COLOURS[""]}" '
            'opacity="0.3"><title>not seen</title></rect>'
        )
        for round_, width in _spans(watched):
            verdict = _verdict(round_, id_)
            said = round_.reasons.get(id_, round_.broken) or verdict
            parts.append(
                f'<rect x="{_x(watched, round_.at):.1f}" y="{top:.1f}" width="{width:.2f}" height="16" '
                f'fill="{COLOURS[verdict]}"><title>{round_.at:%H:%M:%S}Z {escape(said[:200])}</title></rect>'
            )
    bottom = TOP + ROW * (len(ids) + 1) + 14
    for share in range(5):
        at = watched.terms.started + watched.terms.length * share / 4
        anchor = "start" if share == 0 else "end" if share == 4 else "middle"
        parts.append(f'<text x="{_x(watched, at):.0f}" y="{bottom:.0f}" text-anchor="{anchor}">{at:%H:%M:%S}Z</text>')
    return "".join([*parts, "</svg>"])


def changes(watched: Watched) -> list[tuple[datetime, str, str]]:
    """Return (time, line, what) whenever a line's verdict became another one, or a round could not be made."""
    found: list[tuple[datetime, str, str]] = []
    before: dict[str, str] = {}
    for round_ in watched.rounds:
        if round_.broken:
            found.append((round_.at, "all", f"no round: {round_.broken}"))
        for id_, verdict in round_.lines.items():
            known = before.get(id_, "passed")
            if known != verdict and {known, verdict} != {"passed", "waived"}:
                found.append(
                    (round_.at, id_, f"{verdict}: {round_.reasons[id_]}" if id_ in round_.reasons else verdict)
                )
        before |= round_.lines
    return found


def _spans(watched: Watched) -> list[tuple[Round, float]]:
    """Each round with the width of the time that it speaks for."""
    if not watched.rounds:
        return []
    scale = (WIDTH - LEFT) / watched.terms.length.total_seconds()
    ends = [*(r.at for r in watched.rounds[1:]), watched.terms.end]
    reach = 2 * watched.terms.every
    spans = [
        (r, min(max(end - r.at, timedelta(0)), reach).total_seconds() * scale)
        for r, end in zip(watched.rounds, ends, strict=True)
    ]
    if spans and watched.decision == "rollback":  # nothing was watched after it
        spans[-1] = (spans[-1][0], watched.terms.every.total_seconds() * scale)
    return spans


def _verdict(round_: Round, id_: str) -> str:
    if id_ != "all":
        return round_.lines.get(id_, "")
    if not round_.lines:
        return ""
    return "failed" if round_.failed else "unverified" if round_.unseen else "passed"


def _x(watched: Watched, at: datetime) -> float:
    return LEFT + (WIDTH - LEFT) * ((at - watched.terms.started) / watched.terms.length)
