"""Judges a commit's pipeline: were the required checks green, for real, and could nobody go round them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

_SWALLOWS = re.compile(
    r"\|\|\s*(true|:|exit\s+0|echo\b)|;\s*(true|exit\s+0)\s*$|^\s*set\s+\+e\b|--exit-zero\b", re.MULTILINE
)


def check_problems(required: Iterable[str], checks: Iterable[Mapping[str, Any]], sha: str) -> list[str]:
    """Return for each required check why it is not green on exactly this commit."""
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for check in checks:
        by_name.setdefault(str(check.get("name")), []).append(check)
    problems = []
    for name in required:
        runs = by_name.get(name, [])
        if not runs:
            problems.append(f"{name} never ran on {sha[:7]}")
        for run in runs:
            said = run.get("conclusion") or run.get("status") or "nothing"
            if run.get("head_sha") not in (None, sha):
                problems.append(f"{name} ran on {str(run['head_sha'])[:7]} and not on {sha[:7]}")
            elif run.get("status") != "completed" or said != "success":
                problems.append(f"{name} is {said}")
    return problems


def swallowed_failures(workflows: Mapping[str, str], required: Iterable[str]) -> list[str]:
    """Return the places in workflow files where a required job can fail and look green.

    Args:
        workflows: path to YAML text.
        required: names of the checks: ids or names of jobs.

    Raises:
        ValueError: a file is not a workflow; or a required job is in none of them.
    """
    wanted, problems = set(required), []
    missing = set(wanted)
    for path, text in workflows.items():
        for job_id, job in _jobs(path, text).items():
            name = str(job.get("name", job_id))
            if not {job_id, name} & wanted:
                continue
            missing -= {job_id, name}
            problems += [f"{path}: job {name}: {why}" for why in _weak(job)]
    if missing:
        raise ValueError(f"no workflow has a job for {', '.join(sorted(missing))}")
    return problems


def protection_problems(protection: Mapping[str, Any] | None, required: Iterable[str]) -> list[str]:
    """Return what lets a change into the branch without the required checks. `protection` None: there is none."""
    if protection is None:
        return ["the branch has no protection"]
    needed = protection.get("required_status_checks") or {}
    contexts = {*needed.get("contexts", []), *(c.get("context") for c in needed.get("checks", []))}
    problems = [f"check {name} is not needed for a merge" for name in required if name not in contexts]
    if not (protection.get("enforce_admins") or {}).get("enabled"):
        problems.append("administrators may go round it (enforce_admins is off)")
    if (protection.get("allow_force_pushes") or {}).get("enabled"):
        problems.append("history can be replaced (allow_force_pushes is on)")
    return problems


def digests_in(content: Any) -> set[str]:
    """Return all `sha256:...` texts anywhere in a JSON value."""
    if isinstance(content, str):
        return set(re.findall(r"sha256:[0-9a-f]{64}", content))
    if isinstance(content, Mapping):
        content = list(content.values())
    return set().union(*(digests_in(item) for item in content)) if isinstance(content, list) else set()


def _jobs(path: str, text: str) -> dict[str, dict[str, Any]]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from None
    jobs = found.get("jobs") if isinstance(found, dict) else None
    if not isinstance(jobs, dict):
        raise ValueError(f"{path} has no jobs")
    return {str(name): job for name, job in jobs.items() if isinstance(job, dict)}


def _weak(job: Mapping[str, Any]) -> list[str]:
    found = ["continue-on-error"] if _on(job.get("continue-on-error")) else []
    for number, step in enumerate(job.get("steps") or [], 1):
        name = step.get("name") or step.get("id") or f"step {number}"
        if _on(step.get("continue-on-error")):
            found.append(f"{name} has continue-on-error")
        if swallowed := _SWALLOWS.search(str(step.get("run", ""))):
            found.append(f"{name} swallows its failure by `{swallowed[0].strip()}`")
    return found


def _on(value: Any) -> bool:
    """An expression (`${{ matrix.experimental }}`) may be true: it counts."""
    return value not in (None, False, "false", "")
