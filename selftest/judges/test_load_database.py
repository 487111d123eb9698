"""What made-up looks at a database say of it."""

from __future__ import annotations

import pytest

from golive.load.sampling import Sample
from golive.verdict import Unobservable
from tests.judges.load_database import connections, gained, mean_statement, most, within


def looks(**each: object) -> list[Sample]:
    return [
        Sample.model_validate({"at": 2.0 * n, **{k: v(n) if callable(v) else v for k, v in each.items()}})
        for n in range(11)
    ]


def test_a_run_is_judged_by_looks_over_the_whole_of_it() -> None:
    assert len(within(looks(), 0, 20, 5, "run")) == 11
    for begin, end in ((-8, 20), (0, 28), (40, 50)):
        with pytest.raises(Unobservable, match="not looked at over the whole"):
            within(looks(), begin, end, 5, "run")
    with pytest.raises(Unobservable, match="not looked at for 8 s"):
        within([s for s in looks() if not 8 <= s.at <= 12], 0, 20, 5, "run")
    with pytest.raises(Unobservable, match="not answer 1 of 11 times: gone"):
        within(looks(error=lambda n: "gone" if n == 4 else ""), 0, 20, 5, "run")


def test_one_full_moment_counts() -> None:
    assert connections(looks(connections=lambda n: 95 if n == 3 else 10, most_connections=100)) == 95
    assert most(looks(replica_lag=lambda n: n / 3), "replica_lag") == 3.333


def test_a_counter_that_begins_anew_counts_from_zero() -> None:
    assert gained(looks(deadlocks=lambda n: 3 if n < 5 else 4), "deadlocks") == 1
    assert gained(looks(deadlocks=lambda n: 7 if n < 5 else 2), "deadlocks") == 2
    assert gained(looks(deadlocks=5), "deadlocks") == 0


def test_the_mean_is_that_of_the_run() -> None:
    assert mean_statement(looks(calls=lambda n: 1000 + 10 * n, milliseconds=lambda n: 9e6 + 50 * n), "run") == 5
    with pytest.raises(Unobservable, match="no pg_stat_statements"):
        mean_statement(looks(), "run")
    with pytest.raises(Unobservable, match="reset"):
        mean_statement(looks(calls=lambda n: 1000 - n, milliseconds=5.0), "run")
