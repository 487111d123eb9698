"""Every SOC 2 criterion is answered by a control, and each control is seen to hold."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fixtures.attestations import Attestations
from fixtures.attestations.controls import RULE, Control, Controls
from fixtures.aws.compliance import ConfigRecorder
from fixtures.aws.iam import Iam
from fixtures.aws.trail import Trail
from fixtures.ci.forge import Forge
from golive import clock
from golive.attestation import Record
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.controls import CRITERIA, failing, series, unmapped

DAY, MONTH = timedelta(days=1), timedelta(days=365.25 / 12)
SILENT = timedelta(hours=24)
"""A recorder that delivered nothing for so long says nothing of now."""


@verifies("SEI-1.1.2.2.3")
def test_the_control_set_is_mapped_and_evidenced(
    line: Line,
    target: ProductTarget,
    attestations: Attestations,
    config_recorder: ConfigRecorder,
    cloudtrail: Trail,
    iam: Iam,
    forge: Forge,
) -> None:
    path = configured(target.attestations, f"{line.product}.attestations").controls
    if path is None:
        raise NotConfigured(f"the target has no {line.product}.attestations.controls", "Name the matrix of controls")
    controls = Controls(Path(path))
    signed, refused = _signed(line, attestations, controls)
    accepted = attestations.accepted(line.id)
    words = {word for control in controls.matrix.control for word in control.by}
    now = _looked_at(words, config_recorder, cloudtrail, iam, forge)
    failures = {c.criterion: failing(c.by, now, accepted) for c in controls.matrix.control}
    stale = {c.criterion: _stale(line, controls, c, signed) for c in controls.matrix.control if c.kind == "manual"}
    missing = unmapped({c.criterion for c in controls.matrix.control})
    weak = {criterion for criterion, found in stale.items() if any(found)} | set(missing)
    fresh = 100 * (1 - len(weak & set(CRITERIA)) / len(CRITERIA))
    count = sum(map(len, failures.values()))
    months = (clock.now() - controls.matrix.report.date) / MONTH
    whole = series(c.criterion for c in controls.matrix.control)
    conclude(
        [
            *(f"{criterion}: no control answers it" for criterion in missing),
            line.limit("control_criteria").problem(
                whole, of=controls, hint="Of each series all criteria need a control"
            ),
            *refused,
            line.limit("controls_with_fresh_evidence").problem(fresh, of=controls),
            *(f"{criterion}: {problem}" for criterion, found in stale.items() for problem in found if problem),
            line.limit("unanswered_failures").problem(count, of=controls),
            *(f"{criterion}: {failure}" for criterion, found in failures.items() for failure in found),
            line.limit("report_age").problem(months, of=controls.matrix.report.file),
            controls.changed(controls.matrix.report) or None,
        ]
    )


def _signed(line: Line, attestations: Attestations, controls: Controls) -> tuple[Record | None, list[str]]:
    """The record by which somebody entitled stands for this very matrix."""
    holding = attestations.holding(line.id)
    for record in holding:
        if controls.digest in {evidence.sha256 for evidence in record.said.evidence}:
            return record, []
    if holding:
        return None, [f"{holding[0]}: is about another matrix than {controls.path.name}. Have this one signed"]
    return None, attestations.refused(line.id)


def _stale(line: Line, controls: Controls, control: Control, signed: Record | None) -> list[str | None]:
    assert control.evidence is not None
    days = (clock.now() - control.evidence.date) / DAY
    hint = f"{control.owner} puts new evidence on record"
    return [
        controls.changed(control.evidence) or None,
        line.limit("evidence_age").problem(days, of=control.evidence.file, hint=hint),
        None if signed else "nobody entitled stands for its evidence",
    ]


def _looked_at(words: set[str], recorder: ConfigRecorder, trail: Trail, iam: Iam, forge: Forge) -> dict[str, str]:
    """Each word to what is wrong there now; empty: nothing."""
    found: dict[str, str] = {}
    if any(word.startswith(RULE) for word in words):
        asleep = _asleep(recorder)
        for rule in recorder.rules:
            type_ = rule["type"]
            wrong = "" if type_ in ("COMPLIANT", "NOT_APPLICABLE") else f"is {type_ or 'not evaluated'}"
            found[f"{RULE}{rule['ConfigRuleName']}"] = asleep or wrong
    if "trail" in words:
        found["trail"] = "" if trail.logging and not trail.delivery_error else f"{trail} does not record"
    if "root" in words:
        summary = iam.summary
        locked = summary.get("AccountMFAEnabled") == 1 and summary.get("AccountAccessKeysPresent") == 0
        found["root"] = "" if locked else "the root user has access keys or no second factor"
    if "branch" in words:
        found["branch"] = _unprotected(forge)
    return observed("controls", "what is wrong now", found, source="AWS Config, CloudTrail, IAM, forge")


def _asleep(recorder: ConfigRecorder) -> str:
    """Why what the rules say is of the past, or nothing."""
    if not recorder.recording:
        return f"{recorder} does not record: what its rules say is of the past"
    at = recorder.last_status_at
    if at is None or clock.now() - at > SILENT:
        return f"{recorder} has delivered nothing for a day: what its rules say is of the past"
    return ""


def _unprotected(forge: Forge) -> str:
    branch = forge.settings.branch
    protection = forge.protection(branch)
    if protection is None:
        return f"branch {branch} is not protected"
    reviews = (protection.get("required_pull_request_reviews") or {}).get("required_approving_review_count", 0)
    return "" if reviews else f"branch {branch} takes changes that nobody reviewed"
