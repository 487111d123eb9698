"""What the apply made came up, in time and without failures."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.terraform import Infrastructure
from fixtures.terraform.settling import failures, statuses
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.applying import duration, longest_silence


@verifies("SEI-2.1.1.1.2")
def test_all_planned_resources_came_up(line: Line, infrastructure: Infrastructure, aws: Account) -> None:
    log, state = infrastructure.apply_log, infrastructure.state.resources
    if not log.messages or log.summary("apply") is None:
        raise Unobservable(f"{log} ends before the apply does", "Keep the whole output of terraform apply -json")
    times = [message["at"] for message in log.messages]
    known = {resource.address for resource in state}
    absent = [r for r in infrastructure.plan.resources if r.address not in known]
    found = list(Found("resources that have a status", statuses(aws, state), source="terraform show -json"))
    unsettled = [str(s) for s in found if not s.steady] + [f"{r}: is planned and not in the state" for r in absent]
    errored = [str(m["hook"]["resource"]["addr"]) for m in log.of("apply_errored")]
    failed = [*(f"{address}: its apply failed" for address in errored), *map(str, failures(aws, state, min(times)))]
    share = 100 * (1 - len(unsettled) / (len(found) + len(absent)))
    observed(log, "apply", {"began": min(times), "minutes": duration(times)}, source="terraform apply -json")
    conclude(
        [
            line.limit("settled_resources").problem(share, of=infrastructure),
            *unsettled,
            line.limit("apply_time").problem(duration(times), of=log),
            line.limit("progress_gap").problem(
                longest_silence(times), of=log, hint="Something hung: see what was said before"
            ),
            line.limit("failed_events").problem(len(failed), of=f"since the apply of {infrastructure}"),
            *failed[:10],
        ]
    )
