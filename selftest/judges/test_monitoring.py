"""Panels that draw nothing, alarms that wake nobody."""

from __future__ import annotations

from fixtures.metrics.panels import Drawn
from fixtures.observability.watch import Watch
from tests.judges.alarms import disarmed, listening, share, unheard
from tests.judges.panels import blank


def row(name: str, points: int, *, sparse: bool = False, sibling: str = "balancer") -> Drawn:
    return Drawn("panel Traffic", name, points, sparse, sibling)


def test_a_row_without_a_point_is_blank() -> None:
    assert blank([row("requests", 5), row("latency", 0)]) == {"panel Traffic": ["latency"]}


def test_silence_means_zero_only_beside_a_living_row_of_the_same_thing() -> None:
    errors = row("errors", 0, sparse=True)
    assert blank([row("requests", 5), errors]) == {}
    assert blank([row("requests", 0), errors]) == {"panel Traffic": ["requests", "errors"]}
    assert blank([row("requests", 5, sibling="another"), errors]) == {"panel Traffic": ["errors"]}


def test_alarms_that_would_not_act() -> None:
    assert "does not exist" in (disarmed(Watch("a", exists=False)) or "")
    assert "actions disabled" in (disarmed(Watch("a", exists=True, receivers={"t": 1})) or "")
    assert "no action" in (disarmed(Watch("a", exists=True, armed=True)) or "")
    assert disarmed(Watch("a", exists=True, armed=True, receivers={"t": 1})) is None


def test_receivers_that_are_none() -> None:
    watch = Watch("a", exists=True, armed=True, receivers={"gone": -1, "pending": 0, "heard": 2})
    assert len(unheard(watch)) == 2
    assert listening(watch) == 2
    assert share(3, range(4)) == 75
