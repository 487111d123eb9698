"""How often a cache spared a paid call, by the product's own counters of lookups, and by what the provider billed."""

from __future__ import annotations

from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.rates import hit_rate
from tests.judges.rollback_rules import number
from tests.performance.spans import hours, limited


@verifies("SEI-5.1.1.1.3")
def test_three_of_ten_voice_requests_come_from_the_cache(
    line: Line, metrics: SeriesReader, target: ProductTarget
) -> None:
    live, window = Live(metrics), limited(line, target)
    rate, said = _rate(live, "voice_cache", window)
    asked, billed = (live.counts(w, window).total for w in ("voice_characters", "voice_characters_billed"))
    if not asked:
        raise Unobservable("series voice_characters counts nothing, so nothing was billed", "Run it under load")
    share = 100 * billed / asked
    allowed = number(line, "billed_characters") + number(line, "billing_tolerance")
    conclude([
        line.limit("hit_rate").problem(round(rate, 2), of=f"voice lookups of {hours(window)}", hint=said),
        f"the provider billed {share:.1f} % of the characters that were to be spoken in {hours(window)}, want <= "
        f"{allowed:g} %, though {rate:.0f} % of lookups are said to hit. Are our own repeated calls counted as hits?"
        if share > allowed else None,
    ])  # fmt: skip


@verifies("AURA-3.3.3.3")
def test_seven_of_ten_translations_come_from_the_cache(
    line: Line, metrics: SeriesReader, target: ProductTarget
) -> None:
    window = limited(line, target)
    rate, said = _rate(Live(metrics), "translation", window)
    line.limit("hit_rate").require(round(rate, 2), of=f"translation lookups of {hours(window)}", hint=said)


def _rate(live: Live, word: str, window: Window) -> tuple[float, str]:
    """Hits of all lookups in percent, and how many those are. Silence of the counters is no hit."""
    hits, misses = live.counts(f"{word}_hits", window), live.counts(f"{word}_misses", window)
    found = hit_rate(hits.total, misses.total)
    if found is None:
        raise Unobservable(f"{hits} and its misses count no lookup in {hours(window)}", "Run it under load")
    return found, f"{hits.total:.0f} hits and {misses.total:.0f} misses"
