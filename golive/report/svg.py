"""The pieces that pictures are made of. Every text in them is escaped and every number made here."""

from __future__ import annotations

from markupsafe import Markup

from golive.report.wording import printable


def tag(name: str, cls: str, points: str = "", **places: float) -> Markup:
    """Return an empty element with its places in user units."""
    return Markup("<{} {}/>").format(name, _attributes(cls, points, places))


def titled(name: str, cls: str, title: str, **places: float) -> Markup:
    """Return an element that says its title when it is pointed at."""
    said = Markup("<title>{}</title>").format(printable(title))
    return Markup("<{} {}>{}</{}>").format(name, _attributes(cls, "", places), said, name)


def text(x: float, y: float, said: str, cls: str) -> Markup:
    """Return a text at its place."""
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(cls, f"{x:.1f}", f"{y:.1f}", printable(said))


def _attributes(cls: str, points: str, places: dict[str, float]) -> Markup:
    given = {key: f"{value:.1f}" for key, value in places.items()} | ({"points": points} if points else {})
    told = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in given.items())
    return Markup('class="{}"{}').format(cls, told)
