"""An instance that lost its database is noticed, left alone and taken back, and no client sees it."""

from __future__ import annotations

import pytest

from fixtures.aws.balancing import TargetGroup, group_of
from fixtures.traffic import Isolation, Traffic
from fixtures.traffic.outage import Outage, OutageFacts
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.outage import outage_problems, strict_codes

SERVICE = "api"
KIND = "instance-without-database"


def _seconds(line: Line, name: str) -> float:
    return float(str(line.limit(name).value))


def _strict(group: TargetGroup) -> str | None:
    codes = group.health_check["codes"]
    if strict_codes(codes):
        return None
    return f"{group}: its health check takes the codes {codes} for well, so a broken task stays in service"


@verifies("AURA-5.1.1.5")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(240)
def test_task_without_dependencies_is_taken_out_and_returns(
    line: Line, target_groups: Found[TargetGroup], traffic: Traffic, isolation: Isolation, drills: Drills
) -> None:
    group = group_of(SERVICE, target_groups)
    out, back = _seconds(line, "out_after"), _seconds(line, "back_after")
    conclude([_strict(group)])
    drill = drills.performed_or_recorded(
        KIND, OutageFacts, lambda: Outage(group, traffic, isolation, ("health_deep",), "live", out, back).perform()
    )
    facts, of = drill.facts, f"instance {drill.facts.instance} without its database"
    problems = list(outage_problems(facts, out, back, str(drill)))
    if facts.out_after is not None:
        problems.append(line.limit("out_after").problem(facts.out_after, of=of))
    if facts.back_after is not None:
        problems.append(line.limit("back_after").problem(facts.back_after, of=of))
    hint = "; ".join(facts.errors[:3])
    problems.append(line.limit("client_errors").problem(len(facts.errors), of=of, hint=hint))
    conclude(problems)


@verifies("SEI-1.1.1.2.3")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(240)
def test_health_checks_notice_a_broken_task_and_do_not_restart_it(
    line: Line, target_groups: Found[TargetGroup], traffic: Traffic, isolation: Isolation, drills: Drills
) -> None:
    group = group_of(SERVICE, target_groups)
    check, detection = group.health_check, _seconds(line, "detection")
    share = round(100 * float(check["timeout"]) / float(check["interval"]), 1)
    conclude([
        _strict(group),
        line.limit("interval").problem(check["interval"], of=group),
        line.limit("timeout_of_interval").problem(share, of=group),
        line.limit("unhealthy_threshold").problem(check["unhealthy"], of=group),
        line.limit("healthy_threshold").problem(check["healthy"], of=group),
    ])  # fmt: skip
    drill = drills.performed_or_recorded(
        KIND, OutageFacts, lambda: Outage(group, traffic, isolation, ("ready",), "live", detection, detection).perform()
    )
    facts, of = drill.facts, f"instance {drill.facts.instance} without its database"
    problems = list(outage_problems(facts, detection, detection, str(drill)))
    if facts.out_after is not None:
        problems.append(line.limit("detection").problem(facts.out_after, of=of))
    ready = facts.broken_statuses.get("ready")
    if ready is None or facts.liveness is None:
        silent = "liveness" if ready is not None else "readiness"
        raise Unobservable(f"{of}: its {silent} gave no answer, or the target maps no operation for it")
    problems.append(line.limit("broken_readiness_status").problem(ready, of=f"{of}, readiness"))
    problems.append(
        line.limit("liveness_status").problem(facts.liveness, of=f"{of}, liveness", hint="It would be restarted for it")
    )
    conclude(problems)
