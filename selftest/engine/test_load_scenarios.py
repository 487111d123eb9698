"""The scenarios of load runs fit the journeys, the example targets and one another."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from golive.load.artefact import Phase
from golive.load.options import options_of
from golive.load.running import _stage
from golive.load.scenarios import FOLDER, LoadRun, Scenario, load_runs
from golive.target.load_runs import LoadProfile

ROOT = Path(__file__).parents[2]
WHOLE = LoadProfile()


def every() -> Iterator[tuple[str, Scenario]]:
    for product, runs in load_runs().items():
        for run in runs.values():
            for scenario in run.scenarios:
                yield product, scenario


@pytest.mark.parametrize(("product", "scenario"), list(every()), ids=lambda x: getattr(x, "name", x))
def test_each_scenario_has_its_journey_and_its_operations(product: str, scenario: Scenario) -> None:
    exported = re.findall(r"\w+", re.search(r"export \{([^}]*)\}", (FOLDER / "main.js").read_text())[1])  # type: ignore[index]
    assert scenario.journey in exported
    target = tomllib.loads((ROOT / "targets" / f"{product}.example.toml").read_text())[product]
    assert set(scenario.operations) <= set(target["api"]["operations"])
    assert re.fullmatch(r"[A-Za-z0-9_-]+", scenario.name), "k6 takes no other name"
    assert sum(x is not None for x in (scenario.rate, scenario.users, scenario.times)) == 1, "open or closed"


def test_no_route_is_written_in_a_journey() -> None:
    for path in FOLDER.rglob("*.js"):
        assert not re.search(r"[\"'`]/[a-z]", path.read_text()), path


def test_scenarios_follow_one_another_or_begin_together() -> None:
    run = LoadRun.model_validate(
        {
            "scenarios": [
                {"name": "a", "journey": "j", "rate": 10, "ramp": 5, "seconds": 60},
                {"name": "b", "journey": "j", "rate": 10, "seconds": 30},
                {"name": "c", "journey": "j", "users": 4, "seconds": 30, "together": True},
            ]
        }
    )
    assert [(p.scenario, p.begins) for p in run.phases(WHOLE)] == [("a", 0), ("b", 71), ("c", 71)]


CLIMB = [{"name": f"up-{n}", "part_of": "climb", "journey": "j", "rate": 10 * n, "seconds": 5} for n in (1, 2)]
AFTER = {"name": "after", "journey": "j", "rate": 1, "seconds": 9}


def test_parts_of_one_scenario_follow_without_a_gap_and_keep_their_users() -> None:
    run = LoadRun.model_validate({"scenarios": [*CLIMB, AFTER]})
    phases = run.phases(WHOLE)
    assert [(p.scenario, p.begins, p.part_of) for p in phases] == [
        ("up-1", 0, "climb"), ("up-2", 5, "climb"), ("after", 16, ""),
    ]  # fmt: skip
    scenarios = options_of(run, dict.fromkeys(("up-1", "up-2", "after"), "j"), phases)["scenarios"]
    assert set(scenarios) == {"climb", "after"}
    climb = scenarios["climb"]
    assert (climb["startRate"], climb["timeUnit"], climb["maxVUs"]) == (600, "1m", 80)
    assert [(s["duration"], s["target"]) for s in climb["stages"]] == [
        ("5000ms", 600), ("0s", 1200), ("5000ms", 1200),
    ]  # fmt: skip


def test_the_steps_of_a_climb_are_written_once() -> None:
    climb = {"name": "step", "part_of": "climb", "journey": "j", "rate": 10, "growth": 1.5, "together": True}
    first = {"name": "core", "journey": "k", "rate": 1, "seconds": 90}
    spells = [{"count": 2, "seconds": 5}, {"count": 1, "seconds": 9}]
    run = LoadRun.model_validate({"scenarios": [first, climb | {"steps": spells}, AFTER]})
    assert [(p.scenario, p.rate, p.begins, p.seconds) for p in run.phases(WHOLE)] == [
        ("core", 1, 0, 90), ("step-01", 10, 0, 5), ("step-02", 15, 5, 5), ("step-03", 22, 10, 9), ("after", 1, 25, 9),
    ]  # fmt: skip
    for wrong in (
        {"steps": []},
        {"steps": spells, "growth": 1},
        {"steps": spells, "pace": 1},
        {"steps": [{"count": 2}]},
    ):
        with pytest.raises(ValidationError):
            LoadRun.model_validate({"scenarios": [first, climb | wrong]})


@pytest.mark.parametrize(
    ("scenarios", "said"),
    [
        ([CLIMB[0], CLIMB[1] | {"journey": "k"}], "up-1 and up-2 are parts of one"),
        ([CLIMB[0], AFTER, CLIMB[1]], "the parts of climb do not follow one another"),
    ],
)
def test_parts_that_can_not_be_one_scenario_are_refused(scenarios: list[dict[str, object]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        LoadRun.model_validate({"scenarios": scenarios})


def test_a_scenario_for_each_shares_the_users() -> None:
    run = LoadRun.model_validate(
        {
            "scenarios": [
                {"name": "press", "journey": "j", "users": 600, "seconds": 60, "each": True},
                {"name": "after", "journey": "j", "rate": 1, "seconds": 60},
            ]
        }
    )
    phases = run.phases(LoadProfile(users=0.01), ["amy", "b.o@x"])
    assert [(p.scenario, p.users, p.begins) for p in phases] == [
        ("press-amy", 3, 0), ("press-b_o_x", 3, 0), ("after", None, 66),
    ]  # fmt: skip


def test_the_stage_is_named_with_the_time_left() -> None:
    phases = [
        Phase(scenario="rise", model="closed", users=3, ramp=10, seconds=10),
        Phase(scenario="rate", model="open", rate=3, begins=26, seconds=10),
    ]
    now = datetime.now(UTC)
    assert _stage(phases, None) == "setting up"
    assert _stage(phases, now - timedelta(seconds=5)).startswith("rise rising, 5 of 36 s")
    assert _stage(phases, now - timedelta(seconds=15)).startswith("rise, 15 of 36 s")
    assert _stage(phases, now - timedelta(seconds=23)).startswith("pause")
    assert _stage(phases, now - timedelta(seconds=30)).startswith("rate, 30 of")
    assert _stage(phases, now - timedelta(seconds=60)) == "ending"


def test_a_greedy_tenant_comes_after_quiet_and_sends_a_multiple_of_one_neighbour() -> None:
    run = LoadRun.model_validate(
        {
            "scenarios": [
                {"name": "v", "journey": "j", "rate": 90, "seconds": 1, "throughout": True, "by": "victims"},
                {"name": "g", "journey": "j", "times": 20, "seconds": 50, "rest": 60, "by": "greedy", "together": True},
                {"name": "h", "journey": "j", "users": 50, "seconds": 50, "rest": 60, "by": "greedy"},
            ]
        }
    )
    assert run.greedy
    phases = run.phases(LoadProfile(rate=0.1, users=0.1, duration=0.1), victims=3)
    assert [(p.scenario, p.model, p.rate, p.users, p.begins, p.seconds) for p in phases] == [
        ("v", "open", 9, None, 0, 50), ("g", "open", 60, None, 14, 5), ("h", "closed", None, 5, 39, 5),
    ]  # fmt: skip


def test_more_tenants_make_more_load_each_at_the_same_rate() -> None:
    run = LoadRun.model_validate(
        {"scenarios": [{"name": "t", "journey": "j", "tenants": 50, "rate": 4, "seconds": 10}]}
    )
    assert run.phases(LoadProfile(rate=0.1, tenants=0.06))[0].rate == 12


def test_a_profile_makes_up_for_a_short_warm_up_by_load_and_leaves_the_rest() -> None:
    scenario = {"journey": "j", "rate": 100, "seconds": 100}
    run = LoadRun.model_validate({"scenarios": [{"name": "w", "warms": True, **scenario}, {"name": "s", **scenario}]})
    assert [p.rate for p in run.phases(LoadProfile(rate=0.1, warm_up=5))] == [50, 10]


def test_a_profile_has_durations_of_its_own_for_single_runs() -> None:
    profile = LoadProfile(duration=0.1, durations={"soak": 0.02})
    assert (profile.of("soak").duration, profile.of("rates").duration) == (0.02, 0.1)
