"""GitHub's REST API: a comment on an issue, assets of a release. One comment a target, edited rather than repeated.

Sources: docs.github.com, REST API version 2022-11-28: issue comments, releases, release assets.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from golive.ticket.sending import Send, TicketError

VERSION = "2022-11-28"
PAGES = 30
"""Of 100 comments each that are looked through for an earlier one."""


def headers(token: str) -> dict[str, str]:
    """Return what each call carries."""
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": VERSION,
    }


def comment(send: Send, api: str, repository: str, issue: int, text: str, key: str) -> None:
    """Comment on an issue or pull request, or edit the comment that an earlier run left.

    Args:
        key: what the comment is about, such as the target's name: the mark by which it is found again.
    Raises:
        TicketError: GitHub did not take it.
    """
    marked = f"<!-- golive: {quote(key)} -->"
    body = f"{marked}\n{text}"
    comments = f"{api}/repos/{repository}/issues/{issue}/comments"
    for page in range(1, PAGES + 1):
        found = send.read(f"{comments}?per_page=100&page={page}")
        if not isinstance(found, list):
            raise TicketError(f"{comments} answered something that is no list of comments: is it GitHub's API?")
        for old in found:
            if str(old.get("body", "")).startswith(marked):
                url = f"{api}/repos/{repository}/issues/comments/{old['id']}"
                send.write("PATCH", url, f"edit the comment on {repository}#{issue}", json={"body": body})
                return
        if len(found) < 100:
            break
    send.write("POST", comments, f"comment on {repository}#{issue}", json={"body": body})


def attach(send: Send, api: str, repository: str, tag: str, files: list[Path]) -> None:
    """Attach files to a release, in place of those of the same name. Raises TicketError."""
    release = send.read(f"{api}/repos/{repository}/releases/tags/{quote(tag, safe='')}")
    assets = {a["name"]: a["id"] for a in release.get("assets", [])}
    upload = str(release["upload_url"]).partition("{")[0]
    for path in files:
        if path.name in assets:
            old = f"{api}/repos/{repository}/releases/assets/{assets[path.name]}"
            send.write("DELETE", old, f"remove the old {path.name} from {repository} {tag}")
        kind = "text/html" if path.suffix == ".html" else "text/markdown"
        send.write(
            "POST", f"{upload}?name={quote(path.name)}", f"attach {path.name} to {repository} {tag}",
            data=path.read_bytes(), headers={"Content-Type": kind},
        )  # fmt: skip
