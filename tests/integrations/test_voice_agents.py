"""Callers of several tenants ask the same, and each is answered by its own agent: its words, sound, voice, greeting."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from fixtures.postgres import Database
from fixtures.providers.elevenlabs import ElevenLabsAccount, Spoken
from fixtures.tenancy.agents import KEY, Agent, agents
from fixtures.voice.phrases import new_question
from fixtures.websocket import WebSocketClient
from fixtures.websocket.clips import transcript_of
from fixtures.websocket.turns import Call, Turn
from golive.catalogue import Limit, Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.agents import Said, followed, foreign, misgreeted, misvoiced, said_wrong, spoken_of
from tests.judges.turns import slow_turns

ROUNDS = 4
"""So often everybody is called at the most, until each was answered where another had been before."""
FRESH = 3
"""So many new texts are said at the most, until one is answered in time and by no cache: whether a tenant's own voice
can be in time is seen here, and by the lines on turns how often all are."""


@dataclass
class Heard:
    """What came of calls to one tenant's agent. `fresh`: the answers to new texts."""

    greetings: set[str] = field(default_factory=set)
    fresh: list[Turn] = field(default_factory=list)
    said: dict[tuple[str, bytes], Said] = field(default_factory=dict)

    @property
    def quickest(self) -> Turn:
        """Of the answers to new texts that came soonest; what no cache answered goes before."""
        return min(self.fresh, key=lambda t: (t.cached, t.seconds is None, t.seconds or 0.0))


@verifies("SEI-3.1.2.1.4")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(300)
def test_each_tenants_agent_is_its_own(
    line: Line, target: ProductTarget, websocket: WebSocketClient, elevenlabs: ElevenLabsAccount, all_rows: Database
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(tenancy.agents, f"{line.product}.tenancy.agents")
    if "greeting" not in websocket.api.operation(websocket.settings.session_operation or "").fields:
        raise NotConfigured("the target does not say what an agent greets with", "Add the field greeting")
    known = list(agents(websocket.api, all_rows, settings))
    before = elevenlabs.newest()
    soon = line.limit("first_audio")
    heard = _called(websocket, known, settings.question, soon)
    late = slow_turns([h.quickest for h in heard.values()], soon, of="the calls")
    if any(h.quickest.seconds is None for h in heard.values()):
        conclude(late)
    voices = _voices(elevenlabs, before, heard)
    wrong = {
        a.tenant: [
            *misvoiced(a, voices[a.tenant]),
            *(p for told in sorted(heard[a.tenant].greetings) for p in misgreeted(a, told, known)),
            *(p for said in heard[a.tenant].said.values() for p in said_wrong(said, known)),
        ]
        for a in known
    }
    strange = {name for a in known for text in _texts(heard[a.tenant]) for name in foreign(a, text, known)}
    right = 100 * sum(not wrong[a.tenant] for a in known) / len(known)
    conclude(
        [
            *dict.fromkeys(p for told in wrong.values() for p in told),
            *late,
            line.limit("correct_agents").problem(right, of="the agents"),
            line.limit("foreign_markers").problem(len(strange), of="the agents"),
            line.limit("canary_tenants").problem(len(known), of="the target"),
        ]
    )


def _texts(heard: Heard) -> list[str]:
    return [*heard.greetings, *(text for said in heard.said.values() for text in (said.words, said.heard))]


def _called(websocket: WebSocketClient, known: list[Agent], question: str, soon: Limit) -> dict[str, Heard]:
    """Call all in turn, until each was answered where another had been before; ask all of them the same."""
    heard, rounds = {a.tenant: Heard() for a in known}, list[tuple[str, str]]()
    asked = dict[str, bytes]()
    for number in range(ROUNDS):
        for agent in known:
            with Call(websocket, agent.identity) as call:
                rounds.append((agent.tenant, call.instance))
                if not number:
                    heard[agent.tenant].fresh = _fresh(call, soon)
                _listened(call, agent, heard[agent.tenant], question, asked)
        if number and len(followed(rounds)) == len(known):
            break
    alone = sorted({a.tenant for a in known} - followed(rounds))
    places = sorted({place or "unnamed" for _, place in rounds})
    observed("the calls", "instances", places, source="WebSocket")
    if alone:
        raise Unobservable(
            f"{', '.join(alone)} were answered where nobody else had been in {ROUNDS} rounds, so nothing shows that "
            "what is kept for others is not theirs", "Run again, or let more synthetic tenants be called",
        )  # fmt: skip
    return heard


def _fresh(call: Call, soon: Limit) -> list[Turn]:
    """Say something new, until it is answered in time and by no cache."""
    turns = list[Turn]()
    while len(turns) < FRESH and not any(
        t.seconds is not None and not t.cached and soon.admits(t.seconds) for t in turns
    ):
        turns.append(call.turn(new_question(), whole=True))
    return turns


def _listened(call: Call, agent: Agent, heard: Heard, question: str, asked: dict[str, bytes]) -> None:
    """Ask the question, and hear what is answered. What an agent greets with may be wrong in any of its calls."""
    told = str(call.begun.field("greeting") or "") if call.begun is not None else ""
    heard.greetings.add(told)
    speech = asked.setdefault(agent.tenant, b"") or call.speech(question)
    asked[agent.tenant] = speech
    turn = call.turn(question, speech, whole=True)
    if turn.seconds is None or not turn.answer:
        raise Unobservable(
            f"{agent} gives no answer to '{question}': {turn.problem or 'no words with the sound'}",
            "See why the call fails, and that fields.text of [PRODUCT.websocket] says what the agent answers",
        )
    if (turn.answer, turn.sound) not in heard.said:
        understood = transcript_of(call.api, agent.identity, turn.sound)
        heard.said[turn.answer, turn.sound] = Said(agent, turn.answer, understood)
        observed(agent, "answer", turn.answer, source="WebSocket")
        observed(agent, "heard", understood, source="transcribe")


def _voices(account: ElevenLabsAccount, before: str, heard: dict[str, Heard]) -> dict[str, list[str]]:
    """The voices with which the provider spoke the new answers, by its own history."""
    fresh = {tenant: [t for t in h.fresh if t.answer and not t.cached] for tenant, h in heard.items()}
    if cached := [tenant for tenant, turns in fresh.items() if not turns]:
        raise Unobservable(f"nothing new was answered to {', '.join(cached)}", "Let the agent answer what is new anew")

    def voices_of(items: list[Spoken]) -> dict[str, list[str]]:
        spoken = [(item.text, item.voice) for item in items]
        return {
            tenant: [v for t in turns for v in spoken_of(t.answer, t.said, spoken)] for tenant, turns in fresh.items()
        }

    found = voices_of(account.spoken_until(before, lambda items: all(voices_of(items).values())))
    if silent := [tenant for tenant, voices in found.items() if not voices]:
        raise Unobservable(
            f"the history of the {account} has nothing of what was said to {', '.join(silent)}",
            f"Does the product speak with this account, and is its history kept? See [PRODUCT.elevenlabs] and {KEY}",
        )
    for tenant, voices in found.items():
        observed(f"the agent of {tenant}", "voices", sorted(set(voices)), source="GET /history")
    return found
