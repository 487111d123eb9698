"""Judges the step that runs a code scanner: does it look at everything, and can it stop a release? Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tests.judges.pipeline import swallowed_failures

_WEAKENING = {
    "--exit-zero": "it never fails",
    "-x": "it leaves files out",
    "--exclude": "it leaves files out",
    "-s": "it skips rules",
    "--skip": "it skips rules",
    "-t": "it runs only some rules",
    "--tests": "it runs only some rules",
    "-b": "it forgives what a baseline holds",
    "--baseline": "it forgives what a baseline holds",
    "-lll": "only what is of high severity fails",
    "-iii": "only what is of high confidence fails",
}
_LEVELS = ("--severity-level", "--confidence-level")


@dataclass(frozen=True)
class Step:
    """A command of a job; `job` is its id, `name` what check runs call it."""

    workflow: str
    job: str
    name: str
    command: str
    folder: str = "."
    """Where it runs, below the checkout."""

    def __str__(self) -> str:
        return f"{self.workflow}: job {self.name}"


def steps_with(workflows: Mapping[str, str], tool: str) -> list[Step]:
    """Return the commands of workflows (path to YAML text) that start a tool, by name or as `python -m`.

    Raises:
        ValueError: a file is not a workflow.
    """
    found = []
    for path, text in workflows.items():
        try:
            read = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(f"{path} is no YAML: {str(error).splitlines()[0]}") from None
        if not isinstance(read, dict) or not isinstance(read.get("jobs"), dict):
            raise ValueError(f"{path} is no workflow: it has no jobs")
        for job_id, job in read["jobs"].items():
            for step in job.get("steps") or []:
                lines = str(step.get("run") or "").splitlines()
                name = str(job.get("name", job_id))
                where = str(step.get("working-directory") or _folder(job) or _folder(read) or ".")
                found += [Step(path, str(job_id), name, line, where) for line in lines if _starts(line, tool)]
    return found


def weaknesses(step: Step, workflows: Mapping[str, str]) -> list[str]:
    """Return why the step lets findings pass, as sentences without subject.

    Raises:
        ValueError: the workflow can't be read.
    """
    said = [p.partition(": job ")[2].partition(": ")[2] or p for p in swallowed_failures(workflows, [step.name])]
    words = _words(step.command)
    for number, word in enumerate(words):
        option, _, value = word.partition("=")
        if option in _WEAKENING:
            said.append(f"{_WEAKENING[option]} ({word})")
        if option in _LEVELS and (value or "".join(words[number + 1 : number + 2])) == "high":
            said.append(f"only what is high fails ({option})")
    return said


def missed(scanned: Iterable[str], shipped: Iterable[str]) -> list[str]:
    """Return the shipped files that the scanner's report does not name; paths as the checkout has them."""
    looked = {path.removeprefix("./") for path in scanned}
    return sorted(path for path in shipped if path not in looked)


def serious(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return `FILE:LINE RULE` of Bandit's results of medium or high severity, and of as much confidence."""
    return [
        f"{r.get('filename')}:{r.get('line_number')} {r.get('test_id')}"
        for r in results
        if "LOW" not in (r.get("issue_severity"), r.get("issue_confidence"))
    ]


def _folder(of: Mapping[str, Any]) -> str | None:
    """The `working-directory` that a job or workflow gives its steps."""
    return ((of.get("defaults") or {}).get("run") or {}).get("working-directory")


def _starts(line: str, tool: str) -> bool:
    return bool(re.match(rf"\s*(?:\S*/)?(?:python3? -m )?{re.escape(tool)}\b", line))


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command, comments=True)
    except ValueError:
        return command.split()
