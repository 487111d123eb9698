"""What a process holds over a day: memory, open files, threads. It may not grow, nor seem not to by being restarted."""

from __future__ import annotations

from collections.abc import Iterator

from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.series import Series
from fixtures.metrics.windows import Live, Window
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.growth import growth, lives_of
from tests.performance.spans import COVERED, HOUR, hours, limited

HELD = {"instance_memory": "rss_slope", "instance_files": "other_slope", "instance_threads": "other_slope"}
"""Series that each instance has, and the limit of their growth."""
KILLS = "out_of_memory_kills"


@verifies("SEI-3.2.1.1.2")
def test_no_process_grows_over_the_day(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    window = limited(line, target)
    if missing := [w for w in HELD if w not in metrics.words]:
        raise NotConfigured(
            f"the target has no series {' and '.join(missing)}",
            f"Name them in [{line.product}.metrics.series], each with {{instance}} for the process",
        )
    instances = [i.id for i in configured(target.api, f"{line.product}.api").instances]
    if not instances:
        raise NotConfigured(f"the target has no [[{line.product}.api.instances]]", "Name each process of the API")
    wanted = [(word, instance) for word in HELD for instance in instances]
    found = each(
        lambda pair: metrics.series(pair[0], window.length, "Average", window.every, instance=pair[1]),
        wanted,
        workers=4,
    )
    problems: list[str | None] = []
    for (word, instance), series in zip(wanted, found, strict=True):
        _covered(series, window)
        problems += _growing(line, f"{word} of {instance}", series, window)
    kills = Live(metrics).counts(KILLS, Window(window.length, window.every)).total
    problems.append(line.limit("oom_kills").problem(kills, of=f"containers over {hours(window)}"))
    conclude(problems)


def _covered(series: Series, window: Window) -> None:
    if len(series) < COVERED * series.expected:
        raise Unobservable(
            f"{series} has {len(series)} of {series.expected} points of {hours(window)}",
            "What was not seen is not judged. Does the process still report?",
        )


def _growing(line: Line, what: str, series: Series, window: Window) -> Iterator[str | None]:
    """Each life of the process for itself: a new one begins low, and its mean over the day would be flat."""
    parts = lives_of([(p.at, p.value) for p in series])
    observed(series, "lives", len(parts), source=series.source)
    word = HELD[series.word]
    rates = [(part[0][0], part[-1][0], rate) for part in parts if (rate := growth(part)) is not None]
    if not rates:
        raise Unobservable(f"{what}: no life of the process in {hours(window)} is long enough to see it grow")
    begin, end, worst = max(rates, key=lambda r: r[2])
    again = f"; it began anew {len(parts) - 1} times, which hides it in the mean" if len(parts) > 1 else ""
    hint = f"from {begin:%H:%M}Z to {end:%H:%M}Z, at the least with confidence{again}"
    yield line.limit(word).problem(round(worst, 2), of=what, hint=hint)
    if len(parts) - 1 > window.length / HOUR / 2:
        yield f"{what}: it began anew {len(parts) - 1} times in {hours(window)}. What recycles it, a leak?"
