"""A forge with a pipeline, after GitHub's REST API: commits, checks, workflow runs, protection, pull requests,
releases, deployments, contents. The repositories are `example/<product>`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators import github_issues, github_pipeline, github_source
from reference.simulators.behaviour import Behaviour
from reference.simulators.github_history import OWNER, Commit, Repository
from reference.simulators.simulator import PRODUCTION, Simulator

REQUESTS_PER_HOUR = 5000
API_VERSION = "2022-11-28"
_MESSAGES = {401: "Bad credentials", 403: "Resource not accessible by personal access token", 404: "Not Found"}
_MESSAGES |= {429: "You have exceeded a secondary rate limit.", 500: "Server Error", 503: "Service unavailable"}


class GitHubBehaviour(Behaviour):
    """Further ways in which the delivery record can be wrong; they hold for both repositories."""

    conclusions: dict[str, str] = Field(
        default={}, description="job -> its conclusion on the deployed commit, such as failure"
    )
    missing_jobs: list[str] = Field(default=[], description="jobs that never ran on the deployed commit")
    attempts: dict[str, int] = Field(default={}, description="job -> how often it ran until it was green")
    no_runs_of: list[str] = Field(default=[], description="workflow paths that nothing started lately")
    tested_commit: str | None = Field(
        default=None, description="parent: all checks ran on the commit before the deployed one"
    )
    age_hours: float = Field(default=0, ge=0, description="everything happened so much earlier")
    job_seconds: dict[str, float] = Field(default={}, description="job -> how long it took")
    job_hours_earlier: dict[str, float] = Field(default={}, description="job -> it ran so many hours before its turn")
    files: dict[str, str | None] = Field(default={}, description="path -> other content, null: not there")
    older_files: dict[str, str] = Field(default={}, description="path -> its content before the deployed commit")
    workflow_states: dict[str, str] = Field(default={}, description="workflow path -> state, such as disabled_manually")
    unprotected: bool = Field(default=False, description="the main branch has no protection")
    protection: dict[str, Any] = Field(default={}, description="parts of the protection, replaced")
    digests: dict[str, str] = Field(default={}, description="component -> digest that the pipeline recorded instead")
    deployed_commit: str | None = Field(
        default=None, description="commit of the newest production deployment; parent: the one before"
    )
    deployment_state: str | None = None
    commits_ahead: int = Field(default=0, ge=0, le=20, description="main has so many commits after the deployed one")
    approvals: int = Field(default=2, ge=0, le=3)
    own_approval: bool = Field(default=False, description="one of the approvals is the author's")
    stale_approvals: bool = Field(default=False, description="approvals were given before the last push")
    issues: dict[str, dict[str, Any]] = Field(
        default={}, description="number of an issue -> what is otherwise of it (github_issues.Issue); a new one too"
    )
    milestone_days: float = Field(default=0, description="the release's milestone is due so many days later")
    milestones: dict[str, dict[str, Any]] = Field(
        default={}, description="number of a milestone -> what is otherwise of it"
    )
    without_access: list[str] = Field(default=[], description="people who may not read the repository any more")
    direct_push: bool = Field(default=False, description="the deployed commit belongs to no pull request")


class GitHub(Simulator):
    name = "github"
    behaviour_type = GitHubBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.repositories = {product: Repository.of(settings, product) for product in settings.products}

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() in ("bearer", "token") else None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        body = {
            "message": message or _MESSAGES.get(status, "Validation Failed"),
            "documentation_url": "https://docs.github.com/rest",
        }
        headers = {"retry-after": f"{details['retry_after']:g}"} if details.get("retry_after") is not None else {}
        return JSONResponse(body | {"status": str(status)}, status, headers)

    def response_headers(self, _path: str) -> Mapping[str, str]:
        used = self.usage["requests"] + 1
        reset = str(int(time.time() // 3600 + 1) * 3600)
        remaining = str(max(0, REQUESTS_PER_HOUR - used))
        limits = {
            "limit": str(REQUESTS_PER_HOUR),
            "remaining": remaining,
            "used": str(used),
            "reset": reset,
            "resource": "core",
        }
        return {f"x-ratelimit-{name}": value for name, value in limits.items()} | {
            "x-github-api-version-selected": API_VERSION
        }

    def authorise(self, request: Request) -> None:
        account = self.account(self.key_of(request))
        if account is None:
            raise self.refuse(401)
        if account != PRODUCTION and request.method != "GET":
            raise self.refuse(403)

    def repository(self, owner: str, repo: str) -> Repository:
        """Raises RefusedError (404), as for every repository that the token may not see."""
        if owner != OWNER or repo not in self.repositories:
            raise self.refuse(404)
        return self.repositories[repo]

    def history(self, repository: Repository) -> list[Commit]:
        """Commits of the main branch, oldest first, with those that came after the deployed one."""
        found = list(repository.commits)
        for number in range(1, self.behaviour.commits_ahead + 1):
            sha = f"{number:040x}"
            found.append(
                Commit(sha, found[-1].sha, f"Later change {number}", "mira-okafor", found[-1].at + 600, 104 + number)
            )
        return found

    def moved(self, seconds: float) -> float:
        return seconds - float(self.behaviour.age_hours) * 3600

    def content(self, repository: Repository, path: str) -> str | None:
        changed = self.behaviour.files
        return changed[path] if path in changed else repository.files.get(path)

    def resolve(self, repository: Repository, reference: str) -> Commit:
        """A commit by (shortened) SHA, branch or tag. Raises RefusedError (404 or 422, as the forge does)."""
        commits = self.history(repository)
        short = reference.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")
        tags = {f"v{repository.version}": repository.commit, f"v{repository.previous_version}": repository.commit[::-1]}
        wanted = commits[-1].sha if short in ("main", "HEAD") else tags.get(short, short)
        found = [commit for commit in commits if len(wanted) >= 7 and commit.sha.startswith(wanted)]
        if not found:
            raise self.refuse(422, f"No commit found for SHA: {reference}")
        return found[0]

    def router(self) -> APIRouter:
        outer = APIRouter(dependencies=[Depends(self.authorise)])

        @outer.get("/rate_limit")
        async def rate_limit() -> dict[str, Any]:
            used = self.usage["requests"]
            core = {
                "limit": REQUESTS_PER_HOUR,
                "used": used,
                "remaining": REQUESTS_PER_HOUR - used,
                "reset": int(time.time()) + 3600,
            }
            return {"resources": {"core": core}, "rate": core}

        outer.include_router(github_source.source_router(self), prefix="/repos/{owner}/{repo}")
        outer.include_router(github_issues.issues_router(self), prefix="/repos/{owner}/{repo}")
        outer.include_router(github_pipeline.pipeline_router(self), prefix="/repos/{owner}/{repo}")
        return outer
