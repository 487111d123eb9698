"""Tenants that become more: tasks have to, answers must not become slow, connections have to suffice."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.aws.growth import GrowthFacts, Step
from golive.catalogue import Line, load_catalogue
from golive.load.artefact import Size
from golive.verdict import Unobservable
from tests.judges.tenant_growth import growth_problems

STEP = Step(tenants=1, requests=400, failed=0, p95=20, tasks=2, connections=30, most_connections=200)
STEPS = [STEP, STEP.model_copy(update={"tenants": 3}), STEP.model_copy(update={"tenants": 6, "tasks": 3, "p95": 21})]
FACTS = GrowthFacts(
    service="api", load="load run growth", before=2, maximum=40, size=Size(tenants=0.06), steps=STEPS,
    states={"high": "ALARM"}, grew_after=50, waiting_p95=21, last="3 running",
)  # fmt: skip


@pytest.fixture(scope="module")
def line() -> Line:
    return next(line for line in load_catalogue() if line.id == "SEI-2.2.2.2.4")


def problems(line: Line, last: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    steps = [*STEPS[:2], STEPS[2].model_copy(update=last or {})]
    return [p for p in growth_problems(line, FACTS.model_copy(update={"steps": steps, **changes})) if p]


def test_tasks_follow_and_nobody_notices(line: Line) -> None:
    assert not problems(line)
    assert not problems(line, waiting_p95=None)


@pytest.mark.parametrize(
    ("last", "changes", "said"),
    [
        ({"tasks": 2}, {}, "added tasks is 0"),
        ({"p95": 40.0}, {}, "p95 growth is 100"),
        ({"connections": 170}, {}, "connections is 85"),
        ({"role_share": 90.0}, {}, "90 % of what one role may have"),
        ({"failed": 3}, {}, "3 of 400 calls of 6 tenants failed"),
        ({"tenants": 4}, {}, "last step is 66.7"),
        ({}, {"waiting_p95": 90.0}, "was slow before a task more came"),
        ({}, {"left": "3 tasks"}, "3 tasks"),
    ],
)
def test_what_does_not_follow_is_told(line: Line, last: dict[str, Any], changes: dict[str, Any], said: str) -> None:
    found = problems(line, last, **changes)
    assert len(found) == 1
    assert said in found[0]


def test_what_nobody_saw_is_not_judged(line: Line) -> None:
    with pytest.raises(Unobservable):
        problems(line, {"most_connections": 0})
    with pytest.raises(Unobservable):
        growth_problems(line, FACTS.model_copy(update={"steps": STEPS[:2]}))
