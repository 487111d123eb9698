"""The help desk's and the tracker's simulators, read as checks read real ones."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests

from fixtures.helpdesk import Helpdesk
from golive.secrets import Secret
from golive.target.load import Timeouts
from golive.target.people import Helpdesk as HelpdeskSettings
from reference.settings import Settings
from reference.simulators.zendesk import CANARY, HISTORY, KNOWN

pytest_plugins = ["selftest.reference.simulator_server"]


def _get(settings: Settings, path: str, token: str | None = None) -> requests.Response:
    simulator = settings.simulators["zendesk"]
    headers = {"Authorization": f"Bearer {token or simulator.key}"}
    return requests.get(f"{simulator.base_url}/api/v2/{path}", headers=headers, timeout=5)


def test_who_has_no_token_sees_nothing(settings: Settings) -> None:
    answer = _get(settings, "suspended_tickets.json", "nobody")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_an_export_begins_in_the_past(settings: Settings) -> None:
    assert _get(settings, f"incremental/tickets.json?start_time={int(time.time())}").status_code == 400
    body = _get(settings, "incremental/tickets.json?start_time=1&include=metric_sets").json()
    assert body["end_of_stream"]
    told = {t["id"] for t in body["tickets"]}
    assert told == {m["ticket_id"] for m in body["metric_sets"]} == {t["id"] for t in (*KNOWN, *HISTORY)}
    assert _get(settings, "tickets/7.json").status_code == 404


def test_issues_and_milestones(settings: Settings) -> None:
    simulator = settings.simulators["github"]
    headers = {"Authorization": f"Bearer {simulator.key}"}
    base = f"{simulator.base_url}/repos/example/aurastudio"
    bugs = requests.get(f"{base}/issues?state=all&labels=bug&per_page=2", headers=headers, timeout=5)
    assert len(bugs.json()) == 2
    assert 'rel="next"' in bugs.headers["Link"]
    events = requests.get(f"{base}/issues/41/events", headers=headers, timeout=5).json()
    assert [e["event"] for e in events if e["commit_id"]] == ["closed"]
    assert [m["state"] for m in requests.get(f"{base}/milestones", headers=headers, timeout=5).json()] == ["open"] * 2


def test_tickets_as_checks_read_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = settings.simulators["zendesk"]
    monkeypatch.setenv("HELP_DESK_TOKEN", simulator.key)
    described = HelpdeskSettings(url=simulator.base_url, token=Secret("env:HELP_DESK_TOKEN"), canary=CANARY)
    desk = Helpdesk(described, Timeouts())
    since = datetime.now(UTC) - timedelta(hours=24)
    found = {ticket.id: ticket for ticket in desk.tickets(since)}
    assert set(found) == {t["id"] for t in KNOWN if t["hours_ago"] < 24}
    assert found[1019].answered_after == 8
    assert str(desk.canary()).startswith("ticket 1001")
    assert desk.suspended(since) == []
