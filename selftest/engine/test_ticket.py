"""The report on the release ticket: sent once, edited when sent again, told in a dry run, one message when refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from golive.__main__ import main
from selftest.engine.dummy_server import Arrived, Dummy, dummy_server

TOKEN = "quartz-token-77"  # noqa: S105 - it is none


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GITHUB_TOKEN", "JIRA_TOKEN"):
        monkeypatch.setenv(name, TOKEN)
    monkeypatch.setenv("JIRA_EMAIL", "mira@example.com")
    monkeypatch.delenv("GITHUB_RUN_ID", raising=False)
    (tmp_path / "summary.md").write_text("## NO-GO: production\n")
    (tmp_path / "report.html").write_text("<p>the report")
    (tmp_path / "results.json").write_text(json.dumps({"target": "production"}))
    return tmp_path


class Tracker:
    """Keeps comments and assets as GitHub does, and what Jira was sent."""

    def __init__(self, dummy: Dummy) -> None:
        self.url = dummy.url
        self.dummy = dummy
        self.comments = [{"id": n, "body": f"a person's comment {n}"} for n in range(1, 131)]
        self.assets: dict[str, int] = {"report.html": 7}
        dummy.answer = self.answer

    def answer(self, request: Arrived) -> tuple[int, dict[str, str], bytes]:
        if "authorization" not in {k.lower() for k in request.headers}:
            return 401, {}, b"{}"
        status, answer = self._route(request)
        return status, {}, json.dumps(answer).encode()

    def _route(self, request: Arrived) -> tuple[int, Any]:
        path, _, query = request.path.partition("?")
        match request.method, path:
            case "GET", "/repos/o/r/issues/12/comments":
                page = int(re.search(r"&page=(\d+)", query)[1])  # type: ignore[index]
                return 200, self.comments[(page - 1) * 100 : page * 100]
            case "POST", "/repos/o/r/issues/12/comments":
                self.comments.append({"id": 900, **json.loads(request.body)})
                return 201, self.comments[-1]
            case "PATCH", "/repos/o/r/issues/comments/900":
                self.comments[-1] |= json.loads(request.body)
                return 200, self.comments[-1]
            case "GET", "/repos/o/r/releases/tags/v1":
                assets = [{"name": n, "id": i} for n, i in self.assets.items()]
                return 200, {"upload_url": f"{self.url}/upload/assets{{?name,label}}", "assets": assets}
            case "DELETE", "/repos/o/r/releases/assets/7":
                del self.assets["report.html"]
                return 200, None
            case "POST", "/upload/assets":
                self.assets[query.removeprefix("name=")] = 8
                return 201, {}
            case "GET", "/rest/api/2/issue/REL-9":
                return 200, {"key": "REL-9"}
            case "POST", _ if path.startswith("/rest/api/2/issue/REL-9/"):
                return 201, {}
        return 404, {}


@pytest.fixture
def tracker() -> Iterator[Tracker]:
    with dummy_server() as dummy:
        yield Tracker(dummy)


def attach(tracker: Tracker, reports: Path, *where: str) -> int:
    return main(["attach", f"--reports={reports}", f"--github-api={tracker.url}", *where])


def test_a_comment_is_made_once_and_then_edited(tracker: Tracker, reports: Path) -> None:
    assert attach(tracker, reports, "--github-issue=o/r#12") == 0
    (reports / "summary.md").write_text("## GO: production\n")
    assert attach(tracker, reports, "--github-issue=o/r#12") == 0
    assert len(tracker.comments) == 131
    assert "## GO: production" in tracker.comments[-1]["body"]


def test_a_comment_leads_to_the_run_that_keeps_the_report(
    tracker: Tracker, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"SERVER_URL": "https://github.com", "REPOSITORY": "o/deploys", "RUN_ID": "77"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    assert attach(tracker, reports, "--github-issue=o/r#12") == 0
    assert "[this run](https://github.com/o/deploys/actions/runs/77)" in tracker.comments[-1]["body"]


def test_release_assets_replace_the_old_ones(tracker: Tracker, reports: Path) -> None:
    assert attach(tracker, reports, "--github-release=o/r@v1") == 0
    assert tracker.assets == {"report.html": 8, "summary.md": 8}


def test_jira_gets_comment_and_attachments(tracker: Tracker, reports: Path) -> None:
    assert attach(tracker, reports, f"--jira={tracker.url}/browse/REL-9") == 0
    sent = [(r.method, r.path.rpartition("/")[2]) for r in tracker.dummy.arrived if r.method == "POST"]
    assert sent == [("POST", "attachments"), ("POST", "attachments"), ("POST", "comment")]
    assert b"the report" in tracker.dummy.arrived[1].body


@pytest.mark.parametrize("where", ["--github-issue=o/r#12", "--github-release=o/r@v1", "--jira={}/browse/REL-9"])
def test_a_dry_run_changes_nothing(
    tracker: Tracker, reports: Path, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attach(tracker, reports, where.format(tracker.url), "--dry-run") == 0
    assert set(tracker.dummy.methods) == {"GET"}
    assert "would " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("--github-issue=o/r#13", "there is no such ticket, or the token may not see it"),
        ("--github-issue=o/r", "expected --github-issue OWNER/REPO#NUMBER"),
        ("--jira=https://x.example.com/REL-9", "expected --jira"),
        ("--github-release=o/r@v2", "there is no such ticket"),
    ],
)
def test_what_can_t_be_done_is_one_message(
    tracker: Tracker, reports: Path, where: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attach(tracker, reports, where) == 2
    told = capsys.readouterr().err
    assert says in told
    assert TOKEN not in told
    assert len(told.splitlines()) == 1


def test_without_token_or_report_nothing_is_sent(
    tracker: Tracker, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert attach(tracker, reports, "--github-issue=o/r#12") == 2
    assert "$GITHUB_TOKEN is not set" in capsys.readouterr().err
    (reports / "report.html").unlink()
    assert attach(tracker, reports, "--github-issue=o/r#12") == 2
    assert "run pytest first" in capsys.readouterr().err
    assert tracker.dummy.arrived == []
