"""What every deployment comes with: stock avatars and effect presets, in the database and for an ordinary user."""

from __future__ import annotations

import pytest

from fixtures.postgres.seeds import Seed, Seeds
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.stock import differences, incomplete, wrong_names

AGAIN = "Run the seed file again; it must be repeatable"


@verifies("AURA-6.2.1.1")
@pytest.mark.smoke
def test_stock_avatars_are_loaded(line: Line, seeds: Seeds) -> None:
    avatars = seeds["avatars"]
    if not avatars.settings.media or not avatars.settings.not_empty:
        raise NotConfigured("the target does not say what an avatar must hold", "Give media and not_empty of the seed")
    rows, name = avatars.rows(), avatars.settings.name
    unreachable = avatars.media(rows)
    poor = incomplete(rows, name, avatars.settings.not_empty)
    parts = {**poor, **{n: "; ".join(p for p in (poor.get(n), text) if p) for n, text in unreachable.items()}}
    conclude(
        [
            *_names(avatars, [row[name] for row in rows]),
            *(f"avatar {who} {what}" for who, what in parts.items()),
            line.limit("avatars").problem(len({row[name] for row in rows}), of="stock avatars", hint=AGAIN),
            line.limit("incomplete").problem(len(parts), of="stock avatars", hint=AGAIN),
        ]
    )


@verifies("AURA-6.2.1.2")
@pytest.mark.smoke
def test_effect_presets_are_loaded(line: Line, seeds: Seeds) -> None:
    effects = seeds["effects"]
    if not all(effects.settings.rows.values()):
        raise NotConfigured("the target does not say which values each effect has", "Give them in rows of the seed")
    rows, name = effects.rows(), effects.settings.name
    changed = differences(rows, name, effects.settings.rows)
    conclude(
        [
            *_names(effects, [row[name] for row in rows]),
            *changed,
            line.limit("effects").problem(len({row[name] for row in rows}), of="effect presets", hint=AGAIN),
            line.limit("parameter_differences").problem(len(changed), of="effect presets", hint=AGAIN),
        ]
    )


def _names(seed: Seed, found: list[str]) -> list[str]:
    """What is wrong with the names in the table, and in the list that an ordinary user gets beside own things."""
    expected = seed.settings.rows
    if not expected:
        raise NotConfigured(f"the target does not name the rows of {seed}", "Give their names in rows")
    listed = [name for name in seed.listed() if name in expected]
    return [
        *wrong_names(found, expected, f"table {seed.settings.table}"),
        *wrong_names(listed, expected, f"the API's {seed.settings.operation}"),
    ]
