"""Tenants become more, each with the same load: tasks become more in time, and connections suffice."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from fixtures.api import ApiClient
from fixtures.aws.balancing import TargetGroup, group_of
from fixtures.aws.ecs import Cluster
from fixtures.aws.growth import Growth, GrowthFacts
from fixtures.aws.scaling import ScalableTarget
from fixtures.aws.swing import Pendulum
from fixtures.tenancy.temporary import ADMIN, temporary_tenant
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.load.artefact import Artefact
from golive.load.running import perform
from golive.load.scenarios import load_runs
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from tests.judges.rollback_rules import number
from tests.judges.tenant_growth import growth_problems

SERVICE, RUN, KIND = "api", "growth", "tenant-growth"


@verifies("SEI-2.2.2.2.4")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_capacity_follows_tenants_that_become_more(
    line: Line, ecs: Cluster, target_groups: Found[TargetGroup], api: ApiClient, target: ProductTarget,
    whole_target: Target, drills: Drills,
) -> None:  # fmt: skip
    k6, out, back = configured(target.k6, f"{line.product}.k6"), number(line, "scale_out"), number(line, "scale_in")
    profile = k6.sized(k6.profile).of(RUN)
    most = max(s.people(profile) for s in load_runs()[line.product][RUN].scenarios)

    def drill() -> GrowthFacts:
        pendulum = Pendulum(ScalableTarget(ecs.service(SERVICE)), group_of(SERVICE, target_groups), out, back)
        with ExitStack() as stack:
            tenants = [stack.enter_context(temporary_tenant(api)) for _ in range(most)]
            people = {f"tenant_{n}": t.api.settings.identities[ADMIN] for n, t in enumerate(tenants)}

            def load() -> Artefact:
                return perform(line.product, target, RUN, k6.profile, people=people, timeouts=whole_target.timeouts)

            return Growth(pendulum, load, out, 60 * back, profile.samples).perform()

    found = drills.performed_or_recorded(KIND, GrowthFacts, drill)
    conclude(f"{problem} ({found})" for problem in growth_problems(line, found.facts) if problem)
