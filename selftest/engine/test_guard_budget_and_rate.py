"""Paid calls stop at the budget, over several processes; calls to a service keep to its rate."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.guard import budget, effect, rate
from golive.guard.budget import Budget
from golive.guard.http import GuardedSession
from golive.guard.rate import Bucket
from golive.verdict import Unobservable
from selftest.engine.dummy_server import dummy_server

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_budget(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(budget, "_budget", None)
    effect.restore()
    yield
    rate.configure(50)


def test_the_budget_is_a_ceiling_that_can_be_reached(tmp_path: Path) -> None:
    purse = Budget(3, tmp_path / "b")
    purse.spend(2, "a call")
    purse.spend(1, "a call")
    with pytest.raises(Unobservable, match=r"3 of 3 are used, a voice needs 1"):
        purse.spend(1, "a voice")
    purse.spend(0, "a free call")
    assert purse.spent() == 3
    purse.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_takes_nothing(tmp_path: Path) -> None:
    purse = Budget(3, tmp_path / "b")
    with pytest.raises(Unobservable):
        purse.spend(4, "a call")
    assert purse.spent() == 0


def test_processes_share_it() -> None:
    run = uuid.uuid4().hex
    code = (
        "import sys; from golive.guard import budget; from golive.verdict import Unobservable\n"
        f"purse = budget.configure(5, {run!r}); made = 0\n"
        "for _ in range(5):\n"
        "    try: budget.spend(1, 'a call'); made += 1\n"
        "    except Unobservable: pass\n"
        "print(made)"
    )
    workers = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)
    ]
    made = [int(worker.communicate(timeout=30)[0]) for worker in workers]
    budget.configure(5, run).remove()
    assert sum(made) == 5


def test_without_a_budget_nothing_is_paid() -> None:
    with pytest.raises(Unobservable, match="no budget"):
        budget.spend(1, "a call")
    budget.spend(0, "a free call")


def test_a_call_that_can_t_be_paid_does_not_leave() -> None:
    purse = budget.configure(1, uuid.uuid4().hex)
    try:
        with dummy_server() as dummy, GuardedSession([dummy.url]) as http:
            http.post(dummy.url, reading=True, paid=1)
            with pytest.raises(Unobservable, match="budget"):
                http.post(dummy.url, reading=True, paid=1)
            assert len(dummy.arrived) == 1
    finally:
        purse.remove()


@given(st.lists(st.floats(0, 3), min_size=1, max_size=200), st.floats(0.5, 50), st.integers(1, 20))
def test_no_second_has_more_calls_than_rate_and_burst(pauses: list[float], per_second: float, burst: int) -> None:
    now = [0.0]
    bucket = Bucket(per_second, burst, clock=lambda: now[0])
    leaves = []
    for pause in pauses:
        now[0] += pause
        leaves.append(now[0] + bucket.reserve())
    for start in leaves:
        within = sum(start <= at < start + 1 for at in leaves)
        assert within <= per_second + burst + 1


def test_a_turn_that_is_too_far_away_is_unobservable() -> None:
    rate.configure(per_second=0.02)
    rate.wait_for_turn("x")
    with pytest.raises(Unobservable, match=r"calls to x are limited to 0.02 a second"):
        rate.wait_for_turn("x")
    rate.wait_for_turn("y")


def test_workers_take_their_part() -> None:
    rate.configure(per_second=10, workers=4)
    assert rate._per_second == 2.5
