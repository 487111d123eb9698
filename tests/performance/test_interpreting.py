"""Speech goes in, its translation comes out: soon, and with a hundred at once each gets its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import suppress

import pytest

from fixtures.parallel import each
from fixtures.websocket import WebSocketClient
from fixtures.websocket.clips import Clip, clips, own_clips, wav
from fixtures.websocket.interpreting import Interpreted, Interpreter
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.load_runs import LoadProfile
from golive.verdict import NotConfigured, Unobservable
from tests.judges.interpreting import SHARE, first_sounds, late, misunderstood, mixed_up
from tests.judges.rollback_rules import number
from tests.judges.warmth import percentile, tolerated

SOURCE = "en"
"""The language of the recordings."""
ROUNDS, PAUSE = 3, 3.0
"""What is slow stays slow, a busy moment of this machine passes."""
WHOLE = 5
"""Every so many sessions is listened to until it ends."""
SPREAD = 2.0
"""Seconds in which those who are all on the line begin to speak."""
OPEN_WITHIN = 30.0
LISTENERS = 4


@verifies("AURA-3.4.4.3")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(300)
def test_a_translation_is_heard_soon(line: Line, target: ProductTarget, websocket: WebSocketClient) -> None:
    interpreter, limit, wanted = Interpreter(websocket), line.limit("p95"), int(number(line, "samples"))
    said, languages = own_clips(line.product, target), _languages(websocket)
    interpreter.session(said[0], SOURCE, languages[-1])  # warm
    best = list[Interpreted]()
    for attempt in range(ROUNDS):
        if attempt:
            time.sleep(PAUSE)
        heard = list[Interpreted]()
        for place in range(wanted):
            clip, language = said[place % len(said)], languages[place % len(languages)]
            heard.append(interpreter.session(clip, SOURCE, language, to_end=place % WHOLE == 0))
            if sum(not limit.admits(ms) for ms in first_sounds(heard)) > tolerated(wanted, SHARE):
                break
        if wrong := misunderstood(heard):
            conclude(wrong)
        if not best or _p95(heard) < _p95(best):
            best = heard
        if limit.admits(_p95(best)):
            break
    of = f"first sound of a translation at {websocket}"
    problem = late(best, limit, of)
    conclude([problem, None if problem else line.limit("samples").problem(len(best), of=of)])


@verifies("AURA-3.4.4.4")
@pytest.mark.disrupts
@pytest.mark.timeout(900)
def test_a_hundred_at_once_each_hear_their_own(line: Line, target: ProductTarget, websocket: WebSocketClient) -> None:
    share = _share(line, target)
    count = max(2, round(number(line, "concurrent_sessions") * share))
    said, languages = clips(line.product, target, count), _languages(websocket)
    interpreter, people = Interpreter(websocket), _people(websocket)
    interpreter.session(said[0], SOURCE, languages[-1])  # warm
    heard = _at_once(interpreter, said, languages, people)
    of = f"{count} sessions at once at {websocket}"
    done = [s for s in heard if s.ended and not s.problem]
    observed(of, "sessions", {"open": len(heard), "finished": len(done)}, source="WebSocket", unit="count")
    failed = [s for s in heard if s not in done]
    spoken = _heard_again(interpreter, done)
    strange = mixed_up(done, spoken)
    why = "; ".join(f"{s}" for s in failed[:3])
    conclude(
        [
            line.limit("concurrent_sessions").problem(round(count / share, 6), of=of),
            line.limit("completed").problem(round(100 * len(done) / count, 2), of=of, hint=why),
            line.limit("mixed_up").problem(len(strange), of=of, hint="Do sessions share a buffer?"),
            *strange[:3],
            *misunderstood(done)[:3],
            late(done, line.limit("p95"), f"first sound of {of}") if done else None,
        ]
    )


def _at_once(
    interpreter: Interpreter, said: Sequence[Clip], languages: Sequence[str], people: Sequence[str]
) -> list[Interpreted]:
    """Open all sessions, then have everybody speak within two seconds."""
    everybody = threading.Barrier(len(said))

    def session(place: int) -> Interpreted:
        opened, language = list[int](), languages[place % len(languages)]

        def ready() -> None:
            opened.append(place)
            everybody.wait(OPEN_WITHIN)
            time.sleep(SPREAD * place / len(said))

        try:
            return interpreter.session(said[place], SOURCE, language, identity=people[place % len(people)], ready=ready)
        except threading.BrokenBarrierError:
            return Interpreted(said[place].text, language, problem=f"not all were open after {OPEN_WITHIN:g} s")
        except Unobservable as error:
            if not opened:  # the others need not wait for it
                with suppress(threading.BrokenBarrierError):
                    everybody.wait(OPEN_WITHIN)
            return Interpreted(said[place].text, language, problem=str(error))

    return each(session, range(len(said)), workers=len(said))


def _heard_again(interpreter: Interpreter, sessions: Sequence[Interpreted]) -> list[str | None]:
    """What is understood of what each session heard: it is spoken to the product, which transcribes it."""

    def again(session: Interpreted) -> str:
        clip = Clip(session.translated, wav(session.sound))
        return interpreter.session(clip, session.language, SOURCE, to_end=False).transcript

    found = each(again, sessions, workers=LISTENERS)
    silent = [s for s, text in zip(sessions, found, strict=True) if not text]
    if sessions and len(silent) == len(sessions):
        raise Unobservable("nothing of what the sessions heard is understood", "Is there speech in it?")
    return [text or None for text in found]


def _p95(sessions: Sequence[Interpreted]) -> float:
    return percentile(first_sounds(sessions), SHARE)


def _languages(websocket: WebSocketClient) -> list[str]:
    found = [word for word in websocket.api.settings.text_languages if word != SOURCE]
    if not found:
        raise NotConfigured("the target has no api.text_languages", "Name the languages that can be translated to")
    return found


def _people(websocket: WebSocketClient) -> list[str]:
    """Whom the sessions act as: all but the one whose requests are limited."""
    api = websocket.api.settings
    return [name for name in api.identities if not (api.quota and name == api.quota.identity)]


def _share(line: Line, target: ProductTarget) -> float:
    """Which part of the checklist's size is this deployment's whole size, by the profile of its load runs."""
    k6 = target.k6
    profile = k6.profiles.get(k6.profile, LoadProfile()) if k6 else LoadProfile()
    share = (profile.sessions or profile.users) if profile.full_size else 1.0
    observed(f"{line.product}", "share of the checklist's size", share, source="target k6.profiles")
    return share
