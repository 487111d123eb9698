"""The watch: its grid, its end, its record that outlives it, and its page. With a made-up clock and made-up rounds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from golive.watch.command import span
from golive.watch.loop import Clock, Ended, Outcome, coverage, watch
from golive.watch.record import Record, Terms, Watched
from golive.watch.round import Round
from golive.watch.running import make_round
from golive.watch.table import rendered
from golive.watch.timeline import changes, page, picture

START = datetime(2026, 11, 22, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TERMS = Terms("t.toml", "2.0.1", "smoke or rollback", 10 * MINUTE, MINUTE, START)
GOOD = Round(START, 5, {"A-1": "passed", "A-2": "waived"})
BAD = Round(START, 5, {"A-1": "failed", "A-2": "passed"}, {"A-1": "alarm x has its actions disabled"})
MET = Round(START, 5, {"A-1": "failed"}, {"A-1": "rollback condition active: voice: 7.3 s"})
UNSEEN = Round(START, 5, {"A-1": "unverified"}, {"A-1": "rollback condition active: never seen"})
DOWN = Round(START, 5, broken="the target restarts")


class Killed(BaseException):
    """The watch's own process ends here."""


class World:
    """A clock that only runs when somebody waits, and rounds that are told beforehand; the last one goes on."""

    def __init__(self, record: Path, rounds: list[Round], takes: float = 5) -> None:
        self.time, self.rounds, self.takes, self.made = START, list(rounds), takes, list[datetime]()
        self.record = Record(record)

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def round(self) -> Round:
        made = self.rounds.pop(0) if len(self.rounds) > 1 else self.rounds[0]
        self.made.append(self.time)
        started, self.time = self.time, self.time + timedelta(seconds=self.takes)
        return replace(made, at=started)

    def run(self, terms: Terms = TERMS, make: Callable[[], Round] | None = None) -> tuple[Watched, Ended]:
        now = replace(terms, started=self.time)
        return watch(now, self.record, Clock(lambda: self.time, self.sleep), make or self.round, lambda _: None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reports" / "watch.jsonl"


def test_a_calm_watch_makes_a_round_a_minute(path: Path) -> None:
    world = World(path, [GOOD])
    watched, ended = world.run()
    assert ended == Ended(Outcome.CALM, "10 rounds, 0 of them with lines that did not hold, no condition met")
    assert world.made == [START + n * MINUTE for n in range(10)]
    assert coverage(watched) == 1


def test_it_stops_with_the_decision_as_soon_as_a_condition_is_met(path: Path) -> None:
    world = World(path, [GOOD, BAD, MET, GOOD])
    _, ended = world.run()
    assert ended == Ended(Outcome.ROLLBACK, "A-1: rollback condition active: voice: 7.3 s")
    assert len(world.made) == 3
    newest = world.record.newest()
    assert newest is not None
    assert newest.decision == "rollback"


def test_what_was_not_seen_does_not_fire(path: Path) -> None:
    assert World(path, [UNSEEN]).run()[1].outcome is Outcome.ATTENTION


@pytest.mark.parametrize(
    ("rounds", "reason"),
    [
        ([BAD], "at the end 1 of 2 lines do not hold: A-1"),
        ([DOWN], "nothing was seen: no round came to an end"),
        ([GOOD] * 9 + [DOWN], "the last round could not be made: the target restarts"),
        ([GOOD, DOWN, DOWN, DOWN, DOWN, DOWN, GOOD], "only 60 % of the time was seen, want 90 %"),
    ],
)
def test_a_watch_that_saw_too_little_or_ends_badly_is_not_calm(path: Path, rounds: list[Round], reason: str) -> None:
    assert World(path, rounds).run()[1] == Ended(Outcome.ATTENTION, reason)


def test_a_restart_of_the_target_is_survived(path: Path) -> None:
    _, ended = World(path, [GOOD, DOWN, GOOD]).run()
    assert ended.outcome is Outcome.CALM
    assert "10 rounds" not in ended.reason


def test_rounds_that_take_too_long_are_left_out_and_not_made_up_for(path: Path) -> None:
    world = World(path, [GOOD], takes=70)
    world.run()
    assert world.made == [START + n * MINUTE for n in range(0, 10, 2)]


def test_a_killed_watch_goes_on_where_it_was(path: Path) -> None:
    world = World(path, [GOOD])

    def dies_in_the_fourth() -> Round:
        if len(world.made) == 3:
            raise Killed
        return world.round()

    with pytest.raises(Killed):
        world.run(make=dies_in_the_fourth)
    world.time += timedelta(seconds=30)
    watched, ended = world.run()
    assert ended.outcome is Outcome.CALM
    assert watched.terms.started == START
    assert [r.at for r in watched.rounds] == world.made
    assert world.time == START + 10 * MINUTE


def test_a_condition_that_was_met_just_before_it_was_killed_still_decides(path: Path) -> None:
    record = Record(path)
    record.append(TERMS.as_json())
    record.append(replace(MET, at=START).as_json())
    world = World(path, [GOOD])
    assert world.run()[1].outcome is Outcome.ROLLBACK
    assert world.made == []


@pytest.mark.parametrize(
    "other",
    [replace(TERMS, release="2.0.2"), replace(TERMS, target="u.toml"), replace(TERMS, length=20 * MINUTE)],
)
def test_a_watch_of_other_terms_is_another_one(path: Path, other: Terms) -> None:
    Record(path).append(TERMS.as_json())
    Record(path).append(BAD.as_json())
    assert Record(path).resume(other).rounds == []


def test_a_watch_that_is_decided_or_over_is_not_taken_up(path: Path) -> None:
    record = Record(path)
    record.append(TERMS.as_json())
    record.append(GOOD.as_json())
    assert len(record.resume(replace(TERMS, started=START + MINUTE)).rounds) == 1
    assert record.resume(replace(TERMS, started=START + 10 * MINUTE)).rounds == []
    record.append({"decision": "calm", "reason": ""})
    assert record.resume(replace(TERMS, started=START + 11 * MINUTE)).rounds == []


def test_a_line_that_was_cut_off_is_passed_over_and_nothing_is_overwritten(path: Path) -> None:
    record = Record(path)
    record.append(TERMS.as_json())
    record.append(GOOD.as_json())
    whole = path.read_text()
    path.write_text(whole + '{"round": "2026-11-22T03:0')
    record.append(BAD.as_json())
    newest = record.newest()
    assert newest is not None
    assert newest.rounds == [GOOD, BAD]
    assert path.read_text().startswith(whole)


def test_rubbish_in_the_record_is_passed_over(path: Path) -> None:
    record = Record(path)
    for row in ({"round": 1}, {"watch": "x"}, {}):
        record.append(row)
    path.write_text(path.read_text() + "[]\n\x00\n")
    assert record.newest() is None


ROUNDS = st.lists(st.sampled_from([GOOD, BAD, UNSEEN, DOWN]), min_size=1, max_size=10)


@settings(deadline=None, max_examples=25)
@given(ROUNDS)
def test_no_watch_is_calm_that_did_not_end_well(tmp_path_factory: pytest.TempPathFactory, rounds: list[Round]) -> None:
    world = World(tmp_path_factory.mktemp("watch") / "w.jsonl", rounds)
    watched, ended = world.run()
    assert (ended.outcome is Outcome.CALM) == (watched.rounds[-1].good and coverage(watched) >= 0.9)
    read = world.record.newest()
    assert read is not None
    assert (read.rounds, read.terms, read.decision) == (watched.rounds, watched.terms, ended.outcome.value)


def test_the_page_shows_what_held_when_and_what_changed(path: Path) -> None:
    watched, _ = World(path, [GOOD, BAD, GOOD, DOWN, MET]).run()
    text = page(watched)
    assert "ROLLBACK" in text
    assert "http" not in picture(watched)
    assert [(at - START, id_) for at, id_, _ in changes(watched)] == [
        (MINUTE, "A-1"), (2 * MINUTE, "A-1"), (3 * MINUTE, "all"), (4 * MINUTE, "A-1"),
    ]  # fmt: skip
    assert text.count("<rect") == 2 * (1 + 5)


def test_a_watch_without_a_round_yet_has_a_page_and_a_table() -> None:
    assert "STILL RUNNING" in page(Watched(TERMS))
    assert rendered(Watched(TERMS), START) is not None


def test_the_page_escapes_what_checks_say(path: Path) -> None:
    nasty = replace(BAD, reasons={"A-1": "<script>alert(1)</script>"})
    assert "<script>" not in page(World(path, [nasty]).run()[0])


def test_the_table_shows_every_line_that_did_not_hold(path: Path) -> None:
    watched, _ = World(path, [GOOD, BAD, GOOD]).run()
    console = Console(width=120, record=True, file=(path.parent / "out").open("w"))
    console.print(rendered(watched, START))
    text = console.export_text()
    assert "A-1" in text
    assert "A-2" not in text
    assert "CALM" in text


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("1m", 60), ("4h", 14400), ("1d", 86400)])
def test_spans(text: str, seconds: int) -> None:
    assert span(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "0m", "4", "-1h", "1.5h", "h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="write 30s, 1m, 4h or 1d"):
        span(text)


def _says(folder: Path, text: str, status: int = 0) -> list[str]:
    code = (
        f"import pathlib,sys; pathlib.Path({str(folder / 'results.json')!r}).write_text({text!r}); sys.exit({status})"
    )
    return [sys.executable, "-S", "-c", code]


def test_a_round_is_what_the_run_wrote(tmp_path: Path) -> None:
    text = (
        '{"lines": [{"id": "A-1", "verdict": "failed", "message": "m", "attempted": true}, '
        '{"id": "A-2", "verdict": "passed", "message": "", "attempted": true}, '
        '{"id": "A-3", "verdict": "unverified", "message": "no check yet", "attempted": false}]}'
    )
    found = make_round(_says(tmp_path, text, 1), tmp_path)
    assert (found.lines, found.reasons, found.broken) == ({"A-1": "failed", "A-2": "passed"}, {"A-1": "m"}, "")


def test_an_older_run_never_speaks_for_one_that_broke(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text('{"lines": [{"id": "A-1", "verdict": "passed", "message": ""}]}')
    found = make_round([sys.executable, "-S", "-c", "print('gone')"], tmp_path)
    assert found.lines == {}
    assert found.broken == "the run left no results: gone"


@pytest.mark.parametrize("text", ["", "[]", '{"lines": [{}]}'])
def test_rubbish_is_no_round(tmp_path: Path, text: str) -> None:
    assert "left no results" in make_round(_says(tmp_path, text), tmp_path).broken


def test_a_run_that_can_not_be_is_a_round_that_says_so(tmp_path: Path) -> None:
    assert "exit status 4" in make_round(_says(tmp_path, "{}", 4), tmp_path).broken
    assert "could not be started" in make_round([str(tmp_path / "none")], tmp_path).broken
    hangs = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
    assert "took more than" in make_round(hangs, tmp_path, longest=0.3).broken
