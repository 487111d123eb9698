"""A thousand users at once: held for minutes, each of them doing something, and served within the limits."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.load import AGAIN, full_minutes, full_tenants, full_users, plateau
from tests.performance.loaded import active_users, evidence, looked_at, where_to_look, whole

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN, TOP = "levels", "users_1000"


@verifies("AURA-2.1.1.4")
def test_a_thousand_users_met_the_run_s_own_thresholds(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase, size, of = run.phase(TOP), run.artefact.run.size, f"{run} {TOP}"
    whole(run, phase, run.profile.samples)
    users = active_users(run, phase)
    peak = max(n for _, n in users)
    problems = [line.limit("vus").problem(full_users(peak, size), of=of, hint="Users that were really active")]
    held = plateau(users, phase.users or peak)
    problems.append(line.limit("plateau").problem(full_minutes(held, size), of=of, hint="Time at the whole level"))
    thresholds = run.thresholds()
    if not thresholds:
        raise Unobservable(f"{run}: its summary names no thresholds, so nothing could fail the run", AGAIN)
    crossed = sorted(name for name, held in thresholds.items() if not held)
    hint = f"Crossed: {', '.join(crossed)}" if crossed else ""
    problems.append(line.limit("failed_thresholds").problem(len(crossed), of=f"{run}", hint=hint))
    conclude(problems)


@verifies("SEI-1.3.1.3.1")
def test_a_thousand_users_of_many_tenants_are_served(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase, size, of = run.phase(TOP), run.artefact.run.size, f"{run} {TOP}"
    figures = whole(run, phase, run.profile.samples)
    looked_at(run, phase)
    users = active_users(run, phase)
    level = phase.users or max(n for _, n in users)
    peak = full_users(max(n for _, n in users), size)
    problems = [line.limit("concurrent_users").problem(peak, of=of, hint="Users that were really active")]
    held = full_minutes(plateau(users, level), size)
    problems.append(line.limit("duration").problem(held, of=of, hint="Time at the whole level"))
    each = run.iterations(phase) / level / (phase.seconds / 60)
    hint = "Users who wait for a minute between two journeys are no load"
    problems.append(line.limit("user_activity").problem(round(each, 2), of=of, hint=hint))
    tenants = [f.tenant for f in run.steady(phase, by=("tenant",)) if f.tenant]
    hint = "Give the load more identities, of more tenants"
    problems.append(line.limit("tenants").problem(full_tenants(len(set(tenants)), size), of=of, hint=hint))
    hint = f"{figures.failed} requests failed and {figures.wrong} answers had the wrong content, of {figures.count}"
    problems.append(line.limit("error_rate").problem(round(100 * figures.errors, 3), of=of, hint=hint))
    problems.append(line.limit("p95").problem(round(figures.p95, 1), of=of, hint=where_to_look(run)))
    problems.append(line.limit("dropped_iterations").problem(run.dropped(phase), of=of))
    conclude(problems)
