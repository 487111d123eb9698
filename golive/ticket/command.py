"""`python -m golive attach`: puts the newest report on the release ticket."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

from golive.ticket import github, jira
from golive.ticket.sending import Send, TicketError

FILES = ("report.html", "summary.md")
ISSUE = r"([\w.-]+/[\w.-]+)#(\d+)"
RELEASE = r"([\w.-]+/[\w.-]+)@(.+)"
JIRA = r"(https?://.+?)/browse/([A-Z][A-Z0-9_]*-\d+)/?"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    about = "put summary.md and report.html on the release ticket"
    tokens = "Tokens come from the environment: GITHUB_TOKEN; JIRA_TOKEN, with JIRA_EMAIL for Jira Cloud."
    parser = commands.add_parser("attach", help=about, description=f"{about}. {tokens}")
    parser.add_argument("--reports", type=Path, default=Path("reports"), metavar="DIR")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--github-issue", metavar="OWNER/REPO#NUMBER", help="comment with the summary")
    where.add_argument("--github-release", metavar="OWNER/REPO@TAG", help="attach both files")
    where.add_argument("--jira", metavar="https://SITE/browse/KEY", help="comment with the summary, attach both files")
    parser.add_argument("--github-api", default=os.environ.get("GITHUB_API_URL", "https://api.github.com"))
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Attach. Returns the exit status."""
    try:
        _attach(options)
    except TicketError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _attach(options: argparse.Namespace) -> None:
    files = [options.reports / name for name in FILES]
    if missing := [str(f) for f in files if not f.is_file()]:
        raise TicketError(f"{' and '.join(missing)} not found: run pytest first, or name its folder with --reports")
    summary = files[1].read_text(encoding="utf-8")
    api = options.github_api.rstrip("/")
    if options.github_issue:
        repository, number = _parts(ISSUE, options.github_issue, "--github-issue OWNER/REPO#NUMBER")
        key = _target(options.reports)
        github.comment(_github(options), api, repository, int(number), summary + _where_the_report_is(), key)
    elif options.github_release:
        repository, tag = _parts(RELEASE, options.github_release, "--github-release OWNER/REPO@TAG")
        github.attach(_github(options), api, repository, tag, files)
    else:
        site, key = _parts(JIRA, options.jira, "--jira https://SITE/browse/KEY")
        send = Send(jira.headers(os.environ.get("JIRA_EMAIL", ""), _token("JIRA_TOKEN")), options.dry_run)
        jira.attach(send, site, key, files)
        jira.comment(send, site, key, summary)


def _where_the_report_is() -> str:
    """An issue takes no files: within GitHub Actions, the run that keeps them. See its default variables."""
    server, repository, run = (os.environ.get(f"GITHUB_{n}", "") for n in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    if not (server and repository and run):
        return ""
    return f"\nreport.html is kept with [this run]({server}/{repository}/actions/runs/{run}).\n"


def _github(options: argparse.Namespace) -> Send:
    return Send(github.headers(_token("GITHUB_TOKEN")), options.dry_run)


def _token(name: str) -> str:
    if token := os.environ.get(name, ""):
        return token
    raise TicketError(f"${name} is not set: the tracker takes nothing without it")


def _parts(pattern: str, given: str, expected: str) -> tuple[str, str]:
    if found := re.fullmatch(pattern, given):
        return found[1], found[2]
    raise TicketError(f"found {given!r}, expected {expected}")


def _target(reports: Path) -> str:
    """The target that the run was about: two targets on one ticket have a comment each."""
    try:
        return str(json.loads((reports / "results.json").read_text(encoding="utf-8"))["target"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TicketError(f"{reports / 'results.json'} can't be read: {error}") from error
