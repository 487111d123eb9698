"""Where a product is watched: metrics, its hosts, errors, traces."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from golive.target.base import LocalPath, Secret, Section, Url


class Metrics(Section):
    """`[PRODUCT.metrics]`: the time-series store. `cloudwatch` reads through `[PRODUCT.aws]`."""

    kind: Literal["cloudwatch", "prometheus"]
    url: Url | None = None
    """Of the Prometheus server, without `/api/v1`."""
    token: Secret | None = None
    """Bearer token of the Prometheus server."""
    ca_file: LocalPath | None = None
    series: dict[str, dict[str, str]] = {}
    """Our word for a series to where it is.

    CloudWatch: `namespace`, `metric`, optionally `unit`, `statistic`, `region`; every other key is a dimension.
    Prometheus: `query`, in which `{window}`, `{period}` and `{quantile}` are filled, and optionally `unit`.
    In a series that each instance has, `{instance}` is its id. `OPERATION.latency`, `OPERATION.requests` and
    `OPERATION.errors` are those of an endpoint, `canary.OPERATION` the share of good runs of its canary, in percent."""

    full_at: dict[str, float] = {}
    """Our word for a series of what runs full to the value at which it is: 0 for what is left of a disk, 100 percent,
    the vectors that an index may hold."""

    @model_validator(mode="after")
    def _what_runs_full_is_known(self) -> Metrics:
        if unknown := sorted(set(self.full_at) - set(self.series)):
            raise ValueError(f"full_at has {', '.join(unknown)}, which series does not have")
        return self

    @model_validator(mode="after")
    def _series_say_where(self) -> Metrics:
        needed = {"query"} if self.kind == "prometheus" else {"namespace", "metric"}
        for word, place in self.series.items():
            if missing := needed - set(place):
                raise ValueError(f"series {word!r} has no {' and no '.join(sorted(missing))}, which {self.kind} needs")
        if self.kind == "prometheus" and self.url is None:
            raise ValueError("kind prometheus needs a url")
        return self


class HostWatch(Section):
    """`[PRODUCT.observability.hosts]`: a service outside CloudWatch that hears from every host."""

    kind: Literal["prometheus"] = "prometheus"
    url: Url
    """Of the server, without `/api/v1`."""
    token: Secret | None = None
    ca_file: LocalPath | None = None
    query: str = "up"
    """An instant query for the heartbeats of this product's hosts: 1 for one that lives."""
    label: str = "instance"
    """The label that tells the host: its value is one of the ids below, or holds a running task's id or address."""
    names: list[str] = []
    """Hosts beside the instances of the API: workers and schedulers that are no tasks of `services`."""
    services: list[str] = []
    """Words of the ECS services whose running tasks must each be heard; without any, the API's instances."""


class ErrorTracker(Section):
    """`[PRODUCT.observability.errors]`: where unhandled exceptions are seen."""

    kind: Literal["sentry"] = "sentry"
    url: Url
    """Of the web API, without `/api/0`."""
    token: Secret
    """May read the project's events and issues."""
    organization: str
    project: str
    environment: str | None = None
    """What events of this deployment say; None: the product's own environment."""
    release: str = "{version}"
    """What events of a release say; `{version}` and `{commit}` are filled."""


class Observability(Section):
    """`[PRODUCT.observability]`: logs, traces and error tracking."""

    kind: Literal["cloudwatch", "grafana", "datadog"] = "cloudwatch"
    url: Url | None = None
    token: Secret | None = None
    hosts: HostWatch | None = None
    errors: ErrorTracker | None = None
