"""How tenants were made ready, judged on made-up times."""

from __future__ import annotations

import pytest

from fixtures.tenancy.provisioning import Made, Recorded
from tests.judges.provisioning import by_hand, hidden, p95, unfinished, unready

GOOD = Made("small", "tenant-1", 0.1, 0.08, ())


def test_a_tenant_that_is_not_at_work_is_told_with_what_is_wrong() -> None:
    assert unready([GOOD], 30) == []
    late = Made("small", "tenant-1", None, None, ("it is said to be waiting",))
    assert unready([late], 30) == [
        "a tenant on small is not at work 30 s after it was asked for: it is said to be waiting"
    ]


def test_the_95th_percentile_is_one_that_was_seen() -> None:
    assert p95([1.0]) == 1.0
    assert p95([float(n) for n in range(1, 101)]) == 95.0
    with pytest.raises(ValueError, match="no provisioning"):
        p95([])


def test_hands_and_missing_ends_are_told() -> None:
    assert by_hand([Recorded("tenant-1", 1.0, ())]) == []
    assert by_hand([Recorded("tenant-1", 1.0, ("ann",))]) == ["tenant tenant-1 was made ready with the help of ann"]
    assert unfinished([Recorded("tenant-1", None, ())])


def test_records_that_begin_after_the_queue_are_told() -> None:
    assert hidden([GOOD], {"tenant-1": Recorded("tenant-1", 0.05, ())}) == []
    assert "leave out how long it waited" in hidden(
        [Made("small", "tenant-1", 0.5, 0.4, ())], {"tenant-1": Recorded("tenant-1", 0.01, ())}
    )[0]  # fmt: skip
    assert "do not tell" in hidden([GOOD], {})[0]
