"""How much of what providers allow is used: known by their own answers, watched by the product, and with reserve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fixtures.metrics.plugin import SeriesReader
from fixtures.parallel import each
from fixtures.providers.accounts import OpenAIAccount, TranslationAccount
from fixtures.providers.elevenlabs import ElevenLabsAccount
from fixtures.providers.pinecone import PineconeProject
from fixtures.providers.quotas import Shares, openai_quota, pinecone_quota, translation_quota, voice_quota
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from tests.judges.reserve import Consumption, share

FRESH = timedelta(minutes=15)
"""A figure of the product that is older says nothing of now."""


@verifies("AURA-5.2.3.4")
def test_every_provider_quota_is_known_and_has_reserve(
    line: Line,
    metrics: SeriesReader,
    openai: OpenAIAccount,
    pinecone: PineconeProject,
    translation: TranslationAccount,
    elevenlabs: ElevenLabsAccount,
) -> None:
    asked: dict[str, Callable[[], Shares]] = {
        "openai": lambda: openai_quota(openai),
        "pinecone": lambda: pinecone_quota(pinecone),
        "translation": lambda: translation_quota(translation),
        "elevenlabs": lambda: voice_quota(elevenlabs),
    }
    problems: list[str | None] = []
    for seen in each(lambda word: _consumption(metrics, word, asked[word]), asked, workers=4):
        problems += _judged(line, seen)
    conclude(problems)


def _consumption(metrics: SeriesReader, word: str, ask: Callable[[], Shares]) -> Consumption:
    own = {window: share(used, allowed) for window, (used, allowed) in ask().items()}
    points = metrics.series(f"quota.{word}", FRESH, "Maximum", samples=0).values
    return Consumption(word, own, points[-1] if points else None)


def _judged(line: Line, seen: Consumption) -> list[str | None]:
    if seen.metric is None:
        minutes = FRESH / timedelta(minutes=1)
        return [f"{seen}: the product's quota metric has no point of the last {minutes:g} min, so nobody watches it"]
    hint = "Ask for more, or see what spends it"
    problems = [
        line.limit("quota_used").problem(round(used, 2), of=f"{seen}, {where}", hint=hint)
        for where, used in seen.known.items()
    ]
    if seen.deviation is not None:
        hint = f"The product says {seen.metric:.1f} %, the provider {max(seen.own.values()):.1f} %"
        problems.append(line.limit("deviation").problem(round(seen.deviation, 2), of=seen, hint=hint))
    return problems
