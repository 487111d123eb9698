"""Draws the pictures among a run's evidence (golive/load/pictures.py) as SVG that stands in the report itself.

Every text in them is escaped and every number made here, so that what a deployment says can't become markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from golive.report.svg import tag, text
from golive.report.wording import printable
from golive.results import LineResult

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 190.0, 68.0, 56.0, 12.0, 34.0
ROW = 22.0
TICKS = 4
MOST_PHASES, LABEL_ROWS, LETTER = 40, 3, 5.8
LEAST = 1e-9
"""What is smaller is drawn as nothing: an axis can't be divided by it."""


@dataclass(frozen=True)
class Gallery:
    """The pictures of one thing, such as a load run: (title, drawing)."""

    subject: str
    lines: tuple[str, ...]
    """Ids of the checklist lines that were judged by it."""
    pictures: tuple[tuple[str, Markup], ...]
    size: str = ""
    """How large the load was, in words."""


def galleries(results: Iterable[LineResult]) -> list[Gallery]:
    """All pictures by subject, each drawn once with the limits of all lines that were judged by it."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    by: dict[str, list[str]] = {}
    sizes: dict[str, str] = {}
    for result in results:
        for o in result.evidence:
            if o.name == "size":
                sizes[o.subject] = str(o.value)
            if not is_picture(o.value):
                continue
            if result.id not in by.setdefault(o.subject, []):
                by[o.subject].append(result.id)
            picture = found.setdefault(o.subject, {}).setdefault(o.name, {**o.value, "limits": {}})
            picture["limits"] |= {f"{result.id} {name}": value for name, value in o.value["limits"].items()}
    return [
        Gallery(
            subject, tuple(by[subject]), tuple((p["title"], draw(p)) for p in pictures.values()), sizes.get(subject, "")
        )
        for subject, pictures in found.items()
    ]


def is_picture(value: object) -> bool:
    """Whether an observation's value is one."""
    return isinstance(value, dict) and value.get("picture") in DRAWN


def draw(picture: Mapping[str, Any]) -> Markup:
    """The picture as SVG with a title, a text for who can't see it, and colours of the report's style sheet."""
    parts = DRAWN[picture["picture"]](picture)
    height = HEIGHT if picture["picture"] == "over time" else _tall(picture)
    said = escape(printable(f"{picture['title']}: {_said(picture)}"))
    return Markup('<svg class="picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        f"{WIDTH:.0f}", f"{height:.0f}", said, Markup("").join(parts)
    )


def _over_time(picture: Mapping[str, Any]) -> list[Markup]:
    x, right = [float(v) for v in picture["x"]], set(picture.get("right", ()))
    if not x:
        return []
    begin, end = x[0], max(x[-1], x[0] + 1)
    own = {name: _numbers(values) for name, values in picture["lines"].items()}
    left_top = _ceiling([v for n, vs in own.items() if n not in right for v in vs], picture["limits"].values())
    right_top = _ceiling([v for n in right for v in own.get(n, [])], ())
    parts = _frame(left_top, picture["unit"].replace("percent", "%")) + _seconds(begin, end)
    if right:
        parts += _right_axis(right_top, ", ".join(sorted(right)))
    parts += _phases(picture.get("phases", {}), begin, end)
    for n, name in enumerate(picture["lines"]):
        top = right_top if name in right else left_top
        for path in _paths(x, picture["lines"][name], begin, end, top):
            parts.append(tag("polyline", cls=f"series s{n % 4}", points=path))
        parts.append(text(LEFT + 8 + 150 * n, HEIGHT - 4, f"— {name}", f"key s{n % 4}"))
    for value in sorted(set(map(float, picture["limits"].values()))):
        parts += _limit(_up(value, left_top), f"limit {value:g}")
    return parts


def _spread(picture: Mapping[str, Any]) -> list[Markup]:
    rows: Mapping[str, Sequence[float | None]] = picture["rows"]
    top = _ceiling([v for row in rows.values() for v in _numbers(row[:3])], picture["limits"].values())
    across, start = WIDTH - 210, 160.0
    parts = []
    for n, (name, row) in enumerate(rows.items()):
        y = TOP + ROW * n
        parts.append(text(0, y + 13, name[:26], "label"))
        before = 0.0
        for part, value in zip(("p50", "p95", "p99"), _numbers(row[:3]), strict=False):
            width = max(0.0, (value - before) / top * across)
            parts.append(tag("rect", cls=part, x=start + before / top * across, y=y + 3, width=width, height=12))
            before = max(before, value)
        shown = " / ".join(f"{v:.0f}" for v in _numbers(row[:3]))
        parts.append(text(start + before / top * across + 4, y + 13, shown, "label"))
    bottom = TOP + ROW * len(rows)
    for value in sorted(set(map(float, picture["limits"].values()))):
        at = start + value / top * across
        parts.append(tag("line", cls="limit", x1=at, x2=at, y1=TOP, y2=bottom))
    parts.append(text(start, bottom + 14, f"p50 / p95 / p99 in {picture['unit']}", "label"))
    return parts


DRAWN = {"over time": _over_time, "spread": _spread}


def _tall(picture: Mapping[str, Any]) -> float:
    return TOP + ROW * len(picture["rows"]) + 22


def _said(picture: Mapping[str, Any]) -> str:
    series = picture.get("lines") or {name: row[2:3] for name, row in picture.get("rows", {}).items()}
    told = [f"{name} at most {max(v):g}" for name, values in series.items() if (v := _numbers(values))]
    limits = [f"limit {value:g}" for value in sorted(set(picture["limits"].values()))]
    return ", ".join([*told, *limits]) + f" ({picture['unit']})"


def _numbers(values: Iterable[Any]) -> list[float]:
    return [float(v) for v in values if isinstance(v, (int, float)) and math.isfinite(v)]


def _ceiling(values: Sequence[float], limits: Iterable[Any]) -> float:
    """The top of an axis: a round number above all values; a limit far above them is left out of the picture."""
    most = max(values, default=0.0)
    most = max([most, *(v for v in _numbers(limits) if v <= 5 * most or not most)])
    most = most if most > LEAST else 1.0
    unit: float = 10.0 ** math.floor(math.log10(most))
    return next(unit * n for n in (1, 1.5, 2, 3, 5, 7.5, 10) if unit * n >= most * 1.02 or n == 10)


def _frame(top: float, unit: str) -> list[Markup]:
    parts = []
    for n in range(TICKS + 1):
        y = _up(top * n / TICKS, top)
        parts.append(tag("line", cls="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y))
        parts.append(text(LEFT - 5, y + 4, f"{top * n / TICKS:g}" + (f" {unit}" if n == TICKS else ""), "axis end"))
    return parts


def _right_axis(top: float, name: str) -> list[Markup]:
    return [
        text(
            WIDTH - RIGHT + 5,
            _up(top * n / TICKS, top) + 4,
            f"{top * n / TICKS:g}" + (f" {name}" * (n == TICKS)),
            "axis",
        )
        for n in range(TICKS + 1)
    ]


def _seconds(begin: float, end: float) -> list[Markup]:
    return [
        text(
            _across(begin + (end - begin) * n / 6, begin, end),
            HEIGHT - BOTTOM + 13,
            _clock((end - begin) * n / 6),
            "axis mid",
        )
        for n in range(7)
    ]


def _clock(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 600 else f"{seconds:.0f} s"


def _limit(y: float, said: str) -> list[Markup]:
    if y < TOP - 1:
        return []
    return [
        tag("line", cls="limit", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y),
        text(WIDTH - RIGHT - 4, y - 3, said, "limit end"),
    ]


def _phases(phases: Mapping[str, Sequence[float]], begin: float, end: float) -> list[Markup]:
    """A line where each phase begins, and its name where none before it is in the way: in the first row, or below."""
    beginning: dict[float, list[str]] = {}
    for name, (from_, _) in list(phases.items())[:MOST_PHASES]:
        beginning.setdefault(_across(max(float(from_), begin), begin, end), []).append(name)
    parts, free = [], [0.0] * LABEL_ROWS
    for at, names in sorted(beginning.items()):
        parts.append(tag("line", cls="phase", x1=at, x2=at, y1=TOP, y2=HEIGHT - BOTTOM))
        said = " + ".join(names)
        row = next((n for n, until in enumerate(free) if until <= at), None)
        if row is not None:
            parts.append(text(at + 3, TOP + 9 + 10 * row, said, "phase"))
            free[row] = at + 6 + LETTER * len(said)
    return parts


def _paths(x: Sequence[float], values: Sequence[Any], begin: float, end: float, top: float) -> list[str]:
    """The line's pieces: where nothing was measured there is a gap."""
    pieces: list[list[str]] = [[]]
    for at, value in zip(x, values, strict=False):
        if not _numbers([value]):
            pieces.append([])
        else:
            pieces[-1].append(f"{_across(at, begin, end):.1f},{_up(float(value), top):.1f}")
    return [" ".join(p if len(p) > 1 else p * 2) for p in pieces if p]


def _across(at: float, begin: float, end: float) -> float:
    return LEFT + (at - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)


def _up(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)
