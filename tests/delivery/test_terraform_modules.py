"""What is released was tried in staging, module by module."""

from __future__ import annotations

from datetime import timedelta

from fixtures.ci.checkout import Checkout
from fixtures.parallel import each
from fixtures.terraform import Infrastructure
from fixtures.terraform.documents import Call
from fixtures.terraform.staging import Apply, StagingPipeline
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from tests.judges.staging import loose, tried

SLACK = timedelta(days=60)
"""An apply that is too old is to be found, so that the message says how old it is."""


@verifies("SEI-1.1.1.1.1")
def test_every_module_was_applied_in_staging(
    line: Line, infrastructure: Infrastructure, checkout: Checkout, staging: StagingPipeline
) -> None:
    calls = Found("modules in the plan", infrastructure.plan.calls, source="terraform show -json")
    here, root = infrastructure.trees(checkout, list(calls)), infrastructure.setting("folder")
    age = line.limit("staging_apply_age")
    since = clock.now() - timedelta(days=float(age.value)) - SLACK  # type: ignore[arg-type]  # a number of days

    def applied(call: Call) -> list[Apply]:
        return staging.applies(call.name, f"{root}/{call.folder}", since) if call.folder else []

    problems: list[str | None] = []
    untried = 0
    for call, applies in zip(calls, each(applied, list(calls)), strict=True):
        if call.folder is None:
            if loose(call.source, call.version):
                untried += 1
                problems.append(f"{call.address}: {call.source} is not pinned, so staging may have had another")
            continue
        found = tried(applies, here[f"{root}/{call.folder}"])
        if found.apply is None:
            untried += 1
            problems.append(f"{call.address}: {found.why}. Apply this commit in staging")
            continue
        days = (clock.now() - found.apply.finished) / timedelta(days=1)
        problems.append(age.problem(days, of=call.address, hint="Apply it in staging again"))
        problems.append(_quiet(line, call, found.apply))
    share = 100 * (1 - untried / len(calls))
    conclude([line.limit("staged_modules").problem(share, of=infrastructure), *problems])


def _quiet(line: Line, call: Call, apply: Apply) -> str | None:
    if apply.pending is None:
        return f"{call.address}: no plan was made in staging after its apply at {apply.commit[:7]}"
    hint = "The apply did not settle: read the plan in staging's run"
    return line.limit("pending_changes").problem(apply.pending, of=f"{call.address} in staging", hint=hint)
