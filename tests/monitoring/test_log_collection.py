"""Logs of every component reach the central store: of each running task, and now."""

from __future__ import annotations

from datetime import timedelta

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.errors import Absent
from fixtures.observability.shipped import Writer, last_written, writers_of
from fixtures.parallel import each
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.shipping import ages, silent

DATABASE = "database"


@verifies("AURA-1.1.4.3")
def test_logs_of_every_component_are_collected(line: Line, aws: Account, ecs: Cluster) -> None:
    others = aws.settings.component_logs
    if DATABASE not in others:
        raise NotConfigured(
            f"the target does not say where the log of the {DATABASE} goes",
            f"Add {DATABASE} = LOG GROUP to [{line.product}.aws.component_logs]",
        )
    problems: list[str | None] = []
    writers = [Writer(word, "", group, "") for word, group in others.items()]
    for service in ecs.services:
        try:
            writers += writers_of(service)
        except Absent as gone:
            problems.append(str(gone))
    limit = line.limit("newest_age")
    window = timedelta(minutes=float(str(limit.value)))
    seen = each(lambda w: last_written(aws, w, window), writers)
    mute = silent(seen, window)
    hint = "; ".join(reason for reasons in mute.values() for reason in reasons)
    problems.append(line.limit("silent_components").problem(len(mute), of=aws, hint=hint))
    problems += [
        limit.problem(age, of=f"logs of {component}", hint="Does its log driver still deliver?")
        for component, age in ages(seen, clock.now()).items()
    ]
    conclude(problems)
