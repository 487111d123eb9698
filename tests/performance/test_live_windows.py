"""What users got since the release: how fast, against the week before, and how often nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fixtures.api.client import ApiClient
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.series import Series
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import NotConfigured, Unobservable
from tests.judges.windows import WEEK, error_windows, median, ratios, since_deploy, worst

HOUR, FIVE = timedelta(hours=1), timedelta(minutes=5)
LEAST_AN_HOUR = 20
"""Samples below which an hour says nothing of its 95th percentile."""
FAILURES = ("server_errors", "balancer_errors", "connection_errors")
MORE_FAILURES = ("hidden_errors", "abnormal_closes", "failed_tasks")
"""Counted where the target has them: errors that say 200, WebSockets that broke, tasks that failed."""


@verifies("SEI-3.1.1.3.1")
@pytest.mark.smoke
def test_latency_is_no_worse_than_last_week(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    window = _window(line, target)
    counts = metrics.series("latency", window, "SampleCount", HOUR, samples=0)
    seen = sum(counts.values)
    if not line.limit("samples").admits(seen):
        raise Unobservable(
            f"{counts} has {seen:.0f} samples since the release, want {line.limit('samples')}",
            "Wait, or run under load",
        )
    problems: list[str | None] = []
    for name, limit in (("p50", "p50_to_last_week"), ("p95", "p95_to_last_week")):
        found = metrics.series("latency", window, name, HOUR)
        before = metrics.series("latency", window, name, HOUR, ago=WEEK)
        compared = ratios(found.by_time, before.by_time, counts.by_time, LEAST_AN_HOUR)
        if not (top := worst(compared)):
            raise Unobservable(f"{found} has no hour that can be compared with the week before")
        at, ratio = top
        of = f"{name} latency from {at:%H:%M}Z"
        was, now = before.by_time[at - WEEK], found.by_time[at]
        hint = f"It is {_ms(now, found):.0f} ms, the same hour last week had {_ms(was, found):.0f} ms"
        problems.append(line.limit(limit).problem(round(ratio, 3), of=of, hint=hint))
        if name == "p95":
            full = {t: _ms(v, found) for t, v in found.by_time.items() if counts.by_time.get(t, 0) >= LEAST_AN_HOUR}
            problems += [line.limit("p95").problem(round(v, 1), of=f"latency from {t:%H:%M}Z") for t, v in full.items()]
    conclude(problems)


@verifies("SEI-3.1.1.3.2")
@pytest.mark.smoke
def test_fewer_than_one_in_a_thousand_requests_failed(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    window = _window(line, target)
    every = timedelta(minutes=float(str(line.limit("window").value)))
    requests = metrics.series("requests", window, "Sum", every, samples=0)
    many = sum(requests.values)
    problems = [line.limit("requests").problem(many, of=requests, hint="No traffic arrives, or nobody counts it")]
    words = [*FAILURES, *(w for w in MORE_FAILURES if w in metrics.words)]
    failures = each(lambda w: metrics.series(w, window, "Sum", every, samples=0), words)
    errors: dict[datetime, float] = {}
    for series in failures:
        for at, value in series.by_time.items():
            errors[at] = errors.get(at, 0.0) + value
    said = ", ".join(f"{s.word} {sum(s.values):.0f}" for s in failures)
    hint = f"{said} of {many:.0f} requests since the release"
    if many:
        problems.append(
            line.limit("error_rate").problem(100 * sum(errors.values()) / many, of="all requests", hint=hint)
        )
    spans = error_windows(requests.by_time, errors, float(str(line.limit("window_requests").value)))
    rates = {start: 100 * failed / count for start, count, failed in spans if count}
    if top := worst(rates):
        limit = line.limit("window_error_rate")
        over = sum(not limit.admits(rate) for rate in rates.values())
        text = f"{over} of {len(rates)} windows have too many. {hint}"
        problems.append(limit.problem(top[1], of=f"requests from {top[0]:%H:%M}Z, the worst window", hint=text))
    conclude(problems)


@verifies("SEI-3.1.1.2.1")
@pytest.mark.smoke
def test_each_endpoint_is_within_its_service_level(
    line: Line, api: ApiClient, metrics: SeriesReader, target: ProductTarget
) -> None:
    window = _window(line, target)
    watched = [w.partition(".")[0] for w in metrics.words if w.endswith(".latency")]
    if not watched:
        raise NotConfigured(
            "the target has no series OPERATION.latency",
            f"Name them in [{line.product}.metrics.series]: one an endpoint",
        )
    api.sign_in()
    api.call(watched[0])  # so that no measured call opens the connection and fills caches
    live = each(lambda name: list(_live(line, api, name)), watched, workers=2)
    problems = [p for found in live for p in found]
    problems += [p for found in each(lambda w: list(_figures(line, metrics, w, window)), watched) for p in found]
    conclude(problems)


def _live(line: Line, api: ApiClient, name: str) -> Iterator[str | None]:
    """Call the endpoint as a user would, through the balancer; what the user waits is what counts."""
    answers = [api.call(name) for _ in range(int(float(str(line.limit("live_probes").value))))]
    wanted = api.operation(name).status
    bad = [a.status for a in answers if a.status != wanted]
    if bad:
        yield f"{name}: answered {bad[0]} to {len(bad)} of {len(answers)} calls, want {wanted}"
    waited = observed(
        f"endpoint {name}",
        "median of live calls",
        round(median([a.seconds for a in answers]) * 1000),
        source="GET",
        unit="ms",
    )
    hint = "Its own figures may leave out the wait before it: look at the balancer's queue too"
    yield line.limit("live_response").problem(waited, of=f"endpoint {name}, asked now", hint=hint)
    yield line.limit("live_probes").problem(len(answers), of=f"endpoint {name}")


def _figures(line: Line, metrics: SeriesReader, name: str, window: timedelta) -> Iterator[str | None]:
    """What was measured of the endpoint since the release; with few samples the live calls decide."""
    counts = metrics.series(f"{name}.latency", window, "SampleCount", HOUR, samples=0)
    if not line.limit("samples").admits(sum(counts.values)):
        return
    p95 = metrics.series(f"{name}.latency", window, "p95", HOUR)
    for at, value in p95.by_time.items():
        if counts.by_time.get(at, 0) >= LEAST_AN_HOUR:
            yield line.limit("p95").problem(round(_ms(value, p95), 1), of=f"endpoint {name} from {at:%H:%M}Z")
    requests = sum(metrics.series(f"{name}.requests", window, "Sum", FIVE).values)
    errors = sum(metrics.series(f"{name}.errors", window, "Sum", FIVE, samples=0).values)
    if requests:
        served = 100 * (1 - errors / requests)
        hint = f"{errors:.0f} of {requests:.0f} requests failed"
        yield line.limit("availability").problem(served, of=f"endpoint {name}", hint=hint)


def _window(line: Line, target: ProductTarget) -> timedelta:
    """The span since the release, as whole hours where there is more than one."""
    deployed = deployed_at(target.release, line.product)
    window = since_deploy(deployed, datetime.now(UTC))
    if window < FIVE:
        raise Unobservable("the release is less than five minutes old", "Run it again later")
    return window


def _ms(value: float, series: Series) -> float:
    """A latency in milliseconds: CloudWatch and Prometheus give seconds unless the unit says otherwise."""
    return value if series.unit.lower() in ("ms", "milliseconds") else 1000 * value
