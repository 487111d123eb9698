"""Errors that don't reach the tracker, or come labelled as somebody else's; and a release with new ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reference.amending import distorted
from reference.faults import fault
from reference.switching import simulated, switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

ARRIVES, FIRST_HOUR, PRODUCT = "AURA-1.1.4.4", "AURA-5.2.2.5", "aurastudio"
NOT_THERE = r"an exception raised by raise_error .* was not there after \d+(\.\d+)? s"
SWITCH = ["app:aurastudio:behaviour:errors"]
REQUESTS = "AWS/ApplicationELB/RequestCount"


@fault(
    name="aura-errors-without-dsn",
    breaks="the API has no DSN: unhandled exceptions go nowhere",
    fails=[ARRIVES],
    message=NOT_THERE,
    touches=SWITCH,
)
def without_dsn(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "errors_without_dsn")


@fault(
    name="aura-errors-dropped",
    breaks="the SDK is set up with the DSN, and its filter drops every event",
    fails=[ARRIVES],
    message=NOT_THERE,
    touches=SWITCH,
    hard=True,
)
def dropped(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "errors_dropped")


@fault(
    name="aura-errors-unsampled",
    breaks="the SDK samples none of the events",
    fails=[ARRIVES],
    message=NOT_THERE,
    touches=SWITCH,
    hard=True,
)
def unsampled(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "errors_unsampled")


@fault(
    name="aura-errors-of-development",
    breaks="events arrive, labelled as those of a developer's machine",
    fails=[ARRIVES],
    message=r"an event's environment is development, want production",
    touches=SWITCH,
    hard=True,
)
def of_development(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "errors_environment", "development")


def _planted(deployment: Deployment, *errors: dict[str, Any]) -> Iterator[None]:
    return simulated(deployment, "sentry", {"planted": list(errors)}, {"planted": []})


@fault(
    name="aura-release-with-new-errors",
    breaks="since the release an exception is raised that nobody had seen before",
    fails=[FIRST_HOUR],
    message=r"new error groups is 1.*KeyError: 'voice_settings' \(reference\.app\.voice in settings\) 12 times",
    touches=["simulator:sentry"],
)
def new_errors(deployment: Deployment) -> Iterator[None]:
    yield from _planted(
        deployment,
        {"type": "KeyError", "place": "reference.app.voice in settings", "message": "'voice_settings'",
         "minutes_ago": [375 - 2 * n for n in range(12)]},
    )  # fmt: skip


@fault(
    name="aura-one-new-error-at-a-rare-endpoint",
    breaks="one endpoint that hardly anybody calls failed once in a new way; all rates are low",
    fails=[FIRST_HOUR],
    message=r"new error groups is 1.*ZeroDivisionError.* 1 times",
    touches=["simulator:sentry"],
    hard=True,
)
def one_new_error(deployment: Deployment) -> Iterator[None]:
    yield from _planted(
        deployment,
        {"type": "ZeroDivisionError", "place": "reference.app.agency in commission", "message": "division by zero",
         "minutes_ago": [350]},
    )  # fmt: skip


@fault(
    name="aura-first-hour-with-a-hole",
    breaks="during a crash loop in the first hour nothing was counted for some minutes",
    fails=[FIRST_HOUR],
    message=r"minutes covered is 5\d min, want == 60 min .*Nothing was counted from",
    touches=["aws:aurastudio:metrics:requests"],
    hard=True,
)
def first_hour_with_a_hole(deployment: Deployment) -> Iterator[None]:
    known = deployment.aws(PRODUCT, "ecs").describe_services(cluster="aurastudio", services=["api"])["services"][0]
    age = (datetime.now(UTC) - known["deployments"][0]["updatedAt"]).total_seconds()
    with distorted(deployment, PRODUCT, REQUESTS, "drop", since=age - 1200, until=age - 1440):
        yield
