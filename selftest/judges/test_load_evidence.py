"""A run that is none of this release, or that was cut short, says so first: its figures only follow from that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fixtures.load import LoadRuns
from golive.catalogue import Line
from golive.load.artefact import Artefact, Built
from golive.load.figures import Quality
from golive.target import ProductTarget
from golive.target.load_runs import LoadProfile
from golive.verdict import Unobservable
from selftest.judges.test_load import RELEASE, run
from tests.performance.loaded import evidence


def judged(requests: int, **changes: object) -> object:
    now = datetime.now(UTC)
    made = run(**{"started": now - timedelta(hours=1), "finished": now} | changes)
    quality = Quality(usable=requests, broken=0, negative=0, zoneless=0)
    found = SimpleNamespace(
        artefact=Artefact(Path("nowhere"), made), requests=requests, quality=quality, profile=LoadProfile()
    )
    runs, line = SimpleNamespace(run=lambda _: found), SimpleNamespace(max_age_hours=10**6)
    target = SimpleNamespace(release=RELEASE)
    return evidence(cast(LoadRuns, runs), "rates", cast(Line, line), cast(ProductTarget, cast(Any, target)))


def test_a_whole_run_of_this_release_is_evidence() -> None:
    assert judged(30_000)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aborted": "k6 ended with exit status 107: connection refused", "counts": {}}, "connection refused"),
        (
            {"aborted": "k6 ended with exit status 105: killed"},
            "did not come to its end: k6 ended with",
        ),
        ({"release": Built(version="2.0.0")}, "made on release 2.0.0"),
    ],
)
def test_why_there_is_nothing_is_said_and_not_that_there_is_nothing(changes: dict[str, object], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        judged(0, **changes)


def test_a_run_without_requests_that_came_to_its_end_is_none() -> None:
    with pytest.raises(Unobservable):
        judged(0)
