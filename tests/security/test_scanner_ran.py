"""The pipeline's own scan of the code: it ran on what was shipped, looked at all of it, and could have stopped it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from fixtures.ci.checkout import Checkout
from fixtures.ci.forge import Forge
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured, Unobservable
from tests.judges.scanner_step import Step, missed, serious, steps_with, weaknesses

TOOL = "bandit"


@verifies("AURA-8.1.1.1")
def test_python_scanner_blocked_on_the_shipped_commit(
    line: Line, target: ProductTarget, forge: Forge, checkout: Checkout
) -> None:
    name = forge.settings.scan_artifact
    if not name or not forge.settings.required_checks:
        raise NotConfigured(
            f"the target has no {line.product}.ci.scan_artifact and required_checks",
            "Name the artifact with the scanner's JSON, and the checks that a release must pass",
        )
    commit = forge.commit(target.release.commit)
    assert commit is not None, f"{forge} has no commit {target.release.commit[:12]}. Was history replaced?"
    sha, at = str(commit["sha"]), _time(commit["commit"]["committer"]["date"])
    try:
        workflows = forge.workflows(sha)
        steps = steps_with(workflows, TOOL)
        problems: list[str | None] = [
            f"{s}: {w}. Let its findings stop the job" for s in steps for w in weaknesses(s, workflows)
        ]
    except ValueError as error:
        raise Unobservable(f"{forge} at {sha[:7]}: {error}") from None
    assert steps, (
        f"{forge} at {sha[:7]}: no job of its workflows runs {TOOL}. Add it to the pipeline, as a step that can fail"
    )
    observed(forge, "scanning steps", [f"{s}: {s.command.strip()}" for s in steps], source="GET /contents")
    needed = set(forge.settings.required_checks)
    problems += [f"{s} is no required check, so nothing waits for it" for s in steps if not {s.job, s.name} & needed]
    reports = _reports(forge, sha, name, steps)
    hint = f"No run on {sha[:7]} passed this job and left {name}. Run the pipeline on what is shipped"
    problems.append(line.limit("runs_for_release").problem(len(reports), of=f"{forge} at {sha[:7]}", hint=hint))
    for report in reports:
        problems += _report_problems(line, report, at, checkout, steps)
    conclude(problems)


def _reports(forge: Forge, sha: str, name: str, steps: list[Step]) -> list[Mapping[str, Any]]:
    """The scanner's reports of the runs on the commit whose scanning jobs passed."""
    names, found = {s.name for s in steps} | {s.job for s in steps}, []
    for run in forge.runs(sha).or_none():
        jobs = [j for j in forge.jobs(int(run["id"])) if j["name"] in names]
        text = forge.artifact_file(int(run["id"]), name) if jobs else None
        passed = jobs and all(j["conclusion"] == "success" and j.get("head_sha", sha) == sha for j in jobs)
        if not passed or text is None:
            continue
        try:
            found.append(dict(json.loads(text)))
        except ValueError:
            raise Unobservable(f"artifact {name} of run {run['id']} is no JSON", "Let the step write -f json") from None
    return found


def _report_problems(
    line: Line, report: Mapping[str, Any], at: datetime, checkout: Checkout, steps: list[Step]
) -> list[str | None]:
    try:
        made, metrics, results = _time(report["generated_at"]), dict(report["metrics"]), list(report["results"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unobservable(f"{TOOL}'s report can't be read: {error}", "Let the step write -f json") from None
    of, root = f"{TOOL}'s report of {made:%Y-%m-%d %H:%M}Z", Path(checkout.folder)
    shipped = [
        str(p.relative_to(root))
        for f in checkout.settings.python
        for p in (root / f).rglob("*.py")
        if ".git" not in p.parts
    ]
    if not shipped:
        raise Unobservable(
            f"{checkout}: no Python file in {', '.join(checkout.settings.python)}", "Correct source.python"
        )
    out = missed((f for f in metrics if f != "_totals"), shipped)
    found = serious(results)
    observed(of, "files", len(metrics) - 1, source="artifact", unit="count")
    problems = [] if made >= at else [f"{of} is older than the commit ({at:%Y-%m-%d %H:%M}Z): it is of other code"]
    hint = f"{', '.join(out[:5])}: `{steps[0].command.strip()}` does not look at them"
    problems.append(line.limit("files_missed").problem(len(out), of=of, hint=hint))
    problems.append(line.limit("medium_or_high").problem(len(found), of=of, hint="; ".join(found[:5])))
    return problems


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
