from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from tests.judges.dependencies import installed_past_locks, open_ones

TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Known:
    severity: str
    ids: tuple[str, ...] = ("GHSA-1", "CVE-1")


@dataclass(frozen=True)
class Accepted:
    owner: str
    until: date


@pytest.mark.parametrize(
    ("severity", "accepted", "is_open"),
    [
        ("critical", {}, True),
        ("unknown", {}, True),
        ("moderate", {}, False),
        ("high", {"CVE-1": Accepted("Ada", TODAY)}, False),
        ("high", {"CVE-1": Accepted("Ada", date(2026, 11, 21))}, True),
        ("high", {"CVE-1": Accepted(" ", TODAY)}, True),
        ("high", {"CVE-2": Accepted("Ada", TODAY)}, True),
    ],
)
def test_what_is_open(severity: str, accepted: dict[str, Accepted], is_open: bool) -> None:
    assert bool(open_ones([Known(severity)], accepted, TODAY)) is is_open


@pytest.mark.parametrize(
    ("recipe", "named"),
    [
        ("RUN pip install --no-cache-dir --no-deps -r requirements.lock", []),
        ("RUN pip install -r a.lock && pip install gunicorn==20.0.4", ["gunicorn==20.0.4"]),
        ("RUN python -m pip install \\\n    requests", ["requests"]),
        ("RUN npm ci --omit=dev", []),
        ("RUN npm install -g serve", ["serve"]),
        ("RUN pip install .", []),
        ("# RUN pip install x", []),
    ],
)
def test_what_is_installed_past_the_locks(recipe: str, named: list[str]) -> None:
    assert installed_past_locks(recipe) == named
