"""How much processor time the generator's machine did not get, and where that is said."""

from __future__ import annotations

import json
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from golive.load.sampling import Sampler, read_samples
from golive.target import ProductTarget
from golive.target.load import Timeouts
from tests.performance.loaded import where_to_look

Times = namedtuple("Times", "user system idle steal guest")


def sampler(monkeypatch: pytest.MonkeyPatch, *times: Times) -> Sampler:
    left = list(times)
    monkeypatch.setattr(psutil, "cpu_times", lambda: left.pop(0))
    target = SimpleNamespace(postgres=None, k6=None, api=None)
    return Sampler(cast(ProductTarget, target), Timeouts())


def test_its_shares_are_those_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sampler(monkeypatch, Times(500, 500, 9000, 100, 50), Times(530, 520, 9020, 130, 75))
    made.samples.append({"at": 1.0})
    assert made.write(tmp_path / "samples.json")
    share = read_samples(tmp_path / "samples.json").generator
    assert share is not None
    assert (share.stolen, share.idle) == pytest.approx((0.3, 0.2))


def test_nothing_is_written_where_nothing_else_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not sampler(monkeypatch, Times(1, 1, 1, 1, 0)).write(tmp_path / "samples.json")


def test_a_run_of_another_tool_says_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "samples.json"
    path.write_text(json.dumps({"database": [{"at": 1.0}]}))
    assert read_samples(path).generator is None


@pytest.mark.parametrize(("stolen", "said"), [(0.31, True), (0.02, False), (0.0, False)])
def test_a_starved_machine_is_named_beside_what_was_slow(stolen: float, said: bool) -> None:
    hint = where_to_look(cast(Any, SimpleNamespace(stolen=stolen)))
    assert ("31 % of the processor time" in hint) is said
