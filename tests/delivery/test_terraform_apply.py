"""The reviewed plan is what was applied, and what was applied is what is there."""

from __future__ import annotations

from pathlib import Path

from fixtures.attestations import Attestations
from fixtures.aws.account import Account
from fixtures.ci.checkout import Checkout
from fixtures.ci.forge import Forge
from fixtures.terraform import Infrastructure
from fixtures.terraform.documents import Log
from fixtures.terraform.drift import RULES, look, rules_of_state, strays
from fixtures.terraform.tool import plan_now
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.drift import differences, hidden, not_applied


@verifies("SEI-2.1.1.1.1")
def test_the_reviewed_plan_was_applied_whole(
    line: Line,
    target: ProductTarget,
    infrastructure: Infrastructure,
    attestations: Attestations,
    forge: Forge,
    checkout: Checkout,
    aws: Account,
) -> None:
    conclude(
        [
            *_reviewed(line, target, infrastructure, attestations, forge),
            *_whole(infrastructure),
            *_settled(line, infrastructure, checkout),
            *_drifted(line, infrastructure, checkout, aws),
        ]
    )


def _reviewed(
    line: Line, target: ProductTarget, infrastructure: Infrastructure, attestations: Attestations, forge: Forge
) -> list[str | None]:
    """The file here, the one that was approved, and the one that the pipeline applied must be one."""
    digest, sha = infrastructure.digest("plan_file"), target.release.commit
    approved = {e.sha256 for record in attestations.holding(line.id) for e in record.said.evidence}
    name = infrastructure.setting("apply_artifact")
    made = forge.artifact(sha, name)
    if made is None:
        return [f"{forge} at {sha[:7]}: no run left {name}. Was this release's infrastructure applied by the pipeline?"]
    applied = observed(f"apply at {sha[:7]}", "plan", str(made.get("plan_sha256")), source=f"artifact {name}")
    problems: list[str | None] = []
    if not approved:
        problems += attestations.refused(line.id)
    elif digest not in approved:
        problems.append(f"plan {digest[:12]} is not the one that was approved. Have it reviewed")
    if applied != digest:
        problems.append(f"the pipeline applied plan {applied[:12]}, the reviewed one is {digest[:12]}")
    return [line.limit("plan_digest_differences").problem(len(problems), of="reviewed plan"), *problems]


def _whole(infrastructure: Infrastructure) -> list[str]:
    plan, log = infrastructure.plan, infrastructure.apply_log
    found = [] if plan.complete else [f"{plan} leaves something to do: was it made with -target?"]
    if log.summary("apply") is None:
        found.append(f"{log}: the apply did not end")
    addresses = [[str(m["hook"]["resource"]["addr"]) for m in log.of(t)] for t in ("apply_complete", "apply_errored")]
    observed(log, "applied", addresses[0], source="terraform apply -json")
    return found + not_applied(plan.actions, *addresses)


def _settled(line: Line, infrastructure: Infrastructure, checkout: Checkout) -> list[str | None]:
    """A plan after the apply: made now where the target names a terraform, else the pipeline's."""
    if infrastructure.settings.binary:
        planned = plan_now(infrastructure.settings.binary, checkout.folder / infrastructure.setting("folder"))
        code, log = planned.exit_code, planned.log
    else:
        log = Log.read(infrastructure.path("plan_after"))
        applied = infrastructure.apply_log.messages
        if not log.messages or not applied or log.messages[0]["at"] < applied[-1]["at"]:
            raise Unobservable(f"{log} was not made after the apply", "Plan again after the apply and keep its output")
        code = log.plan_exit_code()
    wanted = ", ".join([*log.planned, *log.errors][:5]) or "see its output"
    hint = f"It wants to change {wanted}"
    return [
        line.limit("plan_exit_code").problem(code, of=log, hint=hint),
        *(f"{address}: changed outside of Terraform, says the plan after the apply" for address in log.drift),
    ]


def _drifted(line: Line, infrastructure: Infrastructure, checkout: Checkout, aws: Account) -> list[str | None]:
    settings, state = infrastructure.settings, infrastructure.state.resources
    found: list[str] = []
    for seen in look(aws, state, settings.not_compared):
        values = dict(seen.resource.values)
        values |= {side: rules_of_state(values[side] or []) for side in RULES & values.keys()}
        told = differences(values, seen.actual, settings.ignored_changes)
        found += [f"{seen.resource}: {difference}" for difference in told]
    # Another check of this run may be restoring a database beside the original.
    by_hand = strays(aws, state, [*settings.made_by_hand, f"{run_id()}*"])
    found += [f"{stray} is there, and Terraform does not have it" for stray in by_hand]
    found += hidden(_configuration(checkout, infrastructure.setting("folder")), settings.ignored_changes)
    hint = "Take the change back, or bring it into the code and apply"
    return [line.limit("drifted_resources").problem(len(found), of=infrastructure, hint=hint), *found]


def _configuration(checkout: Checkout, folder: str) -> dict[str, str]:
    root = checkout.folder / folder
    paths: list[Path] = sorted(p for p in root.rglob("*.tf") if ".terraform" not in p.parts)
    if not paths:
        raise Unobservable(f"{checkout}: {folder} holds no .tf file", "Correct folder in [PRODUCT.terraform]")
    return {str(p.relative_to(checkout.folder)): checkout.text(str(p.relative_to(checkout.folder))) for p in paths}
