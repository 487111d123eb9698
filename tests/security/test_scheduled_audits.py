"""The audits of dependencies: started by a clock and by every change, of all packages, and able to stop one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fixtures.ci.checkout import Checkout
from fixtures.ci.forge import Forge
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target.delivery import Dependencies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.audits import (
    audited_by_npm,
    audited_by_pip,
    ignored,
    level_problem,
    locked_by_npm,
    plain,
    runs_by_itself,
    runs_on_changes,
    triggers,
    unanswered,
)
from tests.judges.scanner_step import Step, steps_with, weaknesses

TOOLS = ("pip-audit", "npm")


@verifies("AURA-8.1.1.3")
def test_dependencies_are_audited_by_the_pipeline_itself(line: Line, forge: Forge, checkout: Checkout) -> None:
    settings, artifacts = checkout.settings.dependencies, forge.settings.audit_artifacts
    if settings is None or not settings.python or not settings.node or set(artifacts) != set(TOOLS):
        raise NotConfigured(
            f"the target has no {line.product}.ci.audit_artifacts for both tools, or no source.dependencies",
            "Name the lock files, and the artifacts with the reports of pip-audit and npm",
        )
    branch = forge.settings.branch
    workflows = forge.workflows(branch)
    try:
        started = {path: triggers(text) for path, text in workflows.items()}
        steps = {tool: _steps(workflows, tool) for tool in TOOLS}
    except ValueError as error:
        raise Unobservable(f"{forge} at {branch}: {error}") from None
    shown = {tool: [f"{s}: {s.command.strip()}" for s in found] for tool, found in steps.items()}
    observed(forge, "auditing steps", shown, source="GET /contents")
    problems: list[str | None] = []
    for tool, found in steps.items():
        timed = [s for s in found if runs_by_itself(started[s.workflow])]
        waited = [s for s in found if {s.job, s.name} & set(forge.settings.required_checks)]
        if not any(runs_on_changes(started[s.workflow], branch) for s in waited):
            problems.append(f"{tool}: no required check of changes to {branch} runs it. Add it to one")
        if not timed:
            problems.append(f"{tool}: no scheduled workflow of {forge} runs it, so what is found later stays unseen")
            continue
        for step in {*timed, *waited}:
            problems += [f"{step}: {why}" for why in _weak(step, tool, workflows, settings, checkout)]
        problems += _newest(line, tool, timed[0], forge, checkout, settings, artifacts[tool])  # type: ignore[index]
    conclude(dict.fromkeys(p for p in problems if p))


def _steps(workflows: Mapping[str, str], tool: str) -> list[Step]:
    found = steps_with(workflows, tool)
    return [s for s in found if tool != "npm" or s.command.split()[1:2] == ["audit"]]


def _weak(step: Step, tool: str, workflows: Mapping[str, str], settings: Dependencies, checkout: Checkout) -> list[str]:
    found = [f"{why}. Let its findings stop the job" for why in weaknesses(step, workflows)]
    if tool == "npm":
        if why := level_problem(step.command):
            found.append(f"{why}. Let high ones stop the job")
        if not (checkout.folder / step.folder / "package-lock.json").is_file():
            found.append(f"runs npm in {step.folder}, where no package-lock.json is: it looks at nothing")
    open_ = unanswered(ignored(step.command), settings.accepted, datetime.now(UTC).date())
    return found + [f"leaves out {id_}, which nobody answers for in source.dependencies.accepted" for id_ in open_]


def _newest(
    line: Line, tool: str, step: Step, forge: Forge, checkout: Checkout, settings: Dependencies, artifact: str
) -> list[str | None]:
    """Judge the newest scheduled run of a step."""
    now, of = datetime.now(UTC), f"{tool} by {step.workflow}"
    since = now - timedelta(days=2 * float(str(line.limit("newest_run_age").value)) + 1)
    runs = [
        r
        for r in forge.workflow_runs(step.workflow, since)
        if r.get("event") == "schedule" and r.get("head_branch") == forge.settings.branch
    ]
    newest = max(runs, key=lambda r: str(r["created_at"]), default=None)
    if newest is None:
        return [f"{of}: its schedule started no run since {since:%Y-%m-%d}. Is the workflow switched off?"]
    age = (now - datetime.fromisoformat(str(newest["created_at"]))) / timedelta(days=1)
    ended = {j["name"]: j["conclusion"] for j in forge.jobs(int(newest["id"]))}
    said = ended.get(step.name, ended.get(step.job, "not run"))
    problems = [
        line.limit("newest_run_age").problem(round(age, 2), of=of, hint="See why its schedule does not start it"),
        None if said == "success" else f"{of}: its newest scheduled run is {said}. Mend what it found",
    ]
    text = forge.artifact_file(int(newest["id"]), artifact)
    if text is None:
        return [*problems, f"{of}: its newest scheduled run left no {artifact}, so nobody knows what it looked at"]
    try:
        report = json.loads(text)
        left, open_ = _looked_at(tool, report, checkout, settings)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unobservable(f"artifact {artifact} is no report of {tool}: {error}", "Let it write JSON") from None
    observed(of, "packages not looked at", left, source=f"artifact {artifact}")
    if left:
        problems.append(f"{of}: did not look at {left}. Let it run on the lock files")
    live = [o for o in open_ if unanswered([o.rpartition(" ")[2]], settings.accepted, now.date())]
    hint = f"{'; '.join(live[:5])}. Update, or accept it with owner and last day"
    return [*problems, line.limit("open_high").problem(len(live), of=of, hint=hint)]


def _looked_at(
    tool: str, report: Mapping[str, Any], checkout: Checkout, settings: Dependencies
) -> tuple[str, list[str]]:
    """What of the lock files a report left out, in words, and what it found open."""
    if tool == "npm":
        many, open_ = audited_by_npm(report)
        locked = sum(locked_by_npm(json.loads(checkout.text(f"{f}/package-lock.json"))) for f in settings.node)
        return (f"{locked - many} of {locked} packages" if many < locked else ""), open_
    looked, open_ = audited_by_pip(report)
    texts = [row.strip() for lock in settings.python for row in checkout.text(lock).splitlines()]
    names = {plain(row.partition("==")[0].partition("[")[0]) for row in texts if "==" in row and row[0].isalnum()}
    missing = sorted(names - looked)
    return (f"{len(missing)} of {len(names)} packages ({', '.join(missing[:5])})" if missing else ""), open_
