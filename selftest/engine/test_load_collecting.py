"""A run whose generators were elsewhere is kept once all have written; one that died early makes it no whole run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from golive.load import collecting
from golive.load.artefact import Phase, Remote, Run, open_run
from golive.load.collecting import collect
from golive.load.kubernetes import DRAFT
from golive.load.remote import Written
from golive.target import Target, load_target
from golive.verdict import Unobservable

EXAMPLE = Path(__file__).parents[2] / "targets" / "seiketsu.example.toml"
RENDERED = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
AT = RENDERED.timestamp() + 60


class Kept:
    """Series of a Prometheus: when each generator began, and when it wrote its last."""

    begun: tuple[float, ...] = (AT, AT + 0.5)
    last: tuple[float, ...] = (AT + 100, AT + 101)

    def __init__(self, *_: Any) -> None:
        self.http = self

    def close(self) -> None:
        pass

    def written(self, name: str) -> list[Written]:
        if name == collecting.BEGUN:
            return [Written({"instance_id": str(n)}, ((AT, at * 1000),)) for n, at in enumerate(self.begun)]
        return [Written({"instance_id": str(n)}, ((AT + 5, 1.0), (at, 9.0))) for n, at in enumerate(self.last)]


@pytest.fixture
def target(tmp_path: Path) -> Target:
    example = EXAMPLE.read_text().replace('results = "load-results"', f'results = "{tmp_path / "results"}"')
    (tmp_path / "target.toml").write_text(f'{example}\n[seiketsu.k6.prometheus]\nurl = "http://127.0.0.1:9"\n')
    target = load_target(tmp_path / "target.toml")
    run = Run(
        product="seiketsu", name="levels", environment="production", release={"version": "1.4.0"},
        started=RENDERED, finished=RENDERED + timedelta(days=1), prometheus=Remote(labels={"testid": "golive-1"}),
        phases=[Phase(scenario="steady", model="open", rate=1, seconds=100)],
    )  # fmt: skip
    told = {"generators": 2, "run": run.model_dump(mode="json", exclude={"finished"})}
    (tmp_path / DRAFT).write_text(json.dumps(told))
    return target


@pytest.mark.parametrize(
    ("begun", "last", "aborted"),
    [
        (Kept.begun, Kept.last, None),
        (Kept.begun, (AT + 100, AT + 40), "the last results of generator 1 came after 40 of 100 s"),
        ((AT, AT + 4), (AT + 104, AT + 104), "its generators began 4.0 s apart"),
    ],
)
def test_a_run_is_whole_when_each_generator_came_to_its_end(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch, begun: Any, last: Any, aborted: str | None
) -> None:
    monkeypatch.setattr(collecting, "RemoteSeries", type("Seen", (Kept,), {"begun": begun, "last": last}))
    artefact = collect(tmp_path, target, RENDERED + timedelta(hours=1))
    assert open_run(artefact.folder).run == artefact.run
    assert artefact.run.aborted == aborted
    assert artefact.run.started.timestamp() == max(begun), "the load is whole when the last has begun"
    assert artefact.run.finished.timestamp() > max(last)
    assert artefact.files == []


def test_a_run_is_not_kept_before_all_have_written(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "RemoteSeries", type("Seen", (Kept,), {"last": (AT + 100,)}))
    with pytest.raises(Unobservable, match="1 of 2 generators have written"):
        collect(tmp_path, target, RENDERED + timedelta(hours=1))
    (tmp_path / DRAFT).write_text("{}")
    with pytest.raises(Unobservable, match=r"run\.draft\.json is no draft"):
        collect(tmp_path, target, RENDERED)
