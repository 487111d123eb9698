"""Nothing is clearly larger or smaller than its load, and nothing is paid for that nothing uses."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from fixtures.attestations import Attestations
from fixtures.aws.account import Account
from fixtures.aws.elasticache import ReplicationGroup
from fixtures.aws.sizes import Use, cache_sizes, idle, sizes, uses
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.sizing import p95, saving

DAY = timedelta(days=1)
ROUND = timedelta(hours=1)
"""The metrics are asked for whole hours."""


@verifies("SEI-5.1.2.1.3")
def test_components_fit_their_load(line: Line, aws: Account, attestations: Attestations) -> None:
    history = line.limit("history")
    wanted = sizes(aws.settings)
    if aws.settings.elasticache:
        wanted += cache_sizes(ReplicationGroup(aws, aws.settings.elasticache.replication_group).members)
    days = float(history.value)  # type: ignore[arg-type]  # a number of days
    found = list(Found("measured sizes", uses(aws, wanted, (days + 1) * DAY), source="cloudwatch:GetMetricData"))
    if short := [use for use in found if not history.admits(_days(use))]:
        known = f"{_days(short[0]):.1f} days of {short[0].size} are known, {days:g} are needed"
        raise Unobservable(known, "Wait, or keep metrics for longer")
    history.require(min(map(_days, found)), of="use of components")
    accepted = attestations.accepted(line.id)
    unused = {id_: what for id_, what in idle(aws).items() if id_ not in accepted}
    conclude(
        [
            *_fitting(line, found, set(accepted)),
            line.limit("idle_resources").problem(len(unused), of=aws, hint="Remove them, or have them accepted by id"),
            *(f"{id_}: {what}" for id_, what in sorted(unused.items())),
        ]
    )


def _fitting(line: Line, found: list[Use], accepted: set[str]) -> list[str | None]:
    """Each measure alone, since what fits by one may be wasted by the other; and what a smaller size would save."""
    problems: list[str | None] = []
    components: dict[str, list[float]] = defaultdict(list)
    for use in found:
        ratio = observed(use.size, "p95 of use", p95(use.ratios), source="cloudwatch:GetMetricData", unit="ratio")
        components[use.size.component].append(ratio)
        if not {str(use.size), use.size.component} & accepted:
            hint = "Change its size, or have it accepted by name until a date"
            problems.append(line.limit("use_of_limit").problem(ratio, of=use.size, hint=hint))
    for component, ratios in components.items():
        percent = observed(component, "saving of a smaller size", saving(ratios), source="computed", unit="percent")
        if component not in accepted:
            hint = "Take the smaller size, or have this one accepted by name"
            problems.append(line.limit("unanswered_saving").problem(percent, of=component, hint=hint))
    return problems


def _days(use: Use) -> float:
    return (clock.now() + ROUND - use.since) / DAY if use.since else 0.0
