"""Who is at Seiketsu's help desk in the coming days, and who was certified for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from reference.attestations import Desk
from reference.simulators.zendesk_staff import AGENTS
from reference.statements import HOUR, now, state
from reference.statements.training import sign_training, team

COVERAGE, CERTIFIED, WAVE = "SEI-2.3.1.2.2", "SEI-5.2.1.1.4", "SEI-2.3.2.1.4"
COVERAGE_NAME, CERTIFIED_NAME, WAVE_NAME = "coverage", "certified", "wave"
CASES = ["calls", "billing", "privacy requests", "escalation"]
LENGTH, DAYS = 8, 9


def sign_coverage(desk: Desk, agents: Sequence[str] = tuple(AGENTS), left_out: float | None = None) -> Path:
    """Sign shifts of eight hours around the clock; without the one that so many hours from now lie in."""
    said = "These people have read the articles on this release, and are there at these times."
    shifts = _shifts(desk, agents, left_out)
    return state(desk, COVERAGE_NAME, COVERAGE, "Support Lead", said, {"shift": shifts})


def sign_wave(desk: Desk, agents: Sequence[str] = tuple(AGENTS)) -> Path:
    """Sign that support was ready for what customers ask after the cutover."""
    said = "Customers were told, and these people took what they asked."
    contents = {"shift": _shifts(desk, agents, None)}
    return state(desk, WAVE_NAME, WAVE, "Customer Communications", said, contents)


def _shifts(desk: Desk, agents: Sequence[str], left_out: float | None) -> list[dict[str, Any]]:
    first = now().replace(minute=0, second=0) - LENGTH * HOUR
    people, shifts = team(desk, agents), []
    for n in range(DAYS * 24 // LENGTH):
        start = first + n * LENGTH * HOUR
        end = start + LENGTH * HOUR
        if left_out is None or not start <= now() + timedelta(hours=left_out) < end:
            shifts.append({"person": people[n % len(people)], "start": start, "end": end})
    return shifts


def sign_certified(desk: Desk, agents: Sequence[str] = tuple(AGENTS)) -> Path:
    """Sign that these solved the test cases."""
    return sign_training(desk, CERTIFIED_NAME, CERTIFIED, "Support Lead", team(desk, agents), CASES)
