"""Processes that leak, are replaced, or keep what they took."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from golive.load.processes import read_process
from golive.load.sampling import ProcessSample
from golive.target.load_runs import ProcessMetrics
from golive.verdict import Unobservable
from tests.judges.soak import Held, by_instance, held

BEFORE, LOAD, AFTER = (0.0, 60.0), (60.0, 3660.0), (3660.0, 3760.0)
LEVEL = 100e6


def looks(resident: Callable[[float], float], started: Callable[[float], float] = lambda _: 5.0) -> list[ProcessSample]:
    noise = (0, 3e5, -2e5, 1e5, -3e5)
    return [
        ProcessSample(at=at, instance="one", resident=resident(at) + noise[n % 5], started=started(at))
        for n, at in enumerate(range(0, 3760, 20))
    ]


def judged(samples: list[ProcessSample]) -> Held:
    return held("one", samples, BEFORE, LOAD, AFTER)


def test_a_process_that_stays_as_it_is() -> None:
    found = judged(looks(lambda _: LEVEL))
    assert found.slope < 0.1
    assert found.ratio == pytest.approx(1, abs=0.02)
    assert found.restarts == 0


def test_a_mebibyte_a_minute_shows_with_confidence() -> None:
    found = judged(looks(lambda at: LEVEL + 2**20 * at / 60))
    assert 5 < found.slope < 11
    assert found.ratio > 1.5


def test_a_process_that_is_replaced_hides_nothing() -> None:
    found = judged(looks(lambda at: LEVEL + 5e6 * (at % 900) / 60, lambda at: at // 900 * 900))
    assert found.restarts == 4
    assert found.slope > 5


def test_what_is_not_given_back_shows_after_the_load() -> None:
    found = judged(looks(lambda at: LEVEL if at < 60 else 1.3 * LEVEL))
    assert found.slope < 0.1
    assert found.ratio == pytest.approx(1.3, abs=0.02)


def test_what_was_not_looked_at_is_not_judged() -> None:
    with pytest.raises(Unobservable, match="looked at 0 times"):
        judged([s for s in looks(lambda _: LEVEL) if s.at > 3660])
    with pytest.raises(Unobservable, match="of the load"):
        judged([s for s in looks(lambda _: LEVEL) if s.at < 1000 or s.at > 3660])
    with pytest.raises(Unobservable, match="what two held"):
        by_instance(looks(lambda _: LEVEL), ["one", "two"])


def test_metrics_of_a_process_are_read() -> None:
    text = '# HELP x y\nprocess_resident_memory_bytes 1.5e+08\nprocess_start_time_seconds{pid="3"} 1795345070.5 17\n'
    assert read_process(text, ProcessMetrics()) == {"resident": 1.5e8, "started": 1795345070.5}
    with pytest.raises(ValueError, match="no process_start_time_seconds at /metrics"):
        read_process("process_resident_memory_bytes 5\n", ProcessMetrics())
