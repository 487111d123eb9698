"""What is said of Redis, of made-up observations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.documents.families import families
from fixtures.documents.markdown import read
from fixtures.redis.failover import FailoverFacts, _resumed
from fixtures.redis.keyspace import Key
from fixtures.redis.pools import PoolFacts
from fixtures.redis.replication import SentinelView
from fixtures.redis.snapshot import RestoreFacts
from golive.catalogue import Line, load_catalogue
from golive.verdict import Unobservable
from tests.judges.failover import failover_problems
from tests.judges.keyspace import outliving, unexpiring, unmapped
from tests.judges.pools import pool_problems
from tests.judges.redis_backups import Saving, restore_problems, saving_problems
from tests.judges.redis_cluster import sentinel_problems

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TABLE = """
| Key prefix | Source of truth | TTL | Recovery |
|---|---|---|---|
| `speech:<id>` | the provider | 5 min to 24 h | spoken again |
| `job:{id}`, `lease:*` | here | never | the daily snapshot |
"""


def line_of(name: str) -> Line:
    return load_catalogue()[name]


def said(problems: list[str | None]) -> str:
    return "\n".join(problem for problem in problems if problem)


def test_families_are_read_from_a_table() -> None:
    speech, job = families(read(TABLE), "cache.md")
    assert speech.patterns == ("speech:*",)
    assert speech.longest == 86_400
    assert job.patterns == ("job:*", "lease:*")
    assert job.longest is None
    assert job.backed_up
    assert not speech.backed_up


@pytest.mark.parametrize("lifetime", ["soon", ""])
def test_a_lifetime_that_is_none_is_said(lifetime: str) -> None:
    with pytest.raises(Unobservable, match=r"cache\.md"):
        families(read(TABLE.replace("5 min to 24 h", lifetime)), "cache.md")


def test_keys_are_held_against_families() -> None:
    known = families(read(TABLE), "cache.md")
    keys = [Key("speech:1", 60), Key("speech:2", None), Key("speech:3", 90_000), Key("job:4", None), Key("x:5", 3)]
    assert unexpiring(keys, known) == ["1 keys speech:..."]
    assert outliving(keys, known) == ["speech:... lives 90000 s, documented are at most 86400 s"]
    assert unmapped(keys, known) == ["1 keys x:..."]


FAILOVER: dict[str, Any] = {
    "by": "a test", "old_primary": "a", "new_primary": "b", "new_primary_after": 2.0, "writes_again_after": 2.5,
    "write_rate": 250, "acknowledged": 1000, "lost": 0, "lost_span": 0, "confirmed": 100, "confirmed_lost": 0,
    "api_calls": 100, "api_errors": 0, "roles": {"a": "slave", "b": "master"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"new_primary": "", "new_primary_after": None}, "no new primary within 30 s"),
        ({"writes_again_after": None}, "no write was acknowledged"),
        ({"new_primary_after": 31.0}, "failover to b: new primary is 31 s"),
        ({"lost": 300, "lost_span": 1.2}, "lost write span is 1.2 s"),
        ({"confirmed_lost": 1}, "lost confirmed writes is 1"),
        ({"api_errors": 2}, "api errors is 2 percent"),
        ({"roles": {"a": "master", "b": "master"}}, "2 nodes accept writes as primary"),
        ({"roles": {"a": "no answer", "b": "master"}}, "a did not come back"),
        ({"misled": ["api-1 says redis: down"]}, "after the failover api-1 says redis: down"),
    ],
)
def test_failovers(changes: dict[str, Any], words: str) -> None:
    found = said(failover_problems(line_of("SEI-1.1.1.4.2"), FailoverFacts(**FAILOVER | changes), 30))
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize("changes", [{"write_rate": 20}, {"confirmed": 3}, {"api_calls": 0}])
def test_a_failover_with_too_little_seen_tells_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(Unobservable):
        failover_problems(line_of("SEI-1.1.1.4.2"), FailoverFacts(**FAILOVER | changes), 30)


def test_writes_resume_after_the_longest_pause() -> None:
    assert _resumed([10.05, 10.1, 12.4, 12.5], 10.0) == pytest.approx(2.4)
    assert _resumed([10.05, 10.1, 10.2], 10.0) == 0
    assert _resumed([], 10.0) is None


def test_sentinels_agree_or_it_is_said() -> None:
    line = line_of("SEI-2.1.1.2.3")
    views = [SentinelView(f"s{n}", "h:1", 2, 2, True) for n in (1, 2, 3)]
    assert said(sentinel_problems(line, views, frozenset())) == ""
    odd = [*views[:2], SentinelView("s3", "h:9", 0, 4, False, "NOQUORUM")]
    found = said(sentinel_problems(line, odd, frozenset({"h:9"})))
    for words in ("agreeing sentinels is 2", "quorum is 4", "knows 0 other", "NOQUORUM", "h:9, where nothing answers"):
        assert words in found
    assert "s1: does not answer" in said(sentinel_problems(line, [SentinelView("s1", problem="gone")], frozenset()))


WELL = {
    "role": "master",
    "rdb_last_bgsave_status": "ok",
    "rdb_last_save_time": NOW.timestamp() - 3600,
    "aof_enabled": 0,
}
FOLLOWS = WELL | {"role": "slave", "master_link_status": "up", "master_sync_in_progress": 0}


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([Saving("a", WELL, "300 1")], ""),
        ([Saving("a", WELL, ""), Saving("b", FOLLOWS, "300 1")], ""),
        (
            [Saving("a", WELL, ""), Saving("b", FOLLOWS | {"master_link_status": "down"}, "300 1")],
            "no node that is in step",
        ),
        ([Saving("a", WELL | {"rdb_last_bgsave_status": "err"}, "300 1")], "last save ended with err"),
        ([Saving("a", WELL | {"rdb_last_save_time": NOW.timestamp() - 90_000}, "300 1")], "newest save age is 25 h"),
        (
            [Saving("a", WELL | {"aof_enabled": 1, "aof_last_write_status": "err"}, "")],
            "append-only file ended with err",
        ),
    ],
)
def test_saving(nodes: list[Saving], words: str) -> None:
    found = said(saving_problems(line_of("AURA-6.1.2.2"), nodes, NOW))
    assert words in found
    assert bool(found) == bool(words)


RESTORED: dict[str, Any] = {
    "snapshot": "daily", "created": NOW - timedelta(hours=3), "size_bytes": 10, "keys": 4, "marker": "m",
    "marker_live": True, "marker_restored": True, "marker_same": True, "seconds": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"problem": "short read"}, "can't be loaded: short read"),
        ({"marker_restored": False}, "without m"),
        ({"marker_same": False}, "another m"),
        ({"marker_live": False}, "not in the live Redis"),
        ({"created": NOW - timedelta(hours=25)}, "newest save age is 25 h"),
    ],
)
def test_restores(changes: dict[str, Any], words: str) -> None:
    found = said(restore_problems(line_of("AURA-6.1.2.2"), RestoreFacts(**RESTORED | changes), NOW))
    assert words in found
    assert bool(found) == bool(words)


POOLS: dict[str, Any] = {
    "bound": 40, "requests": 2000, "concurrency": 100, "failed": 0, "before": 20, "most": 24, "after": 22,
    "by_name": {"api-1": 12, "api-2": 12}, "back_after": 0.4, "after_cut": 8, "pause": 8, "slowest": 1.2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"most": 90, "ended_early": True, "requests": 100}, "clients of pools is 225 percent"),
        ({"after": 30}, "growth is 25 percent"),
        ({"failed": 300}, "300 of 2000 requests were not served"),
        ({"back_after": None, "not_back": ["api-1: down"]}, "after all connections were cut: api-1: down"),
        ({"back_after": 6.0}, "recovery is 6 s"),
        ({"slowest": 8.1}, "slowest answer while Redis stood still for 8 s: recovery is 8.1 s"),
        ({"after_cut": 60}, "60 connections after the cut"),
    ],
)
def test_pools(changes: dict[str, Any], words: str) -> None:
    found = said(pool_problems(line_of("SEI-1.1.1.4.4"), PoolFacts(**POOLS | changes)))
    assert words in found
    assert bool(found) == bool(words)


def test_pools_under_too_little_load_tell_nothing() -> None:
    with pytest.raises(Unobservable):
        pool_problems(line_of("SEI-1.1.1.4.4"), PoolFacts(**POOLS | {"requests": 10}))
