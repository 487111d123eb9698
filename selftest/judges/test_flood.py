"""How a flood was throttled."""

from __future__ import annotations

from dataclasses import replace

from tests.judges.flood import Flood, flood_problems

GOOD = Flood("/login", [(200, "")] * 90 + [(429, "10")] * 210, neighbour=[200, 200], after=200)


def test_a_flood_that_is_throttled() -> None:
    assert GOOD.admitted == 90
    assert flood_problems(GOOD) == []


def test_a_firewall_need_not_say_when() -> None:
    assert flood_problems(replace(GOOD, answers=[(200, "")] * 90 + [(403, "")] * 210)) == []


def test_what_is_wrong_is_named() -> None:
    assert (
        "210 of 210 refusals give no Retry-After"
        in flood_problems(replace(GOOD, answers=[(200, "")] * 90 + [(429, "")] * 210))[0]
    )
    assert "it breaks" in flood_problems(replace(GOOD, answers=[(200, "")] * 9 + [(502, "")]))[0]
    assert "another client was answered 429" in flood_problems(replace(GOOD, neighbour=[200, 429]))[0]
    assert "after the time" in flood_problems(replace(GOOD, after=429))[0]
