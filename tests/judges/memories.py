"""Whether memories come back as they were given, and to whom; whether a refusal helps. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import cycle, islice

LONG = 4000
_MIXED = "Grüße aus Zürich 👩‍👩‍👧‍👦🇨🇭, שלום עולם, مرحبا بالعالم, naïve café, 東京の朝 𝒢𝑜𝓁𝒾𝓋𝑒; "


@dataclass(frozen=True)
class Remembered:
    """One memory as it was given, or as it is."""

    text: str
    kind: str
    emotion: str


def texts(mark: str) -> dict[str, str]:
    """Return what a text tries to the text, each with the mark. The last is 4,000 characters long."""
    return {
        "plain letters": f"{mark} plain: the garden gate is painted green",
        "emoji": f"{mark} emoji: 🌻🐝 👨‍👩‍👧 🇳🇿 ☕️ 𝄞",
        "right to left": f"{mark} right to left: שמרתי את המפתח, المفتاح تحت الحجر",
        "signs": f"{mark} signs: \"quotes\", 'single', back\\slash, <b>&amp;</b>, cafe\u0301 and caf\u00e9,\ttab\nline",
        f"{LONG} characters": f"{mark} long: {''.join(islice(cycle(_MIXED), LONG))}"[:LONG],
    }


def differences(given: Remembered, found: Remembered | None, of: str) -> list[str]:
    """Say in what a memory came back other than it was given."""
    if found is None:
        return [f"{of} is not there"]
    return [
        f"{of}: {f.name} came back as {_told(str(getattr(given, f.name)), str(getattr(found, f.name)))}"
        for f in fields(given)
        if getattr(given, f.name) != getattr(found, f.name)
    ]


def _told(given: str, found: str) -> str:
    """Where two texts part, and how long they are."""
    at = next((n for n, (a, b) in enumerate(zip(given, found, strict=False)) if a != b), min(len(given), len(found)))
    lengths = f"{len(found)} characters of {len(given)}" if len(found) != len(given) else f"{len(found)} characters"
    return f"{found[at : at + 20]!r} instead of {given[at : at + 20]!r} from character {at} on ({lengths})"


def paired(ids: Sequence[str], *columns: Sequence[str]) -> Iterator[tuple[str, Remembered]]:
    """Return id to memory, of lists that were read side by side. Raises ValueError when they are not of one length."""
    for row in zip(ids, *columns, strict=True):
        yield str(row[0]), Remembered(*(str(v) for v in row[1:]))


def unhelpful(status: int, codes: Collection[object], named: Collection[object], field: Collection[str]) -> str | None:
    """Say why a refusal is none, or does not help whoever sent the call.

    Args:
        field: names of the field that was wrong, by any of which it may be called; empty where none could be named.
    """
    if not 400 <= status < 500:
        return f"was answered with {status}, want 4xx"
    if not field:
        return None
    if not codes:
        return f"was refused with {status} and no code that says why"
    if not {str(n) for n in named} & set(field):
        shown = ", ".join(map(str, named)) or "none"
        return f"was refused with {status}, and the fields that it names are {shown}, not {' or '.join(sorted(field))}"
    return None


def changed(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Return by how many the things of each place became more or fewer, where they did."""
    return {place: after.get(place, 0) - n for place, n in before.items() if after.get(place, 0) != n}
