"""Unhandled exceptions are seen: one raised now arrives, and the release brought no new kind."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta

import pytest

from fixtures.api import ApiClient
from fixtures.aws.ecs import Cluster
from fixtures.error_tracker import ErrorTracker, TrackedError
from fixtures.metrics.plugin import SeriesReader
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import Unobservable
from tests.judges.failures import asked, holes, missing, summed, told
from tests.judges.rollout import troubles
from tests.judges.tracked_errors import mislabelled, new_groups
from tests.judges.tracked_errors import told as groups_told

POLL, MINUTE, HOUR, WEEK = 1.0, timedelta(minutes=1), timedelta(hours=1), timedelta(days=7)


@pytest.mark.writes
@verifies("AURA-1.1.4.4")
def test_an_unhandled_exception_appears_in_the_tracker(
    line: Line, target: ProductTarget, api: ApiClient, error_tracker: ErrorTracker
) -> None:
    limit, operation = line.limit("visible_after"), api.operation("raise_error")
    marker = f"{run_id()}-{secrets.token_hex(6)}"
    begun = datetime.now(UTC) - MINUTE
    answer = api.call("raise_error", marker=marker)
    if answer.status != operation.status:
        raise Unobservable(
            f"{answer}, want {operation.status}: no exception was raised",
            "May the acting identity call the operation? See the deployment's own guard of it",
        )
    raised = time.monotonic()
    event: TrackedError | None = None
    while event is None and limit.admits(time.monotonic() - raised):
        time.sleep(POLL)
        event = error_tracker.newest_with(marker, begun)
    waited = round(time.monotonic() - raised, 1)
    observed(error_tracker, "the raised error", str(event) if event else "not there", source="GET /events/")
    assert event is not None, (
        f"{error_tracker}: an exception raised by {answer.call} was not there after {waited} s, want {limit}. "
        "Has the API its DSN? Does it sample or filter events away? Is the DSN that of this project?"
    )
    settings = error_tracker.settings
    release = settings.release.replace("{version}", target.release.version).replace("{commit}", target.release.commit)
    wrong = mislabelled(event, settings.environment or target.environment, release)
    conclude([limit.problem(waited, of=error_tracker), *(f"{error_tracker}: an event's {w}" for w in wrong)])


@verifies("AURA-5.2.2.5")
def test_first_hour_brought_no_new_kind_of_error(
    line: Line, target: ProductTarget, error_tracker: ErrorTracker, metrics: SeriesReader, ecs: Cluster
) -> None:
    deployed, now = deployed_at(target.release, line.product), datetime.now(UTC)
    end = deployed + HOUR
    if now < end + 5 * MINUTE:
        raise Unobservable("the first hour of the release is not over yet", "Run it again later")
    before, during = each(
        lambda span: error_tracker.events(*span), [(deployed - WEEK, deployed), (deployed, end)], workers=2
    )
    if not before and not during:
        raise Unobservable(
            f"{error_tracker} has no error of the week before nor of the hour: does anything arrive there?",
            "See the line about unhandled exceptions, AURA-1.1.4.4",
        )
    fresh = new_groups(during, before)
    words = ["server_errors", "balancer_errors", *(w for w in ("failed_tasks",) if w in metrics.words)]
    series = [metrics.series(w, HOUR, "Sum", MINUTE, samples=0, ago=now - end) for w in ["requests", *words]]
    requests, errors = series[0].by_time, summed(s.by_time for s in series[1:])
    many, failed = asked(requests, errors), sum(errors.values())
    absent = missing(requests, deployed, end, MINUTE)
    stops = [
        f"{service}: {event}"
        for service in ecs.services
        for event in troubles([e for e in service.events if e["createdAt"] <= end], deployed)
    ]
    covered = int(HOUR / MINUTE) - len(absent)
    said = ", ".join(f"{s.word} {sum(s.values):.0f}" for s in series[1:])
    conclude(
        [
            line.limit("new_error_groups").problem(
                len(fresh), of=f"{error_tracker} from {deployed:%H:%M} to {end:%H:%M}Z", hint=groups_told(fresh)
            ),
            line.limit("minutes_covered").problem(
                covered, of=series[0], hint=f"Nothing was counted from {told(holes(absent, MINUTE))}"
            ),
            line.limit("error_rate").problem(
                100 * failed / many if many else 0.0, of="requests of the first hour", hint=f"{said} of {many:.0f}"
            ),
            *(f"{stop}. Look at what the task said before it stopped" for stop in stops),
        ]
    )
