"""Drills: performed where allowed, else read from the newest record of this deployment; nothing else will do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from golive.catalogue import Line, load_catalogue
from golive.drill import Drills, Facts
from golive.guard import effect
from golive.target import ProductTarget
from golive.verdict import NotAllowed, Unobservable


class Failover(Facts):
    seconds: float
    lost: int


@pytest.fixture
def line() -> Line:
    return load_catalogue()["SEI-1.1.1.4.2"].model_copy(update={"max_age_hours": 48})


@pytest.fixture
def drills(tmp_path: Path, line: Line) -> Drills:
    target = ProductTarget.model_validate(
        {"release": {"version": "1.4.0", "commit": "0123456789"}, "drills": {"folder": str(tmp_path)}}
    )
    return Drills(target, line, effect.Effect.DISRUPTS)


@pytest.fixture
def may_disrupt() -> Iterator[None]:
    effect.begin(effect.Effect.DISRUPTS)
    yield
    effect.restore()


def perform() -> Failover:
    return Failover(seconds=4.5, lost=0)


def refuse() -> Failover:
    raise AssertionError("performed although it was not allowed")


def keep(folder: Path, age: timedelta, **changes: Any) -> Path:
    at = (datetime.now(UTC) - age).isoformat()
    record = {
        "kind": "failover", "product": "seiketsu", "environment": "production", "version": "1.3.0", "started": at,
        "finished": at, "run": "golive-0", "facts": {"seconds": 3.0, "lost": 2},
    }  # fmt: skip
    path = folder / f"failover-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps({**record, **changes}))
    return path


@pytest.mark.usefixtures("may_disrupt")
def test_an_allowed_drill_is_performed_and_its_record_read_by_who_may_not(drills: Drills) -> None:
    done = drills.performed_or_recorded("failover", Failover, perform)
    assert done.performed
    assert done.facts == perform()
    effect.restore()
    read = drills.performed_or_recorded("failover", Failover, refuse)
    assert not read.performed
    assert read.facts == done.facts
    assert "drill record failover-seiketsu-" in read.source


def test_the_newest_record_of_this_deployment_counts(drills: Drills, tmp_path: Path) -> None:
    keep(tmp_path, timedelta(hours=30))
    keep(tmp_path, timedelta(hours=20), facts={"seconds": 9.0, "lost": 0})
    keep(tmp_path, timedelta(hours=1), environment="staging")
    keep(tmp_path, timedelta(hours=1), product="aurastudio")
    assert drills.recorded("failover", Failover).facts.seconds == 9.0


@pytest.mark.parametrize(
    ("age", "changes", "says"),
    [
        (timedelta(days=3), {}, "is 3.0 days old; this line takes at most 2 days"),
        (timedelta(days=-1), {}, "in the future"),
        (
            timedelta(hours=1),
            {"environment": "staging"},
            "holds no record of a failover drill of seiketsu in production",
        ),
        (timedelta(hours=1), {"facts": {"seconds": "soon", "lost": 0}}, "facts.seconds"),
        (timedelta(hours=1), {"facts": {"seconds": 1.0}}, "facts.lost"),
        (timedelta(hours=1), {"started": "yesterday"}, "is no drill record: started"),
    ],
)
def test_a_record_that_will_not_do_is_unverified(
    drills: Drills, tmp_path: Path, age: timedelta, changes: dict[str, Any], says: str
) -> None:
    keep(tmp_path, age, **changes)
    with pytest.raises(Unobservable) as caught:
        drills.recorded("failover", Failover)
    assert says in str(caught.value)


def test_without_a_folder_it_is_not_allowed(line: Line) -> None:
    target = ProductTarget.model_validate({"release": {"version": "1.4.0", "commit": "0123456789"}})
    with pytest.raises(NotAllowed, match=r"\[seiketsu.drills\]"):
        Drills(target, line, effect.Effect.DISRUPTS).performed_or_recorded("failover", Failover, refuse)
