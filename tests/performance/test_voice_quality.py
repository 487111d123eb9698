"""Each voice is good, on a scale that is told, and the product's own measure of it says the same."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.api.patience import patiently
from fixtures.parallel import each
from fixtures.websocket.clips import transcript_of
from fixtures.websocket.turns import SPOKEN, decoded
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.rollback_rules import number
from tests.judges.voice_quality import Rated, rated_problems, score
from tests.performance.estate import sentences
from tests.performance.speakers import speakers

AT_ONCE = 2
SPARE = 1.2
"""So many times the sentences that are needed are spoken, where a cache answers some."""


@verifies("SEI-5.1.1.1.4")
@pytest.mark.writes
@pytest.mark.lengthy
@pytest.mark.timeout(1800)
def test_each_voice_is_good(line: Line, api: ApiClient) -> None:
    people, wanted = speakers(api), int(number(line, "samples_per_voice"))
    if not people:
        raise NotConfigured("no identity of the target has a tenant", "Add [api.identities], one for each voice")
    voices = {name: _voice(api, name, wanted) for name in people}
    silent = [name for name, rated in voices.items() if not any(r.told is not None for r in rated)]
    observed(api, "voices", {n: [round(r.own, 3) for r in rated] for n, rated in voices.items()}, source="speech")
    problems = rated_problems(
        voices, line.limit("mean"), line.limit("p10"), line.limit("product_difference"), line.limit("samples_per_voice")
    )
    if silent and not any(problems):
        raise Unobservable(
            f"the product tells no quality of the voice of {', '.join(silent)}, so it can't be compared",
            f"Add the field `quality` to [api.operations.{SPOKEN}]",
        )
    conclude(problems)


def _voice(api: ApiClient, name: str, wanted: int) -> list[Rated]:
    """Sentences that no cache answered, as they were spoken by a tenant's voice."""
    found = list[Rated]()
    texts = sentences(round(wanted * SPARE) + 1)
    while texts and len(found) < wanted:
        now, texts = texts[: wanted - len(found)], texts[wanted - len(found) :]
        found += [rated for rated in each(lambda text: _rated(api, name, text), now, workers=AT_ONCE) if rated]
    return found


def _rated(api: ApiClient, name: str, text: str) -> Rated | None:
    """None where a cache answered: what it holds was spoken at another time."""
    spoken = patiently(lambda: api.call(SPOKEN, identity=name, text=text))
    sound = spoken.response.content
    if spoken.status != api.operation(SPOKEN).status or not sound:
        return Rated(text, 0.0, None, f"{spoken} with {len(sound)} bytes of sound")
    fields = api.operation(SPOKEN).fields
    if "cache_hit" in fields and str(spoken.field("cache_hit")).lower() in ("true", "hit"):
        return None
    told = float(str(spoken.field("quality"))) if "quality" in fields else None
    samples, rate = decoded(sound)
    own, why = score(text, transcript_of(api, name, sound), samples, rate)
    return Rated(text, own, told, why)
