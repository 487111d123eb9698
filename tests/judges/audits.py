"""Judges a pipeline's audits: does it start them by itself, can they fail, did they look at everything. Pure.

Sources: docs.github.com, workflow syntax; npm audit report version 2; pip-audit's JSON; SARIF 2.1.0.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import yaml

BLOCKING = ("info", "low", "moderate", "high")
"""npm's `--audit-level` with which serious findings stop the job; without the option every finding does."""


def triggers(text: str) -> dict[str, Any]:
    """Return what starts a workflow, to its details. Raises ValueError when it is no workflow."""
    read = _workflow(text)
    found = read.get("on", read.get(True)) or {}  # YAML 1.1: `on` is true
    if isinstance(found, str):
        return {found: None}
    return dict(found) if isinstance(found, Mapping) else dict.fromkeys(map(str, found))


def job_ids(text: str) -> list[str]:
    """Return the ids of a workflow's jobs. Raises ValueError when it is no workflow."""
    return [str(name) for name in _workflow(text).get("jobs") or {}]


def runs_by_itself(started: Mapping[str, Any]) -> bool:
    """Return whether a schedule starts it."""
    return any((entry or {}).get("cron") for entry in started.get("schedule") or [])


def runs_on_changes(started: Mapping[str, Any], branch: str) -> bool:
    """Return whether every proposed change of a branch starts it."""
    if "pull_request" not in started:
        return False
    how = started["pull_request"] or {}
    return branch in how.get("branches", [branch]) and not {"paths", "paths-ignore"} & set(how)


def level_problem(command: str) -> str | None:
    """Return why an `npm audit` lets serious findings pass."""
    words = _words(command)
    level = next((w.partition("=")[2] for w in words if w.startswith("--audit-level=")), "")
    if "--audit-level" in words[:-1]:
        level = words[words.index("--audit-level") + 1]
    return None if level in ("", *BLOCKING) else f"nothing of high severity fails it (--audit-level={level})"


def ignored(command: str) -> list[str]:
    """Return the ids of vulnerabilities that a `pip-audit` leaves out."""
    words = _words(command)
    found = [w.partition("=")[2] for w in words if w.startswith("--ignore-vuln=")]
    return found + [words[n + 1] for n, w in enumerate(words[:-1]) if w == "--ignore-vuln"]


def audited_by_pip(report: Mapping[str, Any]) -> tuple[set[str], list[str]]:
    """Return the packages of a report that were looked at, and `PACKAGE ID` of each vulnerability.

    Raises:
        KeyError, TypeError, AttributeError: it is no such report.
    """
    looked = {plain(str(d["name"])) for d in report["dependencies"] if "skip_reason" not in d}
    open_ = [f"{d['name']} {v['id']}" for d in report["dependencies"] for v in d.get("vulns", [])]
    return looked, open_


def audited_by_npm(report: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Return how many packages a report looked at, and `PACKAGE ID` of what is high or critical.

    Raises:
        KeyError, TypeError, ValueError: it is no such report.
    """
    open_ = [
        f"{name} {str(via.get('url', '')).rpartition('/')[2] or 'without an id'}"
        for name, entry in report["vulnerabilities"].items()
        for via in entry["via"]
        if isinstance(via, Mapping) and via.get("severity") in ("high", "critical")
    ]
    return int(report["metadata"]["dependencies"]["total"]), open_


def locked_by_npm(lock: Mapping[str, Any]) -> int:
    """Return how many packages a package-lock.json holds, the project itself left out."""
    return sum(1 for path in lock.get("packages", {}) if path)


class Issue(Protocol):
    """A finding as the tracker has it."""

    @property
    def severity(self) -> str: ...
    @property
    def opened(self) -> datetime: ...
    @property
    def closed(self) -> datetime | None: ...


def days_open(issue: Issue, now: datetime) -> float:
    """How long it took to close, or how long it is open."""
    return ((issue.closed or now) - issue.opened) / timedelta(days=1)


def part_problem(report: Mapping[str, Any], tool: str) -> str | None:
    """Return why a SARIF report does not tell what a tool found."""
    runs = [r for r in report.get("runs") or [] if _tool(r).casefold() == tool.casefold()]
    if not runs:
        return "has no part of the report"
    if any(not isinstance(run.get("results"), list) for run in runs):
        return "has a part of the report without results: it did not come to its end"
    ended = [i.get("executionSuccessful") for run in runs for i in run.get("invocations") or []]
    return "says itself that it failed" if False in ended else None


def unticketed(report: Mapping[str, Any]) -> list[str]:
    """Return `TOOL RULE` of a SARIF report's serious results that name no ticket (workItemUris)."""
    return [
        f"{_tool(run)} {result.get('ruleId', 'without a rule')}"
        for run in report.get("runs") or []
        for result in run.get("results") or []
        if result.get("level", "warning") == "error"
        and not result.get("workItemUris")
        and not result.get("suppressions")
    ]


def unanswered(ids: Iterable[str], accepted: Mapping[str, Any], today: date) -> list[str]:
    """Return the ids that nobody answers for today."""
    return [i for i in ids if i not in accepted or not accepted[i].owner.strip() or today > accepted[i].until]


def plain(name: str) -> str:
    """A Python package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _workflow(text: str) -> dict[Any, Any]:
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(read, dict):
        raise ValueError("no workflow")
    return read


def _tool(run: Mapping[str, Any]) -> str:
    return str(((run.get("tool") or {}).get("driver") or {}).get("name", ""))


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command, comments=True)
    except ValueError:
        return command.split()
