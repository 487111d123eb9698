"""Tenants side by side under load: nobody sees another's data, and equals get equal service."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.trends import jain, slowest_to_median
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.load import enough, full_minutes, full_tenants
from tests.performance.loaded import evidence, looked_at, where_to_look, whole

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN, TOGETHER, PRESS = "tenants", "side_by_side", "press-"


@verifies("SEI-2.2.2.2.1")
def test_many_tenants_at_once_get_their_own_data_quickly(
    line: Line, load_runs: LoadRuns, target: ProductTarget
) -> None:
    api = configured(target.api, f"{line.product}.api")
    if len({i.tenant for i in api.identities.values() if i.marker}) < 2:
        raise NotConfigured("fewer than two tenants of the target have marked data", "Give identities a marker")
    run = evidence(load_runs, RUN, line, target)
    phase, size, least, of = run.phase(TOGETHER), run.artefact.run.size, run.profile.samples, f"{run} {TOGETHER}"
    figures = whole(run, phase, least)
    looked_at(run, phase)
    if not run.counted("golive_own_markers", phase):
        raise Unobservable(f"{of}: no answer held the mark of its own tenant", "Mark what the operations list")
    foreign = run.counted("golive_foreign_markers", phase)
    problems = [line.limit("foreign_markers").problem(foreign, of=of, hint="Who got whose data? See the run's log")]
    tenants = {f.tenant: f for f in run.steady(phase, by=("tenant",)) if f.tenant}
    problems.append(
        line.limit("tenants").problem(
            full_tenants(len(tenants), size), of=of, hint="Give the load identities of more tenants"
        )
    )
    minutes = full_minutes(phase.seconds, size)
    problems.append(line.limit("duration").problem(minutes, of=of))
    slow = list[str | None]()
    for f in (figures, *tenants.values()):
        who = f"{of} {f.tenant}".strip()
        enough(f, least, who)
        hint = f"{f.failed} requests failed and {f.wrong} answers had the wrong content, of {f.count}"
        problems.append(line.limit("error_rate").problem(round(100 * f.errors, 3), of=who, hint=hint))
        slow.append(line.limit("p95").problem(round(f.p95, 1), of=who))
    conclude([*problems, *slow], hint=where_to_look(run) if any(slow) else "")


@verifies("SEI-2.2.2.2.2")
def test_equal_tenants_that_press_get_equal_service(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phases = [p for p in run.artefact.run.phases if p.scenario.startswith(PRESS)]
    if not phases:
        raise Unobservable(f"{run} has no tenants that press", f"Run `python -m golive load --run {RUN}`")
    size = run.artefact.run.size
    of, least = f"{run} {PRESS.rstrip('-')}", run.profile.samples
    if len({p.users for p in phases}) > 1:
        raise Unobservable(f"{of}: the tenants did not press alike", "Run the load again")
    good, times = dict[str, float](), dict[str, float]()
    for phase in phases:
        who = phase.scenario.removeprefix(PRESS)
        looked_at(run, run.phase(phase.scenario))
        found = next(iter(run.steady(phase, good_only=True)), None)
        done = found.count - found.failed - found.wrong if found else 0
        good[who] = done / phase.seconds
        if found and done:
            times[who] = found.p95
    hint = "Give the load identities of more tenants"
    problems = [line.limit("tenants").problem(full_tenants(len(phases), size), of=of, hint=hint)]
    if sum(good.values()) * phases[0].seconds < least * len(phases):
        raise Unobservable(f"{of}: hardly anybody was answered: {_shown(good, 'req/s')}", "Run the load again")
    hint = f"Good answers a second: {_shown(good, 'req/s')}"
    problems.append(line.limit("jain_index").problem(round(jain(list(good.values())), 3), of=of, hint=hint))
    slowest, ratio = slowest_to_median(times)
    hint = f"p95: {_shown(times, 'ms')}"
    problems.append(line.limit("slowest_to_median_p95").problem(round(ratio, 2), of=f"{of} {slowest}", hint=hint))
    conclude(problems)


def _shown(values: dict[str, float], unit: str) -> str:
    return ", ".join(f"{name} {value:.1f} {unit}" for name, value in sorted(values.items(), key=lambda item: item[1]))
