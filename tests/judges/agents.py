"""Whether voice agents of several tenants are each their own: words, sound, voice, greeting. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fixtures.tenancy.agents import Agent
from tests.judges.words import word_error_rate

GARBLED = 0.5
"""Share of wrong words from which on a sound says something else than the text."""


@dataclass(frozen=True)
class Said:
    """What an agent answered: by the product's words, and as it was heard by who listened."""

    agent: Agent
    words: str
    heard: str


def foreign(of: Agent, text: str, agents: Iterable[Agent]) -> list[str]:
    """Return the names of agencies and markers of others' that are in a text."""
    names = [(n, a) for a in agents if a.tenant != of.tenant for n in (a.agency, a.marker)]
    return [f"{name} of {other.tenant}" for name, other in names if _in(name, text)]


def said_wrong(said: Said, agents: Sequence[Agent]) -> list[str]:
    """Return what is wrong with an answer: something of others in its words or its sound, nothing of its own."""
    agent, problems = said.agent, list[str]()
    for way, text in (("says", said.words), ("is heard to say", said.heard)):
        if others := foreign(agent, text, agents):
            problems.append(f"{agent} {way} {', '.join(others)}. Whose context, or whose speech, was kept for it?")
    lacking = [name for name in (agent.agency, agent.marker) if not _in(name, said.words)]
    if lacking and not problems:
        problems.append(f"{agent} does not say {' nor '.join(lacking)}, but '{said.words}'. Does it know its tenant?")
    wrong = word_error_rate(said.words, said.heard)
    if wrong > GARBLED and not problems:
        problems.append(f"{agent} says '{said.words}' by the product's words, and '{said.heard}' is heard")
    return problems


def misvoiced(agent: Agent, voices: Iterable[str]) -> list[str]:
    """Return each voice with which the provider spoke an agent's answer, and which is not the one that is set."""
    return [
        f"{agent} speaks with the voice {voice}, and {agent.voice} is set. Is the tenant's voice read, or a default?"
        for voice in sorted(set(voices))
        if voice != agent.voice
    ]


def misgreeted(agent: Agent, told: str, agents: Sequence[Agent]) -> list[str]:
    """Return what is wrong with a greeting: it is another's, or not the one that is set."""
    if others := foreign(agent, told, agents):
        return [f"{agent} greets with {', '.join(others)}: '{told}'"]
    if told.strip() != agent.greeting.strip():
        return [f"{agent} greets with '{told}', and '{agent.greeting}' is set"]
    return []


def spoken_of(answer: str, question: str, spoken: Iterable[tuple[str, str]]) -> list[str]:
    """Return the voices of those texts that are an answer or a sentence of it, of pairs of text and voice."""
    whole, asked = _plain(answer), _plain(question)
    return [v for text, v in spoken if (plain := _plain(text)) and plain in whole and plain != asked]


def followed(rounds: Sequence[tuple[str, str]]) -> set[str]:
    """Return the tenants who were answered where another had been before, of pairs of tenant and instance in order."""
    return {t for n, (t, place) in enumerate(rounds) if any(o != t and p == place for o, p in rounds[:n])}


def _in(name: str, text: str) -> bool:
    return bool(_plain(name)) and _plain(name) in _plain(text)


def _plain(text: str) -> str:
    """Letters and digits alone: what is heard has no punctuation to rely on."""
    return re.sub(r"[\W_]+", "", text.casefold())
