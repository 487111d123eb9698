"""How slow the slowest of a hundred answers were since the launch: in every hour and on every watched route."""

from __future__ import annotations

from datetime import datetime

from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.rollback_rules import number
from tests.performance.spans import DAY, HOUR, hours, limited, since_deploy

MOST = 30 * DAY


@verifies("AURA-11.1.1.2")
def test_the_slowest_hundredth_held_in_every_hour(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    live, limit = Live(metrics), line.limit("p99")
    fine = limited(line, target, "hours")
    window = Window(fine.length, HOUR)
    problems: list[str | None] = []
    for word in ["latency", *(w for w in metrics.words if w.endswith(".latency"))]:
        live.means(word, fine)  # so that a gap is noticed that an hour would hide
        counts = live.samples(word, window).values
        p99 = live.quantiles(word, 99, window).values
        told = {at: 1000 * v for at, v in p99.items() if line.limit("samples").admits(counts.get(at, 0.0))}
        if len(told) < int(window.length / HOUR) - 1:
            raise Unobservable(
                f"series {word}: {len(told)} of the last {window.length / HOUR:g} hours have {line.limit('samples')} "
                "measurements",
                "Too few to tell the slowest hundredth by. A synthetic user may ask more often",
            )
        problems += [limit.problem(round(v, 1), of=f"{_what(word)} from {at:%H:%M}Z") for at, v in told.items()]
    conclude(problems)


@verifies("AURA-13.1.3")
def test_the_slowest_hundredth_of_the_whole_launch_is_fast(
    line: Line, metrics: SeriesReader, target: ProductTarget
) -> None:
    live, bound = Live(metrics), number(line, "p99") / 1000
    window = since_deploy(line, target, min(MOST, number(line, "window") * HOUR))
    problems: list[str | None] = []
    for word in ["latency", *(w for w in metrics.words if w.endswith(".latency"))]:
        counts = live.samples(word, window)
        shares = live.shares(word, bound, window)
        at, worst = _worst(shares.values)
        # All measurements together: percentiles of hours would have no mean.
        hint = f"in the worst five minutes, from {at:%d %b %H:%M}Z, {worst:.1f} % were"
        of = f"{_what(word)} of {hours(window)} within {1000 * bound:g} ms"
        problems.append(line.limit("fast_share").problem(round(shares.overall(counts), 3), of=of, hint=hint))
    conclude(problems)


def _worst(values: dict[datetime, float]) -> tuple[datetime, float]:
    return min(values.items(), key=lambda item: item[1])


def _what(word: str) -> str:
    return "all requests" if word == "latency" else word.removesuffix(".latency")
