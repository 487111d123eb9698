"""A new version stands beside the old one, takes the traffic when it is fit, and never gets any when it is not."""

from __future__ import annotations

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.rollouts import Rollouts
from fixtures.drills.versions import KIND, SwitchFacts, Switching
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.switching import switch_problems, too_sparse

MARGIN = 1.6
"""The stream is so much faster than it has to be: what is a little slower on the way is fast enough still."""


@verifies("SEI-1.1.1.2.4")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(4 * 3600)
def test_new_version_takes_over_unnoticed_and_an_unfit_one_never_answers(
    line: Line, aws: Account, ecs: Cluster, api: ApiClient, target: ProductTarget, drills: Drills
) -> None:
    def perform() -> SwitchFacts:
        settings = configured(target.drills, f"{line.product}.drills")
        versions = configured(settings.versions, f"{line.product}.drills.versions")
        rate = MARGIN * float(str(line.limit("probe_rate").value))
        return Switching(api, Rollouts.of(aws, ecs, versions), rate).perform()

    drill = drills.performed_or_recorded(KIND, SwitchFacts, perform)
    conclude(switch_problems(line, drill.facts, str(drill)))
    if sparse := too_sparse(line, drill.facts):
        raise Unobservable(sparse, "Raise budget.calls_per_second in the target, or run from a faster machine")
