"""Turns of a call, spoken and listened to: how long until something is to be heard, where no cache helps."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack

import pytest

from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from fixtures.voice.phrases import new_question
from fixtures.websocket import WebSocketClient
from fixtures.websocket.turns import Call, Turn
from golive.catalogue import Limit, Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured, Unobservable
from tests.judges.rollback_rules import number
from tests.judges.turns import slow_turns, uncached
from tests.performance.spans import HOUR, hours, since_deploy
from tests.performance.speakers import speakers

ENOUGH = 3
"""So many late turns say it; more of them would cost, and say no more."""
SPARE = 1.5
"""So many times the turns that are needed are spoken at most, where a cache answers some."""
GIVEN_UP, TENANT = "abandoned_turns", "voice_latency.tenant."
FAST_SHARE = 95.0


@verifies("SEI-1.2.1.2.2")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(300)
def test_each_turn_begins_to_sound_in_two_seconds(line: Line, websocket: WebSocketClient) -> None:
    wanted, limit = int(number(line, "turns")), line.limit("first_audio")
    with Call(websocket) as call:
        turns = _fresh_turns(call, wanted, limit)
    problems = slow_turns(turns, limit, of="a call")
    if not any(problems):
        problems.append(line.limit("turns").problem(uncached(turns), of="turns that no cache answered"))
    conclude(problems)


@verifies("SEI-3.1.1.2.2")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(180)
def test_turns_since_the_deploy_are_answered_in_two_seconds(
    line: Line, metrics: SeriesReader, websocket: WebSocketClient, target: ProductTarget
) -> None:
    window = since_deploy(line, target, number(line, "window") * HOUR)
    problems = _since_deploy(line, metrics, window)
    people = speakers(websocket.api)
    if len(people) < (wanted := int(number(line, "tenants"))):
        raise NotConfigured(
            f"the target has identities of {len(people)} tenants, want {wanted}", "Add [api.identities]"
        )
    people = dict(list(people.items())[:wanted])
    rounds = -(-int(number(line, "live_turns")) // len(people))

    spoken = dict[str, list[Turn]]()
    for identity in people:
        with Call(websocket, identity) as call:
            spoken[identity] = [call.turn(new_question()) for _ in range(rounds)]
    for identity, turns in spoken.items():
        problems += slow_turns(turns, line.limit("live_turn"), of=f"a call of {identity}")
    fresh = sum(uncached(turns) for turns in spoken.values())
    if not any(problems):
        problems.append(line.limit("live_turns").problem(fresh, of="live turns that no cache answered"))
    conclude(problems)


@verifies("SEI-2.1.2.2.4")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(3600)
def test_each_voice_is_quick_cold_and_warm(line: Line, websocket: WebSocketClient) -> None:
    limit, wanted = line.limit("first_audio"), int(number(line, "turns"))
    people = speakers(websocket.api)
    with ExitStack() as stack:
        calls = {name: stack.enter_context(Call(websocket, name)) for name in people}
        said = {name: (text := new_question(), call.speech(text)) for name, call in calls.items()}
        time.sleep(60 * number(line, "idle"))
        # One of each voice first: what speaks is warm after it.
        problems = [
            p for name, call in calls.items() for p in slow_turns([call.turn(*said[name])], limit, f"cold, {name}")
        ]
        for name, call in calls.items():
            turns = _fresh_turns(call, wanted, limit)
            found = slow_turns(turns, limit, f"warm, {name}")
            problems += found
            if not any(found):
                problems.append(
                    line.limit("turns").problem(uncached(turns), of=f"turns of {name} that no cache answered")
                )
    conclude(problems)


def _fresh_turns(call: Call, wanted: int, limit: Limit) -> list[Turn]:
    """Speak until so many turns were answered by no cache, or enough were late."""
    turns = list[Turn]()
    while uncached(turns) < wanted and len(turns) < SPARE * wanted and not _enough(turns, limit):
        turns.append(call.turn(new_question()))
    return turns


def _enough(turns: Sequence[Turn], limit: Limit) -> bool:
    return sum(t.seconds is None or not limit.admits(t.seconds) for t in turns) == ENOUGH


def _since_deploy(line: Line, metrics: SeriesReader, window: Window) -> list[str | None]:
    """What is wrong with the turns of real callers: of each tenant, and of all with those who gave up."""
    live, bound = Live(metrics), number(line, "p95")
    words = [w for w in metrics.words if w.startswith(TENANT)]
    if not words:
        raise NotConfigured(f"the target has no series {TENANT}NAME", "One slow tenant does not show in all turns")
    problems, fast, turns = list[str | None](), 0.0, 0.0
    for word in words:
        counts = live.samples(word, window)
        if not counts.total:
            raise Unobservable(f"series {word} counts no turn in {hours(window)}", "Does its source still report?")
        within = live.shares(word, bound, window).overall(counts)
        fast, turns = fast + within / 100 * counts.total, turns + counts.total
        problems.append(_late(f"turns of {word.removeprefix(TENANT)} in {hours(window)}", within, bound, ""))
    gone = live.counts(GIVEN_UP, Window(window.length, window.every)).total
    told = f", {turns - fast:.0f} slower and {gone:.0f} given up of {turns + gone:.0f}"
    return [*problems, _late(f"turns of {hours(window)}", 100 * fast / (turns + gone), bound, told)]


def _late(of: str, share: float, bound: float, told: str) -> str | None:
    """The 95th percentile is within the bound where 95 of a hundred are."""
    observed(of, "within the limit", round(share, 2), source="series", unit="percent")
    if share > FAST_SHARE:
        return None
    return (
        f"{of}: {share:.1f} % were answered in {bound:g} s, want {FAST_SHARE:g} %{told}. See what the release changed"
    )
