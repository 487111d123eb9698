"""The forge's pipeline side: check runs, workflow runs with jobs and artifacts, deployments."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reference.simulators import github_infrastructure
from reference.simulators.github_history import (
    HOUR,
    ROLLED_BACK,
    Commit,
    Job,
    Repository,
    Workflow,
    identifier,
    stamp,
)
from reference.simulators.github_paging import page

if TYPE_CHECKING:
    from reference.simulators.github import GitHub

ARTIFACT = "image-digests"


def pipeline_router(github: GitHub) -> APIRouter:
    router = APIRouter()
    runs = PipelineRecord(github)
    # Its paths are the narrower ones.
    router.include_router(github_infrastructure.infrastructure_router(github, runs.by_id))

    @router.get("/commits/{reference}/check-runs")
    async def check_runs(request: Request, owner: str, repo: str, reference: str) -> Response:
        found = github.repository(owner, repo)
        commit, query = github.resolve(found, reference), request.query_params
        checks = [
            check
            for run in runs.of(found, commit)
            for check in runs.checks(found, run, every=query.get("filter") == "all")
        ]
        return page(request, "check_runs", [c for c in checks if query.get("check_name", c["name"]) == c["name"]])

    @router.get("/commits/{reference}/status")
    async def combined_status(owner: str, repo: str, reference: str) -> dict[str, Any]:
        commit = github.resolve(github.repository(owner, repo), reference)
        # Everything reports by check runs here, as GitHub Actions does: no commit statuses.
        return {"state": "pending", "statuses": [], "sha": commit.sha, "total_count": 0}

    @router.get("/actions/workflows")
    async def workflows(request: Request, owner: str, repo: str) -> Response:
        found = github.repository(owner, repo)
        return page(
            request,
            "workflows",
            [runs.workflow(w) for w in found.workflows if github.content(found, w.path) is not None],
        )

    @router.get("/actions/workflows/{name}")
    async def workflow(owner: str, repo: str, name: str) -> dict[str, Any]:
        return runs.workflow(runs.named(github.repository(owner, repo), name))

    @router.get("/actions/runs")
    async def all_runs(request: Request, owner: str, repo: str) -> Response:
        return page(request, "workflow_runs", runs.listed(request, github.repository(owner, repo)))

    @router.get("/actions/workflows/{name}/runs")
    async def runs_of_workflow(request: Request, owner: str, repo: str, name: str) -> Response:
        found = github.repository(owner, repo)
        wanted = runs.named(found, name).id
        return page(
            request, "workflow_runs", [run for run in runs.listed(request, found) if run["workflow_id"] == wanted]
        )

    @router.get("/actions/runs/{run_id}")
    async def run(owner: str, repo: str, run_id: int) -> dict[str, Any]:
        return dict(runs.by_id(github.repository(owner, repo), run_id)["shown"])

    @router.get("/actions/runs/{run_id}/jobs")
    async def jobs(request: Request, owner: str, repo: str, run_id: int) -> Response:
        found = github.repository(owner, repo)
        return page(request, "jobs", runs.jobs(found, runs.by_id(found, run_id)))

    @router.get("/actions/runs/{run_id}/artifacts")
    async def artifacts(request: Request, owner: str, repo: str, run_id: int) -> Response:
        found = github.repository(owner, repo)
        chosen = runs.by_id(found, run_id)
        base = str(request.url.replace(path=request.url.path.partition("/actions/")[0], query=""))
        packed = github_infrastructure.artifacts_of(found, chosen).items()
        uploaded = [github_infrastructure.shown(chosen, name, content, base) for name, content in packed]
        if not runs.digests(found, chosen["commit"].sha):
            return page(request, "artifacts", uploaded)
        url = f"{base}/actions/artifacts/{run_id}/zip"
        shown = {
            "id": run_id,
            "name": ARTIFACT,
            "expired": False,
            "archive_download_url": url,
            "created_at": chosen["shown"]["updated_at"],
        }
        return page(request, "artifacts", [shown, *uploaded])

    @router.get("/actions/artifacts/{artifact_id}/zip")
    async def artifact(owner: str, repo: str, artifact_id: int) -> Response:
        found = github.repository(owner, repo)
        digests = runs.digests(found, runs.by_id(found, artifact_id)["commit"].sha)
        if not digests:
            raise github.refuse(404)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("digests.json", json.dumps(digests))
        return Response(packed.getvalue(), media_type="application/zip")

    @router.get("/deployments")
    async def deployments(request: Request, owner: str, repo: str) -> Response:
        query, found = request.query_params, github.repository(owner, repo)
        shown = runs.deployments(found)
        return page(
            request,
            None,
            [
                d
                for d in shown
                if all(query.get(name, d[name]) == d[name] for name in ("sha", "environment", "ref", "task"))
            ],
        )

    @router.get("/deployments/{deployment_id}/statuses")
    async def deployment_statuses(request: Request, owner: str, repo: str, deployment_id: int) -> Response:
        found = github.repository(owner, repo)
        if deployment_id not in {d["id"] for d in runs.deployments(found)}:
            raise github.refuse(404)
        newest = deployment_id == runs.deployments(found)[0]["id"]
        state = github.behaviour.deployment_state if newest and github.behaviour.deployment_state else "success"
        chosen = next(d for d in runs.deployments(found) if d["id"] == deployment_id)
        status = {
            "id": identifier(deployment_id, state),
            "state": state,
            "environment": "production",
            "created_at": chosen["updated_at"],
        }
        return page(request, None, [status])

    return router


class PipelineRecord:
    """Runs as they are after the behaviour is applied."""

    def __init__(self, github: GitHub) -> None:
        self.github = github

    def of(self, repository: Repository, commit: Commit) -> list[dict[str, Any]]:
        """The runs on a commit: {workflow, commit, start, shown}, newest first."""
        b = self.github.behaviour
        if b.tested_commit == "parent" and commit.sha == repository.commit:
            return []
        found: list[dict[str, Any]] = []
        start = self.github.moved(commit.at) + 30
        # What runs after the tests begins when they are done.
        for workflow in sorted(repository.workflows, key=lambda w: w.event == "workflow_run"):
            jobs = self._jobs(repository, workflow, commit)
            watches = "paths:" in repository.files[workflow.path]
            if (
                not jobs
                or workflow.path in b.no_runs_of
                or (watches and not github_infrastructure.ran_on(repository, workflow, commit))
            ):
                continue
            if workflow.event == "workflow_run":
                start += max(end for run in found for end in [run["seconds"]]) + 20 if found else 0
            seconds = max(job.start + job.seconds for job in jobs)
            run = {"workflow": workflow, "commit": commit, "jobs": jobs, "start": start, "seconds": seconds}
            found.append(run | {"shown": self._run(repository, run)})
        return found[::-1]

    def _jobs(self, repository: Repository, workflow: Workflow, commit: Commit) -> list[Job]:
        b = self.github.behaviour
        deployed = commit.sha == repository.commit or "paths:" in repository.files[workflow.path]
        kept = [job for job in workflow.jobs if not (deployed and job.name in b.missing_jobs)]
        return [Job(job.name, job.steps, job.start, b.job_seconds.get(job.name, job.seconds)) for job in kept]

    def _conclusion(self, repository: Repository, commit: Commit, job: Job) -> str:
        return (
            str(self.github.behaviour.conclusions.get(job.name, "success"))
            if commit.sha == repository.commit
            else "success"
        )

    def _run(self, repository: Repository, run: dict[str, Any]) -> dict[str, Any]:
        workflow, commit = run["workflow"], run["commit"]
        conclusions = [self._conclusion(repository, commit, job) for job in run["jobs"]]
        bad = [c for c in conclusions if c not in ("success", "skipped", "neutral")]
        attempts = max((self._attempts(repository, commit, job) for job in run["jobs"]), default=1)
        return {
            "id": identifier(repository.full_name, workflow.path, commit.sha),
            "name": workflow.name,
            "path": workflow.path,
            "workflow_id": workflow.id,
            "run_number": identifier(commit.sha) % 1000,
            "run_attempt": attempts,
            "event": workflow.event,
            "status": "completed",
            "conclusion": bad[0] if bad else "success",
            "head_branch": "main",
            "head_sha": commit.sha,
            "actor": {"login": commit.author},
            "created_at": stamp(run["start"]),
            "run_started_at": stamp(run["start"]),
            "updated_at": stamp(run["start"] + run["seconds"]),
        }

    def _attempts(self, repository: Repository, commit: Commit, job: Job) -> int:
        return int(self.github.behaviour.attempts.get(job.name, 1)) if commit.sha == repository.commit else 1

    def jobs(self, repository: Repository, run: dict[str, Any]) -> list[dict[str, Any]]:
        shown = []
        for job in run["jobs"]:
            conclusion = self._conclusion(repository, run["commit"], job)
            steps = [
                {"name": name, "status": "completed", "conclusion": "success", "number": n}
                for n, name in enumerate(job.steps, 1)
            ]
            if conclusion not in ("success", "neutral"):
                steps[-1]["conclusion"] = conclusion
            start = run["start"] + job.start - 3600 * self.github.behaviour.job_hours_earlier.get(job.name, 0)
            shown.append(
                {
                    "id": identifier(run["shown"]["id"], job.name),
                    "run_id": run["shown"]["id"],
                    "run_attempt": self._attempts(repository, run["commit"], job),
                    "head_sha": run["commit"].sha,
                    "name": job.name,
                    "workflow_name": run["workflow"].name,
                    "status": "completed",
                    "conclusion": conclusion,
                    "created_at": stamp(run["start"]),
                    "started_at": stamp(start),
                    "completed_at": stamp(start + job.seconds),
                    "steps": steps,
                }
            )
        return shown

    def checks(self, repository: Repository, run: dict[str, Any], every: bool) -> list[dict[str, Any]]:
        """Check runs of a workflow run; `every`: earlier, failed attempts too."""
        checks = []
        for job in self.jobs(repository, run):
            digests = self.digests(repository, run["commit"].sha) if "build" in job["name"] else {}
            check = {
                name: job[name]
                for name in ("id", "name", "head_sha", "status", "conclusion", "started_at", "completed_at")
            }
            check |= {"app": {"id": 15368, "slug": "github-actions"}, "check_suite": {"id": run["shown"]["id"]}}
            check |= {"output": {"title": job["name"], "summary": json.dumps({"images": digests}) if digests else None}}
            checks.append(check)
            if every:
                earlier = [identifier(job["id"], number) for number in range(1, job["run_attempt"])]
                checks += [check | {"id": id_, "conclusion": "failure"} for id_ in earlier]
        return checks

    def workflow(self, workflow: Workflow) -> dict[str, Any]:
        state = self.github.behaviour.workflow_states.get(workflow.path, "active")
        return {"id": workflow.id, "name": workflow.name, "path": workflow.path, "state": state}

    def named(self, repository: Repository, name: str) -> Workflow:
        for workflow in repository.workflows:
            if (
                name in (str(workflow.id), workflow.path, workflow.path.rpartition("/")[2])
                and self.github.content(repository, workflow.path) is not None
            ):
                return workflow
        raise self.github.refuse(404)

    def listed(self, request: Request, repository: Repository) -> list[dict[str, Any]]:
        query = request.query_params
        wanted = {
            field: query[name]
            for name, field in (("head_sha", "head_sha"), ("branch", "head_branch"), ("event", "event"))
            if name in query
        }
        shown = [
            run["shown"] for commit in reversed(self.github.history(repository)) for run in self.of(repository, commit)
        ]
        if query.get("status"):
            shown = [run for run in shown if query["status"] in (run["status"], run["conclusion"])]
        return [run for run in shown if all(run[field] == value for field, value in wanted.items())]

    def by_id(self, repository: Repository, run_id: int) -> dict[str, Any]:
        for commit in self.github.history(repository):
            for run in self.of(repository, commit):
                if run["shown"]["id"] == run_id:
                    return run
        raise self.github.refuse(404)

    def digests(self, repository: Repository, sha: str) -> dict[str, str]:
        """What the pipeline recorded as image digests of a commit, by component."""
        known = repository.digests(sha)
        return known | (
            {n: d for n, d in self.github.behaviour.digests.items() if n in known} if sha == repository.commit else {}
        )

    def deployments(self, repository: Repository) -> list[dict[str, Any]]:
        """Production deployments, newest first."""
        wanted = self.github.behaviour.deployed_commit
        commits = [c for c in repository.commits if repository.digests(c.sha)]
        if wanted:
            newest = repository.commits[-2] if wanted == "parent" else self.github.resolve(repository, wanted)
            commits[-1] = newest
        made = [(commit, commit.at + 1500) for commit in commits]
        if taken_back := ROLLED_BACK.get(repository.product):
            bad = repository.commits[taken_back]
            made[1:1] = [(bad, bad.at + 1500), (commits[0], bad.at + 2 * HOUR)]
        shown = []
        for commit, deployed in reversed(made):
            at = self.github.moved(deployed)
            tags = {repository.commit: f"v{repository.version}", commits[0].sha: f"v{repository.previous_version}"}
            tag = tags.get(commit.sha, "main")
            payload = {"images": self.digests(repository, commit.sha), "version": tag}
            times = {"created_at": stamp(at), "updated_at": stamp(at + 240)}
            identity = {
                "id": identifier(repository.full_name, "deployment", commit.sha, deployed),
                "sha": commit.sha,
                "ref": tag,
                "task": "deploy",
            }
            shown.append(
                identity | {"environment": "production", "production_environment": True, "payload": payload, **times}
            )
        return shown
