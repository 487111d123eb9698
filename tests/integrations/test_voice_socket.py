"""The stream that says a text: in pieces as they are made, in order, again after a drop, and not to everybody."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack

import pytest

from fixtures.api import ApiClient
from fixtures.api.patience import patiently
from fixtures.voice.phrases import new_phrase
from fixtures.websocket import WebSocketClient
from fixtures.websocket.clips import transcript_of
from fixtures.websocket.speaking import Speaker, Speech
from fixtures.websocket.turns import decoded
from golive.catalogue import Line
from golive.guard.websocket import GuardedSocket
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.cors import strange_origins
from tests.judges.rollback_rules import number
from tests.judges.streaming import ended_badly, let_in, longest_gap, spoken, streamed
from tests.judges.words import word_error_rate

STREAM = "speech"
TRIES = 3
"""So often a text is asked for at most: a machine may hesitate once, a server that collects does so each time."""
SENTENCES = 3
PING_EVERY = 30.0
"""Seconds between a client's own pings."""
SOONER = 10.0
"""So much sooner it pings where the next time would be too late."""
AGAIN = 0.25
"""Seconds between two tries to come back."""


class Idle:
    """A stream on which nothing is said but pings, as seldom as browsers send them."""

    def __init__(self, speaker: Speaker, socket: GuardedSocket) -> None:
        self.speaker, self.socket = speaker, socket
        self.since = self.seen = time.monotonic()

    def look(self) -> None:
        """Ping, when it is time."""
        if time.monotonic() - self.seen >= PING_EVERY - SOONER:
            self._ping()

    def kept(self, seconds: float) -> float:
        """Return for how many seconds it was seen to stay open, of those that are wanted."""
        while (left := self.since + seconds - time.monotonic()) > 0:
            time.sleep(min(left, PING_EVERY))
            if not self._ping():
                break
        if self.seen - self.since < seconds:
            self._ping()
        kept = round(self.seen - self.since, 1)
        return observed(self.speaker.client, "kept open", kept, source="WebSocket ping", unit="s")

    def _ping(self) -> bool:
        answered = self.speaker.answers(self.socket)
        self.seen = time.monotonic() if answered else self.seen
        return answered


@verifies("SEI-1.2.1.2.4")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(300)
def test_the_stream_speaks_in_pieces_and_survives(
    line: Line, target: ProductTarget, api: ApiClient, websocket: WebSocketClient
) -> None:
    settings = configured(websocket.settings.others.get(STREAM), f"{line.product}.websocket.others.{STREAM}")
    client = WebSocketClient(settings, api, websocket.timeouts)
    speaker = Speaker(client)
    if shut := _shut(speaker):
        conclude([f"{shut}: a good token should open it. Does the balancer let upgrades through?"])
    with ExitStack() as stack:
        quiet = stack.enter_context(speaker.open(session=_session("idle"), quiet=True))
        idle, problems = Idle(speaker, quiet), _speaks(line, speaker, api)
        idle.look()
        problems += let_in(_strangers(client, target))
        problems += _misused(line, speaker)
        idle.look()
        problems += _signed_out(speaker, api)
        problems.append(_comes_back(line, speaker))
        hint = f"It closed with {quiet.close_code}. Whose idle time-out is it: the balancer's, or the server's?"
        kept = idle.kept(number(line, "idle_kept"))
        problems.append(line.limit("idle_kept").problem(kept, of="a stream with nothing but pings", hint=hint))
    problems.append(ended_badly(quiet.close_code, "a stream that its client closes", 1000))
    conclude(problems)


def _shut(speaker: Speaker, origin: str | None = None) -> str:
    """Why somebody can't open the stream who may; empty when they can."""
    try:
        speaker.open(session=_session("own"), origin=origin).close()
    except Unobservable as error:
        return error.reason
    return ""


def _session(word: str) -> str:
    return f"{run_id()}-{word}"


def _text() -> str:
    return " ".join(new_phrase() for _ in range(SENTENCES))


def _speaks(line: Line, speaker: Speaker, api: ApiClient) -> list[str | None]:
    """Ask for texts that nobody asked for before, until one came well; judge the one that came most evenly."""
    tried, gap = list[Speech](), line.limit("frame_gap")
    for _ in range(TRIES):
        with speaker.open(session=_session("spoken")) as socket:
            tried.append(speaker.say(socket, _text()))
        found = _came(line, tried[-1])
        if not any(found):
            break
    best = min(tried, key=lambda s: (bool(s.problem), not gap.admits(longest_gap(s.frames)), len(_said(line, s))))
    if best.problem or not best.ended:
        return [f"'{best.text}' was not spoken to its end: {best}: {best.problem or 'no end'}. See the service's log"]
    if best.cached:
        raise Unobservable(f"a cache answers '{best.text}', which is new", "See what its key holds")
    try:
        samples, rate = decoded(best.sound)
    except Unobservable:
        return [*_came(line, best), *spoken(best.text, None, None, "a text")]
    wrong = None
    if "transcribe" in api.settings.operations:
        wrong = word_error_rate(best.text, transcript_of(api, None, best.sound))
        observed(speaker.client, "words understood wrongly", round(wrong, 3), source="transcribe")
    return [*_came(line, best), *spoken(best.text, len(samples) / rate, wrong, "a text")]


def _came(line: Line, speech: Speech) -> list[str | None]:
    return streamed(
        speech.frames, fewest=line.limit("audio_frames"), gap=line.limit("frame_gap"), at_once=line.limit("burst"),
        of="a text",
    )  # fmt: skip


def _said(line: Line, speech: Speech) -> list[str]:
    return [problem for problem in _came(line, speech) if problem]


def _strangers(client: WebSocketClient, target: ProductTarget) -> dict[str, str | None]:
    """Who must not get in, and how those did who got in. The site itself must."""
    found = dict[str, str | None]()
    if client.settings.auth != "none":
        for who, token in (("no token", None), ("a token that is none", "golive")):
            upgrade = client.upgrade(token=token, session_id=_session("stranger"))
            found[who] = str(upgrade) if upgrade.accepted else None
    if target.web is None:
        raise NotConfigured("the target has no site whose pages open streams", "Add [PRODUCT.web] base_url")
    own = str(target.web.base_url).rstrip("/")
    if shut := _shut(Speaker(client), own):
        raise AssertionError(f"{shut}: a page of {own} should open it. Does it know its own site's origin?")
    for origin, trick in strange_origins([own]).items():
        upgrade = client.upgrade(origin=origin, session_id=_session("abroad"))
        found[f"a page of {origin} ({trick})"] = str(upgrade) if upgrade.accepted else None
    return found


def _misused(line: Line, speaker: Speaker) -> list[str | None]:
    """Send what is no message, and one that is too large; the server says so, and goes on with others."""
    problems = list[str | None]()
    with speaker.open(session=_session("misused")) as socket:
        socket.send("{golive", reading=True)
        if not speaker.answers(socket):
            problems.append(ended_badly(socket.close_code, "a stream after a message that is no JSON"))
    largest = configured(speaker.settings.largest_message, f"websocket.others.{STREAM}.largest_message")
    with speaker.open(session=_session("large")) as socket:
        filler = json.dumps({"filler": ""})
        try:
            socket.send(filler[:-2] + "x" * (largest + 1 - len(filler)) + filler[-2:], reading=True)
            socket.receive()
        except Unobservable:
            observed(speaker.client, f"close code after {largest + 1} bytes", socket.close_code, source="WebSocket")
        code = socket.close_code or 0
        hint = "Bound the size of messages at the server" if not code else "See how it closes"
        problems.append(line.limit("oversize_close").problem(code, of=f"a message of {largest + 1} bytes", hint=hint))
    with speaker.open(session=_session("after")) as socket:
        if not speaker.answers(socket):
            problems.append("after a message that was too large, a new stream answers nothing. See the server's log")
    return problems


def _signed_out(speaker: Speaker, api: ApiClient) -> list[str | None]:
    """Sign out while a stream is open that answers; it must not any more."""
    signed = patiently(lambda: api.call("sign_in", token=None))
    if signed.status != api.operation("sign_in").status:
        raise Unobservable(f"{signed}: nobody can be signed out", "See why signing in fails")
    token = str(signed.field("token"))
    with speaker.open(session=_session("ended"), token=token) as socket:
        if not speaker.answers(socket):
            raise Unobservable("a stream of a new session does not answer a ping", "See its log")
        out = api.call("sign_out", token=token, refresh_token=signed.field("refresh_token"))
        if out.status != api.operation("sign_out").status:
            raise Unobservable(f"{out}: nobody can be signed out", "See why signing out fails")
        if speaker.answers(socket):
            spoken_on = speaker.say(socket, new_phrase(), 1)
            more = ", and speaks" if spoken_on.frames else ""
            return [
                f"a stream still answers{more} after its user has signed out. "
                "Is its token looked at only when it opens? Look again with each message, or end what is open"
            ]
        return [ended_badly(socket.close_code, "a stream whose user has signed out")]


def _comes_back(line: Line, speaker: Speaker) -> str | None:
    """Lose the connection while something is said, and come back to the same session; judge how soon it speaks."""
    limit, session = line.limit("resume"), _session("dropped")
    socket = speaker.open(session=session)
    if not speaker.say(socket, _text(), 1).frames:
        socket.close()
        raise Unobservable("nothing was said that could be interrupted", "See why the stream says nothing")
    socket.drop()
    dropped, why = time.monotonic(), "nothing was said"
    while (seconds := time.monotonic() - dropped) <= number(line, "resume"):
        try:
            with speaker.open(session=session) as again:
                said = speaker.say(again, new_phrase(), 1)
                if said.frames:
                    return limit.problem(round(time.monotonic() - dropped, 2), of="coming back after a drop")
                why = said.problem
        except Unobservable as error:
            why = error.reason
        time.sleep(AGAIN)
    seconds = time.monotonic() - dropped
    return (
        f"coming back after a drop: the session does not speak within {seconds:.1f} s ({why}). "
        "Does it count as open until a time-out?"
    )
