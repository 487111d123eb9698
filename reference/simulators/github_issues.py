"""Issues of a repository, and what happened to them: docs.github.com/rest/issues."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reference.simulators.github_history import HOUR, OWNER, PEOPLE, identifier, stamp
from reference.simulators.github_paging import page

if TYPE_CHECKING:
    from reference.simulators.github import GitHub
    from reference.simulators.github_history import Repository


@dataclass(frozen=True)
class Issue:
    """Hours are before the simulators' start.

    `fix`: how many commits before the deployed one closed it, or the SHA of one elsewhere; None: none. `rated`: when
    somebody gave it its labels, an hour after it was opened by default; `tended`: when a program touched it last.
    """

    number: int
    title: str
    labels: tuple[str, ...]
    assignee: str | None
    opened: float
    closed: float | None = None
    fix: int | str | None = None
    body: str = ""
    milestone: int | None = None
    rated: float | None = None
    tended: float | None = None

    @property
    def rated_at(self) -> float:
        return self.opened - 1 if self.rated is None else self.rated


KNOWN = (
    Issue(41, "Sign-in fails when the provider is slow", ("bug", "critical"), PEOPLE[0], 60, 48, 1),
    Issue(44, "A long recording is cut off", ("bug", "high"), PEOPLE[1], 150, 70, 0),
    Issue(47, "Dates of reminders are in another zone", ("bug", "medium"), PEOPLE[2], 40, milestone=4),
    Issue(48, "A darker theme", ("enhancement", "low"), None, 30, milestone=4),
    Issue(31, "Nobody finds the export", ("ux", "medium"), PEOPLE[1], 400, 75, 3),
    Issue(33, "The microphone asks twice", ("ux", "low"), PEOPLE[3], 300, 51, 2),
    Issue(36, "Names of languages are cut off", ("ux", "low"), PEOPLE[0], 200, 27, 1),
    Issue(61, "A package lets strangers read files", ("security", "critical"), PEOPLE[2], 900, 830, 3),
    Issue(49, "Empty translations are kept for a day", ("blocker",), PEOPLE[3], 74, 51, 2, milestone=3),
    Issue(50, "Nothing tests a provider that answers nothing", ("test", "low"), PEOPLE[2], 73, 51, 2, milestone=3),
)
_USER = {"login": PEOPLE[0], "type": "User"}
_BOT = {"login": "stale[bot]", "type": "Bot"}


def issues_router(github: GitHub) -> APIRouter:
    router = APIRouter()

    def all_() -> list[Issue]:
        known = {issue.number: issue for issue in KNOWN}
        for number, changes in github.behaviour.issues.items():
            old = known.get(int(number), Issue(int(number), "A new issue", (), PEOPLE[3], 1))
            known[int(number)] = replace(old, **{k: tuple(v) if k == "labels" else v for k, v in changes.items()})
        return sorted(known.values(), key=lambda issue: issue.opened)

    def find(number: int) -> Issue:
        for issue in all_():
            if issue.number == number:
                return issue
        raise github.refuse(404)

    @router.get("/issues")
    async def issues(request: Request, owner: str, repo: str) -> Response:
        found, query = github.repository(owner, repo), request.query_params
        state, wanted = query.get("state", "open"), [x for x in query.get("labels", "").split(",") if x]
        rows = [
            _shown(github, found, issue)
            for issue in all_()
            if state in ("all", "open" if issue.closed is None else "closed") and set(wanted) <= set(issue.labels)
        ]
        if query.get("milestone", "").isdigit():
            rows = [r for r in rows if (r["milestone"] or {}).get("number") == int(query["milestone"])]
        if since := query.get("since"):
            rows = [r for r in rows if datetime.fromisoformat(r["updated_at"]) >= datetime.fromisoformat(since)]
        return page(request, None, rows)

    @router.get("/issues/{number}")
    async def issue(owner: str, repo: str, number: int) -> dict[str, Any]:
        found = github.repository(owner, repo)
        return _shown(github, found, find(number))

    @router.get("/issues/{number}/events")
    async def events(request: Request, owner: str, repo: str, number: int) -> Response:
        found = github.repository(owner, repo)
        issue = find(number)
        rows = []
        for at, event in ((issue.opened, "assigned"), (issue.closed, "closed")):
            if at is not None and (event == "closed" or issue.assignee):
                fixed = issue.fix if event == "closed" else None
                if isinstance(fixed, int):
                    fixed = found.commits[-1 - fixed].sha
                rows.append(
                    {"id": identifier(number, event), "event": event, "commit_id": fixed, "actor": _USER,
                     "created_at": stamp(_at(github, found, at))}
                )  # fmt: skip
        labelled = [(issue.rated_at, name, _USER) for name in issue.labels]
        labelled += [(issue.tended, "stale", _BOT)] if issue.tended is not None else []
        for when, name, actor in labelled:
            rows.append(
                {"id": identifier(number, "labeled", name), "event": "labeled", "commit_id": None, "actor": actor,
                 "label": {"name": name}, "created_at": stamp(_at(github, found, when))}
            )  # fmt: skip
        rows.sort(key=lambda row: str(row["created_at"]))
        return page(request, None, rows)

    @router.get("/milestones")
    async def milestones(request: Request, owner: str, repo: str) -> Response:
        found = github.repository(owner, repo)
        rows = _milestones(github, found)
        wanted = request.query_params.get("state", "open")
        return page(request, None, [row for row in rows if wanted in ("all", row["state"])])

    return router


def _milestones(github: GitHub, repository: Repository) -> list[dict[str, Any]]:
    due = repository.now + 24 * HOUR * float(github.behaviour.milestone_days)
    known = (
        (1, f"v{repository.previous_version}", "closed", repository.now - 30 * 24 * HOUR, 60 * 24),
        (2, f"v{repository.version}", "open", due, 20 * 24),
        (3, "After the empty translations", "closed", repository.now, 73),
        (4, "The next release", "open", repository.now + 14 * 24 * HOUR, 10 * 24),
    )
    inside = {4: 2}
    return [
        {"id": identifier(repository.product, "milestone", number), "number": number, "title": title, "state": state,
         "due_on": f"{stamp(at)[:10]}T08:00:00Z", "open_issues": inside.get(number, 0), "closed_issues": 7,
         "created_at": stamp(_at(github, repository, hours))} | github.behaviour.milestones.get(str(number), {})
        for number, title, state, at, hours in known
    ]  # fmt: skip


def _at(github: GitHub, repository: Repository, hours: float) -> float:
    return github.moved(repository.now - hours * HOUR)


def _shown(github: GitHub, repository: Repository, issue: Issue) -> dict[str, Any]:
    opened = stamp(_at(github, repository, issue.opened))
    closed = None if issue.closed is None else stamp(_at(github, repository, issue.closed))
    rated = issue.rated_at if issue.labels else issue.opened
    updated = stamp(
        _at(github, repository, min(rated, *(x for x in (issue.closed, issue.tended, rated) if x is not None)))
    )
    milestone = next((m for m in _milestones(github, repository) if m["number"] == issue.milestone), None)
    people = [{"login": issue.assignee, "type": "User"}] if issue.assignee else []
    return {
        "id": identifier(repository.commit, issue.number), "number": issue.number, "title": issue.title,
        "state": "open" if closed is None else "closed", "state_reason": None if closed is None else "completed",
        "labels": [{"name": name} for name in issue.labels], "assignee": people[0] if people else None,
        "assignees": people, "body": issue.body, "created_at": opened, "updated_at": updated,
        "closed_at": closed, "milestone": milestone, "user": {"login": PEOPLE[3]},
        "html_url": f"https://github.com/{OWNER}/{repository.product}/issues/{issue.number}",
    }  # fmt: skip
