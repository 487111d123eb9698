"""How many requests failed since the release, with no hole in the figures to hide in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.metrics.plugin import SeriesReader
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import Unobservable
from tests.judges.failures import asked, holes, missing, summed, told

PERIOD = timedelta(minutes=5)
LATE = timedelta(minutes=10)
"""What happened since then may not have been reported yet."""
LONGEST = timedelta(days=7)
"""Of an older release the newest days are judged."""
FAILURES = ("server_errors", "balancer_errors")


@verifies("AURA-5.2.3.3")
def test_fewer_than_one_request_in_a_thousand_failed(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    deployed, now = deployed_at(target.release, line.product), datetime.now(UTC)
    window = min(now - deployed, LONGEST)
    if window < LATE + PERIOD:
        raise Unobservable("the release is less than a quarter of an hour old", "Run it again later")
    series = each(
        lambda word: metrics.series(word, window, "Sum", PERIOD, samples=0), ["requests", *FAILURES], workers=3
    )
    requests, errors = series[0].by_time, summed(s.by_time for s in series[1:])
    many, failed = asked(requests, errors), sum(errors.values())
    said = ", ".join(f"{s.word} {sum(s.values):.0f}" for s in series[1:])
    hint = f"{said} of {many:.0f} requests since {now - window:%d %b %H:%M}Z"
    problems = [line.limit("requests").problem(many, of=series[0], hint="Too little traffic to see one in a thousand")]
    if many:
        problems.append(line.limit("error_rate").problem(100 * failed / many, of="requests", hint=hint))
    empty = holes(missing(requests, now - window, now - LATE, PERIOD), PERIOD)
    longest = max(((b - a) / timedelta(minutes=1) for a, b in empty), default=0.0)
    hint = f"No figures from {told(empty)}: failures may hide there. Did the source stop reporting?"
    problems.append(line.limit("gap").problem(longest, of=series[0], hint=hint))
    conclude(problems)
