"""Security is looked at by itself each month, all of it, and what is found is closed in time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from fixtures.aws.account import Account
from fixtures.aws.credential_report import credential_report
from fixtures.ci.defects import Defects
from fixtures.ci.forge import Forge
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target.delivery import SecurityAudit
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.audits import days_open, job_ids, part_problem, runs_by_itself, triggers, unticketed
from tests.judges.pipeline import swallowed_failures

DAY = timedelta(days=1)
LOOKED_BACK = timedelta(days=180)
CRITICAL = "critical"


@verifies("AURA-11.2.2.3")
def test_security_is_audited_each_month(line: Line, forge: Forge, aws: Account) -> None:
    settings = configured(forge.settings.security_audit, f"{line.product}.ci.security_audit")
    conclude([*_workflow_problems(forge, settings), *_run(line, forge, settings), *_tickets(line, forge, settings),
              *_keys(line, aws)])  # fmt: skip


def _workflow_problems(forge: Forge, settings: SecurityAudit) -> list[str | None]:
    text = forge.workflows(forge.settings.branch).get(settings.workflow)
    if text is None:
        return [f"{forge} has no {settings.workflow}: nothing audits by itself"]
    try:
        timed = runs_by_itself(triggers(text))
        weak = swallowed_failures({settings.workflow: text}, job_ids(text))
    except ValueError as error:
        raise Unobservable(f"{settings.workflow}: {error}") from None
    problems = [] if timed else [f"{settings.workflow}: no schedule starts it. Give it one"]
    return [*problems, *(f"{p}: an audit that failed looks done" for p in weak)]


def _run(line: Line, forge: Forge, settings: SecurityAudit) -> list[str | None]:
    """Judge the newest run that ended well, and its report."""
    now, of = datetime.now(UTC), f"audit by {settings.workflow}"
    since = now - timedelta(days=float(str(line.limit("record_age").value)) * 2)
    good = [
        r
        for r in forge.workflow_runs(settings.workflow, since)
        if r.get("conclusion") == "success" and r.get("head_branch") == forge.settings.branch
    ]
    newest = max(good, key=lambda r: str(r["created_at"]), default=None)
    if newest is None:
        return [f"{of}: no run since {since:%Y-%m-%d} ended well. Start it, and mend what stops it"]
    age = (now - datetime.fromisoformat(str(newest["created_at"]))) / DAY
    problems = [line.limit("record_age").problem(round(age, 2), of=of, hint="Start it, and see why it was left out")]
    text = forge.artifact_file(int(newest["id"]), settings.artifact)
    if text is None:
        return [*problems, f"{of}: its newest run left no {settings.artifact}. Keep the report longer"]
    try:
        report = dict(json.loads(text))
    except (ValueError, TypeError):
        raise Unobservable(f"artifact {settings.artifact} is no JSON", "Let the workflow write SARIF") from None
    for what, tool in settings.parts.items():
        why = part_problem(report, tool)
        observed(of, f"{what} by {tool}", why or "looked at", source=f"artifact {settings.artifact}")
        if why:
            problems.append(f"{of}: {what}: {tool} {why}")
    alone = unticketed(report)
    if alone:
        problems.append(f"{of}: nobody was told of {'; '.join(alone[:5])}. Open an issue for each and name it there")
    return problems


def _tickets(line: Line, forge: Forge, settings: SecurityAudit) -> list[str | None]:
    now = datetime.now(UTC)
    issues = Defects(forge).labelled(settings.label, now - LOOKED_BACK)
    unrated = [str(i) for i in issues if not i.severity]
    problems: list[str | None] = [f"{i}: has no severity, so nobody knows when it is due. Give it one" for i in unrated]
    for issue in issues:
        if issue.severity == CRITICAL:
            state = "closed" if issue.closed else "open"
            hint = f"It is {state}. Critical ones come before everything else"
            problems.append(
                line.limit("critical_fix_time").problem(round(days_open(issue, now), 2), of=issue, hint=hint)
            )
    return problems


def _keys(line: Line, aws: Account) -> list[str | None]:
    now = datetime.now(UTC)
    return [
        line.limit("unused_key_age").problem(round((now - since) / DAY, 2), of=key, hint="Nobody uses it: take it away")
        for one in credential_report(aws)
        for key, since in one.active_keys()
    ]
