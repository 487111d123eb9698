"""The forge's source side: repository, branches and their protection, commits, pull requests, tags, releases,
contents.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reference.simulators.github_history import CHANGED, LEADS, PEOPLE, Commit, Repository, identifier, stamp
from reference.simulators.github_paging import page

if TYPE_CHECKING:
    from reference.simulators.github import GitHub


def source_router(github: GitHub) -> APIRouter:
    router = APIRouter()

    @router.get("")
    async def repository(owner: str, repo: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        shown = {
            "id": identifier(found.full_name),
            "name": repo,
            "full_name": found.full_name,
            "private": True,
            "default_branch": "main",
        }
        return shown | {"owner": _user(owner), "archived": False, "visibility": "private"}

    @router.get("/branches")
    async def branches(request: Request, owner: str, repo: str) -> Response:
        return page(request, None, [_branch(github, github.repository(owner, repo))])

    @router.get("/branches/{branch}")
    async def branch(owner: str, repo: str, branch: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        if branch != "main":
            raise github.refuse(404, "Branch not found")
        return _branch(github, found)

    @router.get("/branches/{branch}/protection")
    async def protection(owner: str, repo: str, branch: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        if branch != "main" or github.behaviour.unprotected:
            raise github.refuse(404, "Branch not protected")
        return protection_of(github, found)

    @router.get("/commits")
    async def commits(request: Request, owner: str, repo: str) -> Response:
        found = github.repository(owner, repo)
        upto = github.resolve(found, request.query_params.get("sha", "main"))
        history = github.history(found)
        return page(request, None, [_commit(github, found, c) for c in reversed(history[: history.index(upto) + 1])])

    @router.get("/commits/{reference}")
    async def commit(owner: str, repo: str, reference: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        return _commit(github, found, github.resolve(found, reference))

    @router.get("/compare/{span}")
    async def compare(owner: str, repo: str, span: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        base, dots, head = span.partition("...")
        if not dots:
            raise github.refuse(404)
        history = github.history(found)
        first, last = (history.index(github.resolve(found, name)) for name in (base, head))
        between = [_commit(github, found, c) for c in history[first + 1 : last + 1]]
        status = "identical" if first == last else "ahead" if last > first else "behind"
        counts = {"ahead_by": max(0, last - first), "behind_by": max(0, first - last), "total_commits": len(between)}
        return {"status": status, **counts, "base_commit": _commit(github, found, history[first]), "commits": between}

    @router.get("/commits/{reference}/pulls")
    async def pulls_of(request: Request, owner: str, repo: str, reference: str) -> Response:
        found = github.repository(owner, repo)
        pull = _pull_number(github, found, github.resolve(found, reference))
        return page(request, None, [_pull(github, found, pull)] if pull else [])

    @router.get("/pulls")
    async def pulls(request: Request, owner: str, repo: str) -> Response:
        found = github.repository(owner, repo)
        if request.query_params.get("state", "open") == "open":
            return page(request, None, [])
        numbers = [_pull_number(github, found, c) for c in reversed(found.commits)]
        return page(request, None, [_pull(github, found, number) for number in numbers if number])

    @router.get("/pulls/{number}")
    async def pull(owner: str, repo: str, number: int) -> dict[str, Any]:
        return _pull(github, github.repository(owner, repo), number)

    @router.get("/pulls/{number}/reviews")
    async def reviews(request: Request, owner: str, repo: str, number: int) -> Response:
        found = github.repository(owner, repo)
        return page(request, None, _reviews(github, _pull_commit(github, found, number)))

    @router.get("/collaborators")
    async def collaborators(request: Request, owner: str, repo: str) -> Response:
        found = github.repository(owner, repo)
        people = [name for name in (*PEOPLE, *LEADS[found.product]) if name not in github.behaviour.without_access]
        rights = {"pull": True, "triage": True, "push": True, "maintain": False, "admin": False}
        common = {"type": "User", "permissions": rights, "role_name": "write"}
        return page(request, None, [_user(name) | common for name in people])

    @router.get("/pulls/{number}/files")
    async def changed_files(request: Request, owner: str, repo: str, number: int) -> Response:
        commit = _pull_commit(github, github.repository(owner, repo), number)
        return page(request, None, [_file(path, commit.sha) | {"filename": path, "status": "modified"}
                                    for path in CHANGED.get(number, ())])  # fmt: skip

    @router.get("/contents/{path:path}")
    async def contents(request: Request, owner: str, repo: str, path: str) -> Any:
        found = github.repository(owner, repo)
        github.resolve(found, request.query_params.get("ref", "main"))
        text = github.content(found, path)
        if text is not None:
            if "raw" in request.headers.get("accept", ""):
                return Response(text, media_type="text/plain")
            return _file(path, text) | {"encoding": "base64", "content": base64.encodebytes(text.encode()).decode()}
        inside = sorted(
            p for p in {*found.files, *github.behaviour.files} if p.startswith(f"{path.rstrip('/')}/") or not path
        )
        listed = [_file(p, content) for p in inside if (content := github.content(found, p)) is not None]
        if not listed:
            raise github.refuse(404)
        return listed

    @router.get("/tags")
    async def tags(request: Request, owner: str, repo: str) -> Response:
        found = github.repository(owner, repo)
        return page(request, None, [{"name": name, "commit": {"sha": sha}} for name, sha in _tags(found).items()])

    @router.get("/git/ref/tags/{tag}")
    async def tag_reference(owner: str, repo: str, tag: str) -> dict[str, Any]:
        found = _tags(github.repository(owner, repo))
        if tag not in found:
            raise github.refuse(404)
        return {"ref": f"refs/tags/{tag}", "object": {"type": "commit", "sha": found[tag]}}

    @router.get("/releases")
    async def releases(request: Request, owner: str, repo: str) -> Response:
        found = github.repository(owner, repo)
        return page(request, None, [_release(github, found, tag) for tag in _tags(found)])

    @router.get("/releases/latest")
    async def latest(owner: str, repo: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        return _release(github, found, next(iter(_tags(found))))

    @router.get("/releases/tags/{tag}")
    async def release(owner: str, repo: str, tag: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        if tag not in _tags(found):
            raise github.refuse(404)
        return _release(github, found, tag)

    return router


def required_checks(repository: Repository) -> list[str]:
    """The jobs that must be green before a merge: all of the workflow that runs on pull requests."""
    return [
        job.name
        for workflow in repository.workflows
        if workflow.event == "push" and "paths" not in repository.files[workflow.path]
        for job in workflow.jobs
    ]


def protection_of(github: GitHub, repository: Repository) -> dict[str, Any]:
    checks = required_checks(repository)
    standard = {
        "required_status_checks": {
            "strict": True,
            "contexts": checks,
            "checks": [{"context": name, "app_id": 15368} for name in checks],
        },
        "enforce_admins": {"enabled": True},
        "required_pull_request_reviews": {
            "dismiss_stale_reviews": True,
            "require_code_owner_reviews": True,
            "require_last_push_approval": True,
            "required_approving_review_count": 2,
        },
        "required_linear_history": {"enabled": True},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
        "required_conversation_resolution": {"enabled": True},
    }
    return {name: value for name, value in (standard | github.behaviour.protection).items() if value is not None}


def _user(login: str) -> dict[str, Any]:
    return {"login": login, "id": identifier("user", login), "type": "Organization" if login not in PEOPLE else "User"}


def _branch(github: GitHub, repository: Repository) -> dict[str, Any]:
    return {
        "name": "main",
        "commit": {"sha": github.history(repository)[-1].sha},
        "protected": not github.behaviour.unprotected,
    }


def _commit(github: GitHub, repository: Repository, commit: Commit) -> dict[str, Any]:
    person = {
        "name": commit.author,
        "email": f"{commit.author}@{repository.product}.example",
        "date": stamp(github.moved(commit.at)),
    }
    tree = hashlib.sha1(f"tree {commit.sha}".encode(), usedforsecurity=False).hexdigest()
    body = {
        "author": person,
        "committer": person,
        "message": commit.message,
        "tree": {"sha": tree},
        "verification": {"verified": True, "reason": "valid"},
    }
    return {
        "sha": commit.sha,
        "commit": body,
        "author": _user(commit.author),
        "committer": _user(commit.author),
        "parents": [{"sha": commit.parent}],
    }


def _pull_number(github: GitHub, repository: Repository, commit: Commit) -> int | None:
    return None if github.behaviour.direct_push and commit.sha == repository.commit else commit.pull


def _pull_commit(github: GitHub, repository: Repository, number: int) -> Commit:
    for commit in github.history(repository):
        if number and _pull_number(github, repository, commit) == number:
            return commit
    raise github.refuse(404)


def _pull(github: GitHub, repository: Repository, number: int) -> dict[str, Any]:
    commit = _pull_commit(github, repository, number)
    merged = stamp(github.moved(commit.at))
    return {
        "id": identifier(repository.full_name, "pull", number),
        "number": number,
        "state": "closed",
        "title": commit.message.partition(" (#")[0],
        "user": _user(commit.author),
        "created_at": stamp(github.moved(commit.at) - 20 * 3600),
        "merged_at": merged,
        "closed_at": merged,
        "merged": True,
        "merged_by": _user(commit.author),
        "merge_commit_sha": commit.sha,
        "head": {"ref": f"change-{number}", "sha": _head(commit)},
        "base": {"ref": "main", "sha": commit.parent},
    }


def _head(commit: Commit) -> str:
    return hashlib.sha1(f"head of {commit.sha}".encode(), usedforsecurity=False).hexdigest()


def _reviews(github: GitHub, commit: Commit) -> list[dict[str, Any]]:
    others = [person for person in PEOPLE if person != commit.author]
    if github.behaviour.own_approval:
        others = [commit.author, *others]
    on = (
        hashlib.sha1(f"earlier head of {commit.sha}".encode(), usedforsecurity=False).hexdigest()
        if github.behaviour.stale_approvals
        else _head(commit)
    )
    return [
        {
            "id": identifier(commit.sha, "review", person),
            "user": _user(person),
            "state": "APPROVED",
            "commit_id": on,
            "submitted_at": stamp(github.moved(commit.at) - 3600 * number),
            "body": "",
        }
        for number, person in enumerate(others[: github.behaviour.approvals], 1)
    ]


def _tags(repository: Repository) -> dict[str, str]:
    return {f"v{repository.version}": repository.commit, f"v{repository.previous_version}": repository.commit[::-1]}


def _release(github: GitHub, repository: Repository, tag: str) -> dict[str, Any]:
    commit = github.resolve(repository, tag)
    at = stamp(github.moved(commit.at) + 1200)
    state = {"draft": False, "prerelease": False, "created_at": at, "published_at": at}
    return {
        "id": identifier(repository.full_name, tag),
        "tag_name": tag,
        "name": tag,
        "target_commitish": commit.sha,
        "assets": [],
        **state,
    }


def _file(path: str, text: str) -> dict[str, Any]:
    data = text.encode()
    sha = hashlib.sha1(f"blob {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()
    return {"type": "file", "name": path.rpartition("/")[2], "path": path, "sha": sha, "size": len(data)}
