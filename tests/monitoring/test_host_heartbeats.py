"""A monitoring service outside CloudWatch hears from every host."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures.aws.ecs import Cluster
from fixtures.observability.heartbeats import HostMonitor
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured
from tests.judges.heartbeats import ages, unheard


@verifies("AURA-1.1.4.2")
def test_every_host_is_heard(
    line: Line, target: ProductTarget, host_monitor: HostMonitor, request: pytest.FixtureRequest
) -> None:
    expected = _hosts(line, target, host_monitor, request)
    heard = host_monitor.heartbeats()
    silent = unheard(expected, heard)
    hint = "; ".join(f"{host}: {why}" for host, why in silent.items())
    if not heard:
        hint = f"{hint}. The query {host_monitor.settings.query!r} finds nothing at all"
    problems = [line.limit("hosts_without_series").problem(len(silent), of=host_monitor, hint=hint)]
    problems += [
        line.limit("newest_age").problem(age, of=f"heartbeat of {host}", hint="Does its agent still report?")
        for host, age in ages(expected, heard, datetime.now(UTC)).items()
    ]
    conclude(problems)


def _hosts(
    line: Line, target: ProductTarget, monitor: HostMonitor, request: pytest.FixtureRequest
) -> dict[str, list[str]]:
    """Host to the words by which its series may know it: running tasks where the target says so, else instances."""
    settings = monitor.settings
    found = {name: [name] for name in settings.names}
    if settings.services:
        ecs: Cluster = request.getfixturevalue("ecs")
        for word in settings.services:
            for task in ecs.service(word).tasks:
                found[f"{word} task {task.name}"] = [task.name, *task.addresses]
    else:
        found |= {i.id: [i.id] for i in (target.api.instances if target.api else [])}
    if len(found) <= len(settings.names):
        raise NotConfigured(
            f"the target names no {line.product}.api.instances and no services whose tasks must be heard",
            f"Add services to [{line.product}.observability.hosts], or the API's instances",
        )
    return found
