"""The forge's side of Terraform: on which commits its workflows ran, what artifacts they left, trees of a commit.

Trees are those that git makes of the checkout: `reference/source/<product>` with workflows and migrations.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from reference.schema import files as migrations
from reference.simulators.github_history import Commit, Repository, Workflow, identifier

if TYPE_CHECKING:
    from reference.simulators.github import GitHub

SOURCES = Path(__file__).parents[1] / "source"
STAGING, PRODUCTION = "staging-infrastructure", "deploy-infrastructure"


def ran_on(repository: Repository, workflow: Workflow, commit: Commit) -> bool:
    """Whether a workflow that watches paths ran on the commit: in staging on the one before the release."""
    stem = Path(workflow.path).stem
    return (stem == STAGING and commit.sha == repository.commits[-2].sha) or (
        stem == PRODUCTION and commit.sha == repository.commit
    )


def artifacts_of(repository: Repository, run: Mapping[str, Any]) -> dict[str, bytes]:
    """Name to archive of what a run of these workflows uploaded: folders that the deployment wrote.

    A folder `NAME@SHA` is what a run on that commit uploaded, one without a commit what each run did.
    """
    found = {}
    for folder in sorted((repository.artifacts / Path(run["workflow"].path).stem).glob("*")):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for file in sorted(folder.iterdir()):
                archive.writestr(file.name, file.read_bytes())
        name, _, sha = folder.name.partition("@")
        if sha in ("", run["commit"].sha):
            found[name] = packed.getvalue()
    return found


def infrastructure_router(github: GitHub, by_id: Any) -> APIRouter:
    router = APIRouter()

    @router.get("/git/trees/{reference}")
    async def tree(owner: str, repo: str, reference: str) -> dict[str, Any]:
        found = github.repository(owner, repo)
        commit = github.resolve(found, reference)
        entries = [
            {"path": path, "mode": "040000" if kind == "tree" else "100644", "type": kind, "sha": sha}
            for path, (kind, sha) in sorted(_entries(_files(github, found, commit)).items())
        ]
        return {"sha": commit.sha, "truncated": False, "tree": entries}

    @router.get("/actions/artifacts/{run_id}/{name}/zip")
    async def artifact(owner: str, repo: str, run_id: int, name: str) -> Response:
        found = github.repository(owner, repo)
        packed = artifacts_of(found, by_id(found, run_id)).get(name)
        if packed is None:
            raise github.refuse(404)
        return Response(packed, media_type="application/zip")

    return router


def shown(run: Mapping[str, Any], name: str, packed: bytes, base: str) -> dict[str, Any]:
    """An artifact as lists show it."""
    number = run["shown"]["id"]
    return {
        "id": identifier(number, name),
        "name": name,
        "size_in_bytes": len(packed),
        "expired": False,
        "archive_download_url": f"{base}/actions/artifacts/{number}/{name}/zip",
        "created_at": run["shown"]["updated_at"],
    }


def _files(github: GitHub, repository: Repository, commit: Commit) -> dict[str, bytes]:
    folder = SOURCES / repository.product
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found |= {f"database/{path.name}": path.read_bytes() for path in migrations(repository.product)}
    found |= {path: text.encode() for path, text in repository.files.items()}
    if commit.sha != repository.commit:
        found |= {path: text.encode() for path, text in github.behaviour.older_files.items()}
    return found


def _entries(files: Mapping[str, bytes]) -> dict[str, tuple[str, str]]:
    """Path to (blob or tree, its id) of every file and folder, as git names them."""
    found = {path: ("blob", _object(b"blob", content)) for path, content in files.items()}
    folders = {str(parent) for path in files for parent in Path(path).parents}
    for folder in sorted(folders, key=len, reverse=True):  # what lies deeper has the longer path
        children = [(Path(path).name, *entry) for path, entry in found.items() if str(Path(path).parent) == folder]
        children.sort(key=lambda child: child[0] + ("/" if child[1] == "tree" else ""))
        lines = [
            (b"40000 " if kind == "tree" else b"100644 ") + name.encode() + b"\0" + bytes.fromhex(sha)
            for name, kind, sha in children
        ]
        found[folder] = ("tree", _object(b"tree", b"".join(lines)))
    found.pop(".", None)
    return found


def _object(kind: bytes, content: bytes) -> str:
    return hashlib.sha1(kind + b" %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
