"""What an agent says again comes from the cache: the same sound, sooner, and for the same tenant, voice and manner."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

import pytest

from fixtures.api import ApiClient
from fixtures.parallel import each
from fixtures.providers.elevenlabs import ElevenLabsAccount
from fixtures.redis.entries import Entries, keys_like
from fixtures.redis.topology import store_of
from fixtures.tenancy.things import owners
from fixtures.voice.phrases import Manner, OwnAgent, Phrase, new_phrase, own_agents
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.target.providers import ElevenLabs
from golive.verdict import NotConfigured, Unobservable
from tests.judges.speech_cache import Again, cut, endless, foreign_hits, kept_errors, repeated, unspoken
from tests.judges.words import plain

TIMES = 3
"""So often a phrase is said again."""
AT_ONCE = 2
"""So many phrases are spoken side by side where their times do not count."""
NOBODY = "golive0no0such0voice"
"""Of no voice at the provider."""
OTHER_STABILITY = 0.25
LEFT = 1.0
"""Seconds in which a product has noticed that somebody went away."""
WORDS = {
    "voice": "the voice", "settings": "the voice's settings", "model": "the model", "tenant": "the tenant",
}  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A phrase that was said before and after its entry ended. `lifetime`: seconds that it had, None without end."""

    text: str
    lifetime: float | None


class Trial:
    """All that is said of one product's agents, so that the provider's history can be read once, at the end."""

    def __init__(self, settings: ElevenLabs) -> None:
        if len(settings.voices) < 2 or len(settings.models) < 2:
            raise NotConfigured("the target names one voice or model", "Add another to [PRODUCT.elevenlabs]")
        self.usual = Manner(settings.voices[0], settings.models[0])
        self.others = {
            "voice": Manner(settings.voices[1], settings.models[0]),
            "settings": Manner(settings.voices[0], settings.models[0], OTHER_STABILITY),
            "model": Manner(settings.voices[0], settings.models[1]),
        }
        self.shared = settings.voices[0] in settings.shared_voices

    def again(self, agent: OwnAgent) -> list[Phrase]:
        """A phrase, and the same some times more."""
        text = new_phrase()
        return [agent.say(text) for _ in range(1 + TIMES)]

    def otherwise(self, agent: OwnAgent, stranger: OwnAgent) -> dict[str, tuple[Phrase, Phrase]]:
        """Phrases that are said twice: the second time by another voice, ..., for another tenant."""
        kinds = [*self.others, *([] if self.shared else ["tenant"])]
        spoken = each(lambda _: agent.say(new_phrase()), kinds, workers=AT_ONCE)
        first, second = dict(zip(kinds, spoken, strict=True)), dict[str, Phrase]()
        for what, manner in self.others.items():
            if not agent.become(manner):
                raise Unobservable(f"{agent} is refused another {what}", "Correct [PRODUCT.elevenlabs]")
            second[what] = agent.say(first[what].text)
        agent.become(self.usual)
        if not self.shared:
            second["tenant"] = stranger.say(first["tenant"].text)
        return {what: (first[what], second[what]) for what in kinds}

    def half(self, agent: OwnAgent) -> Phrase:
        """What is answered to a phrase that was left half-way before."""
        text = new_phrase()
        come = agent.say_and_leave(text)
        time.sleep(LEFT)
        said = agent.say(text)
        if come >= len(said.sound) and said.length is not None:
            raise Unobservable(
                f"all {come} bytes of a phrase came at once, so nobody can leave half-way", "Does the product stream?"
            )
        return said

    def failing(self, agent: OwnAgent) -> tuple[list[Phrase], Phrase] | None:
        """A phrase that nobody can speak, twice, and then somebody who can; None: no agent is given such a voice."""
        text = new_phrase()
        if not agent.become(Manner(NOBODY, self.usual.model)):
            observed(agent, "a voice that does not exist", "refused", source="API")
            return None
        try:
            failed = [agent.say(text) for _ in range(2)]
        finally:
            agent.become(self.usual)
        return failed, agent.say(text)


@verifies("SEI-1.2.1.2.3")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(300)
def test_repeated_phrases_come_from_the_cache(
    line: Line, target: ProductTarget, whole_target: Target, api: ApiClient, elevenlabs: ElevenLabsAccount
) -> None:
    redis = configured(target.redis, f"{line.product}.redis")
    login = configured(redis.app_url, f"{line.product}.redis.app_url")
    cache = Entries(store_of(redis, whole_target.timeouts, login, "cache"))
    pattern = configured(elevenlabs.settings.cache_keys, f"{line.product}.elevenlabs.cache_keys")
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    known, trial = list(owners(api)), Trial(elevenlabs.settings)
    if len(known) < 2:
        raise NotConfigured("the target has one synthetic tenant", "Add [api.identities] of another, with a marker")
    newest = elevenlabs.newest()
    with own_agents(api, tenancy, known[:2], trial.usual) as (agent, stranger):
        said = trial.again(agent)
        if silent := unspoken(said[:1], agent):
            conclude(silent)
        usual = said[0].length or 0.0
        pairs = trial.otherwise(agent, stranger)
        half, failing = trial.half(agent), trial.failing(agent)
        kept = _kept(agent, cache, pattern)
        last = agent.say(new_phrase())
    calls = _calls(elevenlabs, newest, last.text)
    if not calls[_key(said[0].text)]:
        raise Unobservable(
            f"the history of the {elevenlabs} has '{last.text}' and not '{said[0].text}'", "Run again; is it complete?"
        )
    problems = repeated(
        said[0], said[1:], calls[_key(said[0].text)], of="what one tenant says again",
        extra=line.limit("extra_provider_calls"), latency=line.limit("hit_latency"),
    )  # fmt: skip
    problems += unspoken([*said[1:], *(p for pair in pairs.values() for p in pair)], agent)
    changed = [Again(WORDS[what], *pair, calls[_key(pair[0].text)]) for what, pair in pairs.items()]
    problems += foreign_hits(changed, line.limit("foreign_hits"))
    problems.append(cut(half, usual, agent))
    if failing is not None:
        problems += kept_errors(failing[0], failing[1], usual, agent)
    if kept is not None:
        problems += endless(kept.lifetime, calls[_key(kept.text)], f"keys {pattern}")
    elif not any(problems):
        raise Unobservable(f"no key {pattern} holds what was spoken last", "Correct [PRODUCT.elevenlabs] cache_keys")
    conclude(problems)


def _kept(agent: OwnAgent, cache: Entries, pattern: str) -> Kept | None:
    """Say a phrase, end its entry as time would, and say it again; None: no entry is found."""
    before = keys_like(cache.store, pattern)
    said = agent.say(new_phrase())
    if said.length is None:
        return None
    found = cache.holding(keys_like(cache.store, pattern) - before, said.sound)
    if not found:
        return None
    lifetimes = [cache.lifetime(key) for key in found]
    cache.end(found)
    time.sleep(0.1)
    agent.say(said.text)
    return Kept(said.text, None if None in lifetimes else max(t for t in lifetimes if t is not None))


def _calls(account: ElevenLabsAccount, before: str, last: str) -> Counter[str]:
    """How often the provider spoke each text, once it tells of the last one: then it tells of all before."""
    spoken = account.spoken_until(before, lambda items: any(_key(item.text) == _key(last) for item in items))
    counts = Counter(_key(item.text) for item in spoken)
    if not counts[_key(last)]:
        raise Unobservable(
            f"the history of the {account} has nothing of what was said now",
            "Does the product speak with this account, and is its history kept? See [PRODUCT.elevenlabs]",
        )
    observed(account, "texts that were spoken", len(counts), source="GET /history", unit="count")
    return counts


def _key(text: str) -> str:
    """A text without what a product may change before it is spoken: case, blanks, punctuation."""
    return "".join(plain(text))
