"""What k6 is to do in a run: an executor for each of its scenarios, and thresholds.

Source: https://grafana.com/docs/k6/latest/using-k6/scenarios/executors/
"""

from __future__ import annotations

from typing import Any

from golive.load.artefact import Phase
from golive.load.scenarios import LoadRun

UNDER_WAY = "30s"
"""So long an answer is waited for when its scenario is over."""


def options_of(run: LoadRun, journeys: dict[str, str], phases: list[Phase]) -> dict[str, Any]:
    """The options of a run's script. `journeys`: scenario of k6 to the function that it calls."""
    waits = {scenario.name: scenario.waits for scenario in run.scenarios}
    alone = {
        p.scenario: _executor(p, waits.get(p.scenario, 4.0)) | {"exec": journeys[p.scenario]}
        for p in phases if not p.part_of
    }  # fmt: skip
    going_on = {
        name: _climb(some, waits[some[0].scenario]) | {"exec": journeys[some[0].scenario]}
        for name, some in parts_of(phases).items()
    }
    return {
        "discardResponseBodies": False,
        "setupTimeout": "120s",
        "summaryTrendStats": ["min", "avg", "med", "p(95)", "p(99)", "max", "count"],
        "systemTags": ["name", "scenario", "status", "method", "expected_response", "error", "error_code", "check"],
        "scenarios": alone | going_on,
        "thresholds": {key: value for p in phases for key, value in _thresholds(p.scenario).items()},
    }


def _thresholds(scenario: str) -> dict[str, list[str]]:
    """What k6 itself says of the run; the lines are judged by the samples."""
    return {
        f"http_req_duration{{scenario:{scenario}}}": ["p(99)<500"],
        f"http_req_failed{{scenario:{scenario}}}": ["rate<=0.02"],
        f"checks{{scenario:{scenario}}}": ["rate>=0.98"],
    }


def _executor(phase: Phase, waits: float) -> dict[str, Any]:
    start = {"startTime": _seconds(phase.begins), "gracefulStop": "5s"}
    # What is cut off before its answer came may have been done: nobody could tell it from what was refused.
    waited = start | {"gracefulStop": UNDER_WAY}
    if phase.model == "open":
        assert phase.rate is not None
        per, unit = _whole(phase.rate)
        return (
            waited
            | _users(phase.rate, waits)
            | {
                "executor": "constant-arrival-rate",
                "rate": per,
                "timeUnit": unit,
                "duration": _seconds(phase.seconds),
            }
        )
    assert phase.users is not None
    stages = [{"duration": _seconds(phase.seconds), "target": phase.users}]
    if phase.ramp:
        stages.insert(0, {"duration": _seconds(phase.ramp), "target": phase.users})
    return start | {
        "executor": "ramping-vus",
        "startVUs": 0 if phase.ramp else phase.users,
        "gracefulRampDown": "5s",
        "stages": stages,
    }


def parts_of(phases: list[Phase]) -> dict[str, list[Phase]]:
    """Scenario of k6 to the phases that follow one another in it."""
    found: dict[str, list[Phase]] = {}
    for phase in phases:
        if phase.part_of:
            found.setdefault(phase.part_of, []).append(phase)
    return found


def _climb(parts: list[Phase], waits: float) -> dict[str, Any]:
    """One scenario of k6 that leaps from the rate of one part to that of the next."""
    rates = [round(60 * (part.rate or 0)) for part in parts]
    stages = []
    for part, rate in zip(parts, rates, strict=True):
        stages += [{"duration": "0s", "target": rate}, {"duration": _seconds(part.seconds), "target": rate}]
    return _users(max(rates) / 60, waits) | {
        "executor": "ramping-arrival-rate",
        "startTime": _seconds(parts[0].begins),
        "gracefulStop": UNDER_WAY,
        "startRate": rates[0],
        "timeUnit": "1m",
        "stages": stages[1:],
    }


def _users(rate: float, waits: float) -> dict[str, Any]:
    """All whom arrivals at a rate may need: none is added while the load goes on."""
    users = max(2, round(rate * waits))
    return {"preAllocatedVUs": users, "maxVUs": users}


def _whole(rate: float) -> tuple[int, str]:
    """A rate as k6 takes it: a whole number for a unit of time."""
    return (round(rate), "1s") if rate == round(rate) else (round(rate * 60), "1m")


def _seconds(value: float) -> str:
    return f"{round(value * 1000)}ms"
