"""Jira's REST API: a comment and attachments of an issue. Source: developer.atlassian.com, Jira Cloud REST API v2."""

from __future__ import annotations

import base64
from pathlib import Path

from golive.ticket.sending import Send


def headers(email: str, token: str) -> dict[str, str]:
    """Return what each call carries. Without an email the token is a personal access token, as of Jira Data Center."""
    if not email:
        return {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    pair = base64.b64encode(f"{email}:{token}".encode()).decode()
    return {"Authorization": f"Basic {pair}", "Accept": "application/json"}


def comment(send: Send, site: str, issue: str, text: str) -> None:
    """Comment on an issue. Raises TicketError."""
    url = f"{site}/rest/api/2/issue/{issue}/comment"
    send.write("POST", url, f"comment on {issue}", json={"body": f"{{noformat}}\n{text}\n{{noformat}}"})


def attach(send: Send, site: str, issue: str, files: list[Path]) -> None:
    """Attach files to an issue. Raises TicketError."""
    send.read(f"{site}/rest/api/2/issue/{issue}?fields=key")
    for path in files:
        with path.open("rb") as content:
            send.write(
                "POST", f"{site}/rest/api/2/issue/{issue}/attachments", f"attach {path.name} to {issue}",
                files={"file": (path.name, content)}, headers={"X-Atlassian-Token": "no-check"},
            )  # fmt: skip
