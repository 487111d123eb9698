"""The forge and the on-call service: shapes, times that pass, and each fault shows."""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml

from reference.aws.images import image
from reference.settings import Settings

if TYPE_CHECKING:
    from selftest.reference.simulator_server import Control

pytest_plugins = ["selftest.reference.simulator_server"]


class Api:
    def __init__(self, url: str, authorization: str) -> None:
        self.url, self.session = url, requests.Session()
        self.session.headers["Authorization"] = authorization

    def __call__(self, path: str, method: str = "GET", status: int = 200, **how: Any) -> Any:
        answer = self.session.request(method, f"{self.url}{path}", timeout=10, **how)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content


@pytest.fixture
def forge(settings: Settings) -> Api:
    provider = settings.simulators["github"]
    return Api(provider.base_url, f"Bearer {provider.key}")


@pytest.fixture
def duty(settings: Settings) -> Api:
    provider = settings.simulators["pagerduty"]
    api = Api(provider.base_url, f"Token token={provider.key}")
    api.session.headers["From"] = api("/users")["users"][0]["email"]
    return api


# The forge


@pytest.mark.parametrize(("product", "job"), [("aurastudio", "backend-tests"), ("seiketsu", "unit")])
def test_checks_of_the_released_commit(forge: Api, settings: Settings, product: str, job: str) -> None:
    release, repo = settings.products[product].release, f"/repos/example/{product}"
    checks = forge(f"{repo}/commits/{release.commit}/check-runs?per_page=100")["check_runs"]
    required = forge(f"{repo}/branches/main/protection")["required_status_checks"]["contexts"]
    assert {check["conclusion"] for check in checks} == {"success"}
    assert set(required) <= {check["name"] for check in checks}
    assert job in required
    assert forge(f"{repo}/git/ref/tags/v{release.version}")["object"]["sha"] == release.commit
    runs = forge(f"{repo}/actions/runs?head_sha={release.commit}")["workflow_runs"]
    assert {run["status"] for run in runs} == {"completed"}
    assert all(run["run_started_at"] < run["updated_at"] for run in runs)
    assert sum(len(forge(f"{repo}/actions/runs/{run['id']}/jobs?per_page=100")["jobs"]) for run in runs) == len(checks)


def test_images_are_those_of_the_registry(forge: Api, settings: Settings) -> None:
    release = settings.products["seiketsu"].release
    (newest, _) = forge("/repos/example/seiketsu/deployments?environment=production")
    expected = image("seiketsu", "api", release.version, release.commit).digest
    assert newest["sha"] == release.commit
    assert newest["payload"]["images"]["api"] == expected
    run = forge(f"/repos/example/seiketsu/actions/runs?head_sha={release.commit}")["workflow_runs"][0]
    artifact = forge(f"/repos/example/seiketsu/actions/runs/{run['id']}/artifacts")["artifacts"][0]
    packed = forge.session.get(artifact["archive_download_url"], timeout=5).content
    assert json.loads(zipfile.ZipFile(io.BytesIO(packed)).read("digests.json"))["api"] == expected


def test_source_of_the_pipeline_and_reviews(forge: Api, settings: Settings) -> None:
    shown = forge("/repos/example/aurastudio/contents/.github/workflows/ci.yml")
    assert "backend-tests" in yaml.safe_load(base64.b64decode(shown["content"]))["jobs"]
    release = settings.products["aurastudio"].release
    compared = forge(f"/repos/example/aurastudio/compare/v2.0.0...{release.commit}")
    assert compared["ahead_by"] == len(compared["commits"]) == 4
    for commit in compared["commits"]:
        (pull,) = forge(f"/repos/example/aurastudio/commits/{commit['sha']}/pulls")
        reviews = forge(f"/repos/example/aurastudio/pulls/{pull['number']}/reviews")
        reviewers = {review["user"]["login"] for review in reviews if review["state"] == "APPROVED"}
        assert len(reviewers - {pull["user"]["login"]}) == 2
    first = forge.session.get(f"{forge.url}/repos/example/aurastudio/commits?per_page=2", timeout=5)
    assert len(first.json()) == 2
    assert 'rel="next"' in first.headers["link"]
    forge("/repos/example/unknown", status=404)
    forge("/repos/example/aurastudio/commits/deadbeef", status=422)


def test_forge_faults(forge: Api, control: Control, settings: Settings) -> None:
    repo, commit = "/repos/example/aurastudio", settings.products["aurastudio"].release.commit
    control.break_("github", conclusions={"security-scan": "failure"}, attempts={"backend-tests": 4})
    checks = {
        check["name"]: check["conclusion"] for check in forge(f"{repo}/commits/{commit}/check-runs")["check_runs"]
    }
    assert checks["security-scan"] == "failure"
    assert checks["backend-tests"] == "success"
    every = forge(f"{repo}/commits/{commit}/check-runs?filter=all")["check_runs"]
    assert [c["conclusion"] for c in every if c["name"] == "backend-tests"].count("failure") == 3
    assert (
        forge(f"{repo}/actions/workflows/ci.yml/runs?head_sha={commit}")["workflow_runs"][0]["conclusion"] == "failure"
    )
    control.heal()
    control.break_("github", tested_commit="parent", deployed_commit="parent", commits_ahead=3, unprotected=True)
    assert forge(f"{repo}/commits/{commit}/check-runs")["total_count"] == 0
    assert forge(f"{repo}/deployments")[0]["sha"] != commit
    assert forge(f"{repo}/branches/main")["commit"]["sha"] != commit
    forge(f"{repo}/branches/main/protection", status=404)
    control.heal()
    control.break_(
        "github", files={".github/workflows/ci.yml": None}, own_approval=True, digests={"api": "sha256:other"}
    )
    forge(f"{repo}/contents/.github/workflows/ci.yml", status=404)
    assert forge(f"{repo}/deployments")[0]["payload"]["images"]["api"] == "sha256:other"
    control.heal()
    control.break_("github", revoked=True)
    assert forge("/rate_limit", status=401)["message"] == "Bad credentials"


# On-call


def test_two_different_people_are_on_call_every_minute(duty: Api) -> None:
    now = datetime.now(UTC)
    span = {"since": now.isoformat(), "until": (now + timedelta(days=14)).isoformat()}
    policies = duty("/escalation_policies")["escalation_policies"]
    assert len(policies) == 6
    for policy in policies:
        primary, secondary, manager = (rule["targets"][0] for rule in policy["escalation_rules"])
        covered = [
            duty(f"/schedules/{level['id']}", params=span)["schedule"]["final_schedule"]
            for level in (primary, secondary)
        ]
        assert [final["rendered_coverage_percentage"] for final in covered] == [100, 100]
        for one, other in zip(*(final["rendered_schedule_entries"] for final in covered), strict=True):
            assert (one["start"], one["end"]) == (other["start"], other["end"])
            assert one["user"]["id"] != other["user"]["id"]
        entries = duty("/oncalls", params={"escalation_policy_ids[]": policy["id"], "limit": 100})["oncalls"]
        assert [entry["escalation_level"] for entry in entries] == [1, 2, 3]
        assert entries[2]["user"]["id"] == manager["id"]
        assert entries[2]["end"] is None


def test_an_incident_is_acknowledged_by_who_is_on_call(duty: Api, control: Control) -> None:
    control.break_("pagerduty", acknowledge_seconds=0.3)
    service = next(s for s in duty("/services")["services"] if s["name"] == "AuraStudio production")
    asked = {
        "incident": {
            "type": "incident",
            "title": "Test page",
            "urgency": "low",
            "service": {"id": service["id"], "type": "service_reference"},
        }
    }
    made = duty("/incidents", "POST", 201, json=asked)["incident"]
    (first,) = duty(
        "/oncalls", params={"escalation_policy_ids[]": service["escalation_policy"]["id"], "escalation_levels[]": 1}
    )["oncalls"]
    assert made["status"] == "triggered"
    assert made["assignments"][0]["assignee"]["id"] == first["user"]["id"]
    time.sleep(0.4)
    seen = duty(f"/incidents/{made['id']}")["incident"]
    assert seen["status"] == "acknowledged"
    assert seen["acknowledgements"][0]["acknowledger"]["id"] == first["user"]["id"]
    duty(f"/incidents/{made['id']}", "PUT", json={"incident": {"type": "incident_reference", "status": "resolved"}})
    log = duty(f"/incidents/{made['id']}/log_entries")["log_entries"]
    assert [entry["type"].removesuffix("_log_entry") for entry in reversed(log)] == [
        "trigger",
        "assign",
        "notify",
        "acknowledge",
        "resolve",
    ]


def test_nobody_answers_and_the_next_level_is_asked(duty: Api, control: Control) -> None:
    control.break_("pagerduty", acknowledge_seconds=0, unresponsive=["level 1"], escalation_minutes=0.005)
    service = duty("/services")["services"][0]
    made = duty("/incidents", "POST", 201, json={"incident": {"title": "Page", "service": {"id": service["id"]}}})[
        "incident"
    ]
    time.sleep(0.5)
    kinds = [e["type"] for e in duty(f"/incidents/{made['id']}/log_entries")["log_entries"]]
    assert "escalate_log_entry" in kinds
    assert kinds[0] == "acknowledge_log_entry"


def test_alarms_reach_the_service_and_maintenance_swallows_them(duty: Api, control: Control) -> None:
    from reference.simulators.pagerduty_roster import Roster

    service = Roster.of(["aurastudio"]).services[0]
    url = f"/integration/{service.routing_key}/enqueue"

    def send(name: str, state: str) -> None:
        alarm = {"AlarmName": name, "AlarmArn": f"arn:{name}", "NewStateValue": state}
        duty(url, "POST", 202, json={"Type": "Notification", "Message": json.dumps(alarm)})

    def found(name: str) -> list[dict[str, Any]]:
        return list(duty("/incidents", params={"incident_key": f"arn:{name}"})["incidents"])

    send("errors-high", "ALARM")
    send("errors-high", "ALARM")
    assert [incident["title"] for incident in found("errors-high")] == ["errors-high"]
    send("errors-high", "OK")
    assert found("errors-high")[0]["status"] == "resolved"
    assert not duty("/maintenance_windows?filter=ongoing")["maintenance_windows"]
    control.break_("pagerduty", maintenance=[{"name": "AuraStudio", "start_hours": -1, "end_hours": 2}])
    assert len(duty("/maintenance_windows?filter=ongoing")["maintenance_windows"]) == 1
    send("swallowed", "ALARM")
    assert found("swallowed") == []
    assert duty(f"/services/{service.id}")["service"]["status"] == "maintenance"


def test_on_call_faults(duty: Api, control: Control) -> None:
    schedules = duty("/schedules?limit=100")["schedules"]
    primary = next(s for s in schedules if s["name"] == "AuraStudio on call")
    secondary = next(s for s in schedules if s["name"] == "AuraStudio on call, secondary")

    def final(schedule: dict[str, Any]) -> dict[str, Any]:
        return dict(duty(f"/schedules/{schedule['id']}")["schedule"]["final_schedule"])

    control.break_("pagerduty", gaps=[{"name": "AuraStudio on call", "start_hours": 24, "end_hours": 26}])
    assert final(primary)["rendered_coverage_percentage"] < 100
    control.heal()
    control.break_(
        "pagerduty", same_person=True, without_contact=["Mira Okafor"], removed_people=["Priya Raman"], levels=1
    )
    assert [e["user"]["id"] for e in final(primary)["rendered_schedule_entries"]] == [
        e["user"]["id"] for e in final(secondary)["rendered_schedule_entries"]
    ]
    people = {person["name"]: person for person in duty("/users?limit=100")["users"]}
    assert "Priya Raman" not in people
    assert duty(f"/users/{people['Mira Okafor']['id']}/contact_methods")["contact_methods"] == []
    assert {len(p["escalation_rules"]) for p in duty("/escalation_policies")["escalation_policies"]} == {1}
    control.heal()
    control.break_("pagerduty", open_incidents=[{"service": "Seiketsu", "title": "Still open"}])
    titles = [
        i["title"] for i in duty("/incidents", params={"statuses[]": "triggered", "urgencies[]": "high"})["incidents"]
    ]
    assert "Still open" in titles
    control.heal()
    control.break_("pagerduty", status=429, retry_after=3)
    assert duty.session.get(f"{duty.url}/users", timeout=5).headers["retry-after"] == "3"
