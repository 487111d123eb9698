"""How soon users heard an answer: the mean of all turns and of those that no cache served, and how many waited long."""

from __future__ import annotations

from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured
from tests.judges.rates import most_likely_at_most
from tests.judges.rollback_rules import number
from tests.performance.spans import enough, hours, limited

VOICE, GIVEN_UP = "voice_latency", "abandoned_turns"
BY_CACHE = {"uncached turns": "voice_latency.uncached", "cached turns": "voice_latency.cached"}


@verifies("SEI-5.1.1.1.1")
def test_the_mean_turn_is_answered_in_a_second_and_a_half(
    line: Line, metrics: SeriesReader, target: ProductTarget
) -> None:
    live, window = Live(metrics), limited(line, target)
    if missing := [w for w in BY_CACHE.values() if w not in metrics.words]:
        raise NotConfigured(
            f"the target has no series {' and '.join(missing)}",
            f"Name them in [{line.product}.metrics.series]: quick turns from the cache hide slow ones",
        )
    counts = live.samples(VOICE, window)
    enough(line, "turns", counts)
    plain = Window(window.length, window.every)  # nobody need be served by the cache, or all may be
    parts = {what: live.samples(word, plain) for what, word in BY_CACHE.items()}
    means = {"all turns": live.means(VOICE, window).weighed(counts)}
    means |= {
        what: live.means(BY_CACHE[what], plain).weighed(counted) for what, counted in parts.items() if counted.total
    }
    table = ", ".join(f"{what} {mean:.2f} s" for what, mean in means.items())
    given_up = live.counts(GIVEN_UP, plain).total if GIVEN_UP in metrics.words else 0.0
    observed(f"series {VOICE}", "means", table, source=counts.series.source)
    conclude([
        line.limit("mean").problem(round(mean, 3), of=f"{what} of {hours(window)}", hint=table)
        for what, mean in means.items() if what != "cached turns"
    ] + [
        f"{given_up:.0f} turns of {hours(window)} were given up and {counts.total:.0f} measured: they are in no mean"
        if given_up > 0.01 * counts.total else None
    ])  # fmt: skip


@verifies("SEI-5.1.1.1.2")
def test_hardly_any_turn_takes_two_seconds(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    live, window = Live(metrics), limited(line, target)
    counts = live.samples(VOICE, window)
    enough(line, "turns", counts)
    bound = number(line, "fast_turn")
    fast = live.shares(VOICE, bound, window).overall(counts) / 100 * counts.total
    plain = Window(window.length, window.every)
    given_up = live.counts(GIVEN_UP, plain).total if GIVEN_UP in metrics.words else 0.0
    turns = counts.total + given_up  # who gave up was not served, and is in no histogram
    slow = turns - fast
    worst = most_likely_at_most(round(slow), round(turns))
    hint = (
        f"{counts.total - fast:.0f} slow and {given_up:.0f} given up of {turns:.0f}; "
        f"with 95 % confidence at most {100 * worst:.2f} % are"
    )
    line.limit("fast_turns").require(round(100 * fast / turns, 4), of=f"turns of {hours(window)}", hint=hint)
