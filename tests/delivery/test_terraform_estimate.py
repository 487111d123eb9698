"""What this release's infrastructure will cost is known, approved, and within the budget."""

from __future__ import annotations

from datetime import timedelta

from fixtures.attestations import Attestations
from fixtures.aws.account import Account
from fixtures.aws.budgets import Budget
from fixtures.terraform import Infrastructure
from fixtures.terraform.estimate import Estimate
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.estimate import inconsistencies, unpriced


@verifies("SEI-1.1.1.1.3")
def test_the_plan_is_priced_and_approved(
    line: Line, target: ProductTarget, infrastructure: Infrastructure, attestations: Attestations, aws: Account
) -> None:
    estimate = infrastructure.estimate
    spending = configured(target.spending, f"{line.product}.spending")
    conclude(
        [
            *_of_this_plan(target, infrastructure, estimate),
            *_approved(line, infrastructure, attestations),
            *_priced(line, estimate, attestations),
            *_within(line, estimate, Budget(aws, spending.budget)),
        ]
    )


def _of_this_plan(target: ProductTarget, infrastructure: Infrastructure, estimate: Estimate) -> list[str]:
    plan, commit = infrastructure.plan, target.release.commit
    found = inconsistencies(
        estimate.total, {r.address: r.monthly for r in estimate.resources}, {r.address for r in plan.resources}
    )
    if estimate.commit and not commit.startswith(estimate.commit) and not estimate.commit.startswith(commit):
        found.append(f"prices commit {estimate.commit[:7]}, the release is {commit[:7]}")
    return [f"{estimate}: {problem}" for problem in found]


def _approved(line: Line, infrastructure: Infrastructure, attestations: Attestations) -> list[str | None]:
    """One record must quote both this very estimate and this very plan."""
    wanted = {infrastructure.digest("estimate"), infrastructure.digest("plan")}
    holding = attestations.holding(line.id)
    for record in holding:
        if wanted <= {evidence.sha256 for evidence in record.said.evidence}:
            days = (clock.now() - record.said.date) / timedelta(days=1)
            return [line.limit("approval_age").problem(days, of=record, hint="Have the estimate approved again")]
    if holding:
        return [f"{holding[0]}: approves another estimate or plan than these. Have this one approved"]
    return [*attestations.refused(line.id)]


def _priced(line: Line, estimate: Estimate, attestations: Attestations) -> list[str | None]:
    parts = {r.address: r.without_usage for r in estimate.resources}
    found = unpriced(parts, estimate.unsupported, attestations.accepted(line.id))
    hint = "Give infracost a usage file, or have them accepted by name"
    return [line.limit("unpriced_resources").problem(len(found), of=estimate, hint=hint), *found]


def _within(line: Line, estimate: Estimate, budget: Budget) -> list[str | None]:
    if budget.currency != estimate.currency or budget.period != "MONTHLY":
        return [f"{budget}: is in {budget.currency} {budget.period}, the estimate in {estimate.currency} MONTHLY"]
    share = 100 * estimate.total / budget.limit
    hint = f"{estimate.total:.0f} of {budget.limit:.0f} {budget.currency} a month"
    return [line.limit("estimate_of_budget").problem(share, of=estimate, hint=hint)]
