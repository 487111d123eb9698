"""What a repository on the forge holds: commits up to the deployed release, pull requests, pipeline runs with their
jobs.

Jobs come from the workflow files in `workflows/<product>`, images and commits from the release, times from the moment
the simulators started: the release was made a few hours before.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from reference.aws.images import image
from reference.aws.inventory import PREVIOUS
from reference.settings import Settings

OWNER = "example"
COMPONENTS = ("api", "web")
PEOPLE = ("mira-okafor", "jonas-lindqvist", "priya-raman", "tomas-novak")
LEADS = {"aurastudio": ("sofia-bianchi",), "seiketsu": ("kenji-mori",)}
"""Who may read the repository beside them, by product."""
HOUR = 3600.0
ROLLED_BACK = {"aurastudio": 1}
"""Product to which of its commits was deployed, and taken back by a deployment of the release before it."""
RELEASED_HOURS_AGO = 4.0
CHANGES = (
    "Cache translations per language pair",
    "Retry provider calls with growing waits",
    "Show the voice of a lead's agent",
    "Tighten request limits",
)
CHANGED = {
    101: ("api/app/cache.py",), 102: ("api/app/providers.py", "api/app/cache.py", "api/tests/test_translation.py"),
    103: ("api/app/jobs.py", "web/app/lead.tsx"), 104: ("api/app/edge.py", "api/tests/test_limits.py"),
}  # fmt: skip
"""Number of a pull request to the files that it changed."""


def identifier(*parts: object) -> int:
    """A number that belongs to these parts, as ids on the forge look."""
    return int(hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:9], 16)


def stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@dataclass(frozen=True)
class Commit:
    sha: str
    parent: str
    message: str
    author: str
    at: float
    pull: int | None


@dataclass(frozen=True)
class Job:
    """One job of a workflow run; `seconds` it took, `start` after the beginning of its run."""

    name: str
    steps: tuple[str, ...]
    start: float
    seconds: float


@dataclass(frozen=True)
class Workflow:
    path: str
    name: str
    event: str
    jobs: tuple[Job, ...]

    @property
    def id(self) -> int:
        return identifier("workflow", self.path)


@dataclass
class Repository:
    """One product's repository; `now` is when the simulators started, in epoch seconds."""

    product: str
    version: str
    commit: str
    now: float = field(default_factory=time.time)
    artifacts: Path = Path("no-artifacts")
    """Folder of what runs uploaded: `WORKFLOW/ARTIFACT/FILE`."""

    @classmethod
    def of(cls, settings: Settings, product: str) -> Repository:
        release = settings.products[product].release
        return cls(product, release.version, release.commit, artifacts=settings.part_folder("forge") / product)

    @property
    def previous_version(self) -> str:
        return PREVIOUS[self.product]

    @property
    def full_name(self) -> str:
        return f"{OWNER}/{self.product}"

    @cached_property
    def files(self) -> dict[str, str]:
        """Contents by path, at every commit."""
        folder = files(__package__).joinpath("workflows", self.product)
        return {
            f".github/workflows/{file.name}": file.read_text()
            for file in folder.iterdir()
            if file.name.endswith(".yml")
        }

    @cached_property
    def commits(self) -> list[Commit]:
        """Oldest first: the previous release, then one merged pull request after another, the last one is the
        release.
        """
        released = self.now - RELEASED_HOURS_AGO * HOUR
        found = [
            Commit(
                self.commit[::-1], "0" * 40, f"Release {self.previous_version}", PEOPLE[0], released - 240 * HOUR, 100
            )
        ]
        for number, change in enumerate(CHANGES, 1):
            last = number == len(CHANGES)
            sha = (
                self.commit
                if last
                else hashlib.sha1(f"{self.commit} {change}".encode(), usedforsecurity=False).hexdigest()
            )
            at = released - (len(CHANGES) - number) * 24 * HOUR
            found.append(
                Commit(
                    sha, found[-1].sha, f"{change} (#{100 + number})", PEOPLE[number % len(PEOPLE)], at, 100 + number
                )
            )
        return found

    @cached_property
    def workflows(self) -> list[Workflow]:
        return [_workflow(path, text) for path, text in sorted(self.files.items())]

    def digests(self, commit: str) -> dict[str, str]:
        """Image digest by component, for the two released commits."""
        versions = {self.commit: self.version, self.commit[::-1]: self.previous_version}
        return (
            {name: image(self.product, name, versions[commit], commit).digest for name in COMPONENTS}
            if commit in versions
            else {}
        )


def _workflow(path: str, text: str) -> Workflow:
    read: dict[Any, Any] = yaml.safe_load(text)
    triggers = read.get("on", read.get(True))  # YAML 1.1 reads the key `on` as true
    event = next(iter(triggers)) if isinstance(triggers, dict) else str(triggers)
    ends: dict[str, float] = {}
    jobs: list[Job] = []
    for name, job in read["jobs"].items():
        start = max((ends[needed] for needed in job.get("needs", [])), default=5.0)
        seconds = 60.0 + identifier(path, name) % 240
        ends[name] = start + seconds
        steps = tuple(
            str(step.get("name") or step.get("run") or f"Run {step.get('uses')}").splitlines()[0]
            for step in job["steps"]
        )
        jobs += [Job(called, steps, start, seconds) for called in _names(name, job)]
    return Workflow(path, read["name"], event, tuple(jobs))


def _names(name: str, job: dict[str, Any]) -> list[str]:
    """A job of a matrix runs once for each of its values, which its name shows."""
    matrix = job.get("strategy", {}).get("matrix", {})
    return [f"{name} ({value})" for values in matrix.values() for value in values] or [name]
