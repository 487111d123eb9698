"""Traffic reaches every instance behind the load balancer, in equal shares, and every one of them serves it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.balancing import TargetGroup
from fixtures.aws.ecs import Cluster
from fixtures.metrics.plugin import SeriesReader
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.windows import shares

SERVICE = "api"
PROBE = "live"
LEAST = 30
"""Requests in the window below which shares mean nothing."""


@verifies("SEI-3.1.1.1.3")
@pytest.mark.smoke
def test_traffic_spreads_evenly_over_healthy_instances(
    line: Line, api: ApiClient, ecs: Cluster, target_groups: Found[TargetGroup], metrics: SeriesReader
) -> None:
    conclude([
        *_targets(line, target_groups),
        *_zones(line, ecs),
        *_probes(line, api),
        *_figures(line, api, metrics),
    ])  # fmt: skip


def _targets(line: Line, groups: Found[TargetGroup]) -> list[str | None]:
    """Every registered target is healthy, and there are some."""
    problems: list[str | None] = []
    for group in groups:
        ill = [f"{name} {reason}" for name, reason in group.reasons.items()]
        problems.append(line.limit("unhealthy_targets").problem(len(ill), of=group, hint="; ".join(ill)))
        if not group.health:
            problems.append(f"{group}: no target is registered, so it serves nothing")
    return problems


def _zones(line: Line, ecs: Cluster) -> list[str | None]:
    """Every zone in which the service has tasks has a healthy one; and they are not all in one zone."""
    service = ecs.service(SERVICE)
    zones: dict[str, int] = {}
    for task in service.tasks:
        zones[task.zone] = zones.get(task.zone, 0) + (task.health == "HEALTHY")
    unserved = [zone for zone, healthy in zones.items() if not healthy]
    problems = [line.limit("unserved_zones").problem(len(unserved), of=service, hint=", ".join(unserved))]
    if len(zones) < 2:
        problems.append(
            f"{service}: all tasks are in {', '.join(zones) or 'no zone'}; one zone's failure ends the service"
        )
    return problems


def _probes(line: Line, api: ApiClient) -> list[str | None]:
    """Ask through the balancer: every instance answers its share, and none of them with errors."""
    instances = [i.id for i in api.settings.instances]
    if not instances or not api.settings.instance_header:
        raise NotConfigured(
            f"the target has no {line.product}.api.instances or instance_header",
            "Name them: answers are told apart by it",
        )
    wanted = int(float(str(line.limit("probe_requests").value)))
    answers = each(lambda _: api.call(PROBE), range(wanted))
    reached = Counter(a.instance for a in answers)
    if set(reached) == {""}:
        raise Unobservable(f"no answer has the header {api.settings.instance_header}", "Correct instance_header")
    bad = Counter(a.instance for a in answers if a.status >= 500)
    observed(api, "probes by instance", dict(reached), source=f"GET {PROBE}", unit="requests")
    problems = [line.limit("probe_requests").problem(len(answers), of=api)]
    problems += [
        f"{i}: answered none of {len(answers)} requests through the balancer. Is its weight 0?"
        for i in instances
        if not reached[i]
    ]
    problems += [f"{i}: answered {n} of its {reached[i]} requests with an error, quickly" for i, n in bad.items()]
    return problems


def _figures(line: Line, api: ApiClient, metrics: SeriesReader) -> list[str | None]:
    """What the instances counted themselves in the window."""
    window = timedelta(minutes=float(str(line.limit("window").value)))
    counted = {
        i.id: sum(metrics.series("instance_requests", window, "Sum", samples=0, instance=i.id).values)
        for i in api.settings.instances
    }
    if sum(counted.values()) < LEAST:
        raise Unobservable(
            f"the instances counted {sum(counted.values()):.0f} requests in {window}, too few for shares",
            "Run it under load",
        )
    problems = [
        line.limit("request_share").problem(
            round(share, 3), of=f"requests of {name}", hint="See the balancer's weights"
        )
        for name, share in shares(counted).items()
    ]
    for name, requests in counted.items():
        errors = sum(metrics.series("instance_errors", window, "Sum", samples=0, instance=name).values)
        if requests and errors / requests > 0.01:
            problems.append(
                f"{name}: {errors:.0f} of its {requests:.0f} requests failed in {window}, while the others serve"
            )
    return problems
