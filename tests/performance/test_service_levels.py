"""Service levels over the hours since the release, by what the balancer measured: failures, slow answers, the mean."""

from __future__ import annotations

from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.rollback_rules import number
from tests.performance.spans import enough, hours, limited

FAILURES = ("server_errors", "balancer_errors", "connection_errors")
MORE_FAILURES = ("hidden_errors", "abnormal_closes", "failed_tasks")
LEAST = 10
"""Samples below which five minutes are not judged on their own; all are in the share of the whole time."""


@verifies("SEI-5.1.1.2.3")
def test_fewer_than_five_in_ten_thousand_requests_fail(
    line: Line, metrics: SeriesReader, target: ProductTarget
) -> None:
    live, window = Live(metrics), limited(line, target)
    asked = live.counts("requests", window)
    words = [*FAILURES, *(w for w in MORE_FAILURES if w in metrics.words)]
    uncovered = Window(window.length, window.every)  # failures are told only while there are some
    failed = {w: live.counts(w, uncovered).total for w in words}
    enough(line, "requests", asked)
    hint = ", ".join(f"{word} {n:.0f}" for word, n in failed.items()) + f" of {asked.total:.0f} requests"
    rate = 100 * sum(failed.values()) / asked.total
    line.limit("error_rate").require(rate, of=f"all requests of {hours(window)}", hint=hint)


@verifies("SEI-5.1.1.2.2")
def test_nineteen_in_twenty_requests_are_answered_in_half_a_second(
    line: Line, metrics: SeriesReader, target: ProductTarget
) -> None:
    live, window = Live(metrics), limited(line, target)
    bound = number(line, "p95") / 1000
    counts = live.samples("latency", window)
    shares = live.shares("latency", bound, window)
    overall = shares.overall(counts)
    told = {at: v for at, v in shares.values.items() if counts.values.get(at, 0) >= LEAST}
    least = line.limit("fast_share")
    bad = {at: v for at, v in told.items() if not least.admits(v)}
    good = 100 * (len(told) - len(bad)) / len(told) if told else 0.0
    if not told:
        raise Unobservable(f"{shares} has no five minutes with {LEAST} measurements", "Run it under load")
    worst = min(told.items(), key=lambda item: item[1])
    hint = f"the worst five minutes, from {worst[0]:%H:%M}Z, had {worst[1]:.1f} %"
    conclude([
        least.problem(overall, of=f"requests of {hours(window)} within {1000 * bound:.0f} ms", hint=hint),
        line.limit("good_windows").problem(
            good, of=f"five minutes of {hours(window)}", hint=f"{len(bad)} of {len(told)} are too slow; {hint}"
        ),
    ])  # fmt: skip


@verifies("SEI-5.1.1.2.1")
def test_the_mean_answer_takes_less_than_three_tenths_of_a_second(
    line: Line, metrics: SeriesReader, target: ProductTarget
) -> None:
    live, window = Live(metrics), limited(line, target)
    counts = live.samples("latency", window)
    enough(line, "samples", counts)
    limit = line.limit("mean")
    mean = 1000 * live.means("latency", window).weighed(counts)
    watched = [w for w in metrics.words if w.endswith(".latency")]
    asked = each(lambda w: live.samples(w, Window(window.length, window.every)), watched, workers=4)
    means = each(lambda w: live.means(w, Window(window.length, window.every)), watched, workers=4)
    weights = [n.total for n in asked]
    by_route = [1000 * m.weighed(n) for m, n in zip(means, asked, strict=True)]
    table = ", ".join(f"{w.partition('.')[0]} {v:.0f} ms" for w, v in zip(watched, by_route, strict=True))
    problems = [limit.problem(round(mean, 1), of=f"answers of {hours(window)} at the balancer", hint=table)]
    if sum(weights):
        routes = sum(v * n for v, n in zip(by_route, weights, strict=True)) / sum(weights)
        hint = f"{table}. All answers together take {mean:.0f} ms: do health checks or refusals pull their mean down?"
        problems.append(
            limit.problem(round(routes, 1), of=f"answers of the {len(watched)} watched endpoints", hint=hint)
        )
    conclude(problems)
