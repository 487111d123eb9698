"""Who gave the answers of a load run: counters of processes, and what was embedded when it was over."""

from __future__ import annotations

from pathlib import Path

import pytest

from golive.load.artefact import Embedded
from golive.load.processes import read_process
from golive.load.sampling import ProcessSample
from golive.load.tracing import Did, read_trace, write_trace
from golive.target.load_runs import ProcessMetrics
from golive.verdict import Unobservable
from tests.judges.provider_load import embedded_seconds, gained, unaccounted

BEGIN, END = 100.0, 400.0


def looks(instance: str = "one", started: float = 5, many: float = 1.0, until: float = END) -> list[ProcessSample]:
    return [
        ProcessSample(at=at, instance=instance, resident=1, started=started, counters={"calls": 7 + many * at})
        for at in range(90, int(until) + 1, 2)
    ]


def test_what_all_processes_counted_is_added_up() -> None:
    both = [*looks("one"), *looks("two", many=2)]
    assert gained(both, ["one", "two"], "calls", BEGIN, END) == 900


def test_a_process_that_was_replaced_counts_anew() -> None:
    both = [*looks(until=200), *looks(started=210)]
    with pytest.raises(Unobservable, match="one was replaced"):
        gained([x for x in both if x.started == 5 or x.at > 210], ["one"], "calls", BEGIN, END)


def test_a_process_that_was_not_looked_at_says_nothing() -> None:
    with pytest.raises(Unobservable, match="two was not looked at"):
        gained(looks(), ["one", "two"], "calls", BEGIN, END)
    with pytest.raises(Unobservable, match="one was not looked at"):
        gained(looks(until=380), ["one"], "calls", BEGIN, END)
    with pytest.raises(Unobservable, match="how many hits"):
        gained(looks(), ["one"], "hits", BEGIN, END)


def test_answers_are_of_the_provider_or_the_cache() -> None:
    assert unaccounted(100, 90, 10) == 0
    assert unaccounted(100, 0, 10) == 90
    assert unaccounted(100, 180, 10) == 90
    assert unaccounted(0, 0, 0) == 100


def test_what_is_embedded_long_after_the_load_took_longer() -> None:
    assert embedded_seconds(Embedded(at=END + 8, count=9), END, 300, "run") == 300
    assert embedded_seconds(Embedded(at=END + 72, count=9), END, 300, "run") == 360
    with pytest.raises(Unobservable, match="before the load was over"):
        embedded_seconds(Embedded(at=END - 1, count=9), END, 300, "run")
    with pytest.raises(Unobservable, match="nobody counted"):
        embedded_seconds(None, END, 300, "run")


def test_counters_are_found_by_their_labels() -> None:
    text = """process_resident_memory_bytes 5
process_start_time_seconds 6
calls_total{operation="translate",outcome="ok",provider="one"} 7.0
calls_total{operation="translate",outcome="ok",provider="two"} 2.0
calls_total{operation="translate",outcome="failed",provider="one"} 1.0
"""
    wanted = {"calls": 'calls_total{outcome="ok",operation="translate"}', "none": "other_total"}
    found = read_process(text, ProcessMetrics(counters=wanted))
    assert found["counters"] == {"calls": 9, "none": 0}


def test_a_trace_is_read_as_it_was_written(tmp_path: Path) -> None:
    made, trace = tmp_path / "made.txt", tmp_path / "trace.json"
    made.write_text(
        "begun 5\nmade memory amy visits 7\ndid 2.5 31 visits-0 amy say 5d41 - -\ndid 1.5 20 visits-0 amy go - - x\n"
    )
    assert write_trace(made, trace)
    assert read_trace(trace) == [
        Did(1.5, 20, "visits-0", "amy", "go", mode="x"), Did(2.5, 31, "visits-0", "amy", "say", "5d41"),
    ]  # fmt: skip


def test_without_a_word_there_is_no_trace(tmp_path: Path) -> None:
    assert not write_trace(tmp_path / "none.txt", tmp_path / "trace.json")
    (tmp_path / "trace.json").write_text("{}")
    with pytest.raises(Unobservable, match="is no trace"):
        read_trace(tmp_path / "trace.json")
    with pytest.raises(Unobservable, match="No such file"):
        read_trace(tmp_path / "other.json")
