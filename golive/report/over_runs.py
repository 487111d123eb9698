"""Draws what the ledger tells over runs: a stacked bar a run, and below it a row for each line that failed or flips."""

from __future__ import annotations

from markupsafe import Markup

from golive.history.overview import Overview, Ran
from golive.history.statistics import Course
from golive.report.svg import tag, text, titled
from golive.report.wording import ICONS, moment
from golive.verdict import Verdict

WIDTH, LEFT, RIGHT, TOP, TALL, ROW = 1000.0, 150.0, 130.0, 24.0, 110.0, 20.0
WIDEST = 46.0
LEAST = 2.5
"""Height of a bar's part that holds but one line: it is to be seen."""
SIGNED = 12.0
"""Width of a column from which its cells carry their sign."""
SHOWN = 30
"""Rows, the worst."""
STACK = (Verdict.PASSED, Verdict.WAIVED, Verdict.UNVERIFIED, Verdict.FAILED)
"""From the bottom."""


def draw(seen: Overview) -> Markup:
    """Return the picture as SVG, with a text for who can't see it and colours of the report's style sheet."""
    rows = seen.troubled[:SHOWN]
    height = TOP + TALL + 26 + ROW * len(rows) + 6
    step = min(WIDEST, (WIDTH - LEFT - RIGHT) / max(len(seen.runs), 1))
    parts = [*_bars(seen.runs, step), *_releases(seen.runs, step, height)]
    for number, course in enumerate(rows):
        parts += _row(course, seen.runs, step, TOP + TALL + 26 + ROW * number)
    return Markup('<svg class="picture over-runs" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        f"{WIDTH:.0f}", f"{height:.0f}", words(seen), Markup("").join(parts)
    )


def words(seen: Overview) -> str:
    """Return the picture in words."""
    if not seen.runs:
        return "No run yet"
    last = seen.runs[-1]
    flips = sum(1 for c in seen.troubled if c.flips)
    return (
        f"{_many(len(seen.runs), 'run')}, {moment(seen.runs[0].started)} to {moment(last.started)}; the last: "
        f"{_counts(last)}; {_many(len(seen.troubled), 'line')} failed in one of them, {flips} flipped within a release"
    )


def _bars(runs: tuple[Ran, ...], step: float) -> list[Markup]:
    most = max((len(r.verdicts) for r in runs), default=1)
    base = TOP + TALL
    parts = [tag("line", cls="grid", x1=LEFT, x2=LEFT + step * len(runs), y1=y, y2=y) for y in (TOP, base)]
    parts += [text(LEFT - 6, TOP + 4, _many(most, "line"), "axis end"), text(LEFT - 6, base + 4, "0", "axis end")]
    for number, ran in enumerate(runs):
        said = f"{moment(ran.started)}, release {ran.release}: {_counts(ran)}"
        counts, bottom = ran.counts, base
        heights = {v: max(LEAST, counts[v] / most * TALL) for v in STACK if counts[v]}
        scale = min(1.0, TALL / sum(heights.values())) if heights else 1.0
        for verdict, tall in heights.items():
            bottom -= tall * scale
            parts.append(
                titled("rect", verdict.value, said, x=LEFT + step * number + 1, y=bottom, width=step - 2,
                       height=tall * scale)
            )  # fmt: skip
    if runs:
        parts.append(text(LEFT, base + 15, f"{runs[0].started:%Y-%m-%d %H:%M}", "axis"))
    if len(runs) * step > 260:
        parts.append(text(LEFT + step * len(runs), base + 15, f"{runs[-1].started:%Y-%m-%d %H:%M}", "axis end"))
    return parts


def _releases(runs: tuple[Ran, ...], step: float, height: float) -> list[Markup]:
    """A rule and its name where another release begins; a name is left out where the one before is too near."""
    parts, before, free = [], "", LEFT
    for number, ran in enumerate(runs):
        if ran.release != before:
            x = LEFT + step * number
            parts.append(tag("line", cls="phase", x1=x, x2=x, y1=6, y2=height - 6))
            if x >= free:
                parts.append(text(x + 3, 14, ran.release, "phase"))
                free = x + 6.2 * len(ran.release) + 10
        before = ran.release
    return parts


def _row(course: Course, runs: tuple[Ran, ...], step: float, top: float) -> list[Markup]:
    parts = [Markup('<a href="#{}">{}</a>').format(course.line, text(0, top + 13, course.line, "name"))]
    for number, ran in enumerate(runs):
        verdict = ran.verdicts.get(course.line)
        if verdict is None:
            continue
        x = LEFT + step * number
        said = f"{course.line} {verdict.value}, {moment(ran.started)}, release {ran.release}"
        parts.append(titled("rect", verdict.value, said, x=x + 1, y=top + 2, width=step - 2, height=ROW - 5))
        if step >= SIGNED:
            parts.append(text(x + step / 2, top + 13, ICONS[verdict], "cell mid"))
    failed = course.verdicts.count(Verdict.FAILED)
    told = [f"failed {failed} of {len(course.verdicts)}"] * bool(failed) + [_many(course.flips, "flip")] * bool(
        course.flips
    )
    return [*parts, text(LEFT + step * len(runs) + 6, top + 13, ", ".join(told), "label")]


def _counts(ran: Ran) -> str:
    return ", ".join(f"{ran.counts[v]} {v.value}" for v in STACK if ran.counts[v])


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)
