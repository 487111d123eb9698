"""The simulators of mass mail, a status page, a survey and a help desk's staff, read as checks read real ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

from fixtures.helpdesk import Helpdesk
from fixtures.helpdesk.handling import handling
from fixtures.helpdesk.staff import Staff
from fixtures.pages.mailing import Mailing
from fixtures.pages.status import StatusPage
from fixtures.pages.survey import Survey
from golive.secrets import Secret
from golive.target.load import Timeouts
from golive.target.people import Helpdesk as HelpdeskSettings
from golive.target.people import Mailing as MailingSettings
from golive.target.people import StatusPage as StatusSettings
from golive.target.people import Survey as SurveySettings
from golive.verdict import Unobservable
from reference.settings import Settings
from reference.simulators.mailchimp import OPTED_OUT
from reference.simulators.typeform import FORM
from reference.simulators.zendesk_staff import AGENTS, ENGINEERING
from tests.judges.announcing import announced

pytest_plugins = ["selftest.reference.simulator_server"]


def _mailing(settings: Settings, monkeypatch: pytest.MonkeyPatch, token: str | None = None) -> Mailing:
    simulator = settings.simulators["mailchimp"]
    monkeypatch.setenv("MAIL_TOKEN", token or simulator.key)
    described = MailingSettings(url=simulator.base_url, token=Secret("env:MAIL_TOKEN"), contacts="select 1")
    return Mailing(described, Timeouts())


def test_campaigns_and_whom_they_went_to(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = _mailing(settings, monkeypatch)
    cutover, survey = mailing.campaign("cutover"), mailing.campaign("survey")
    assert cutover is not None
    assert survey is not None
    assert cutover.sent is not None
    assert datetime.now(UTC) - cutover.sent > timedelta(days=5)
    assert mailing.campaign("newsletter") is None
    people = mailing.recipients(cutover)
    assert people == mailing.recipients(survey)
    assert all(people.values())
    assert mailing.opted_out(survey) == {OPTED_OUT}
    assert len(announced(mailing.text(cutover))) == 2
    with pytest.raises(Unobservable, match="GET campaigns answered 401"):
        _mailing(settings, monkeypatch, "nobody").campaign("cutover")


def test_a_status_page_tells_of_maintenance(settings: Settings) -> None:
    page = StatusPage(StatusSettings(url=settings.simulators["statuspage"].base_url, components=["API"]), Timeouts())
    (work,) = page.maintenances()
    assert work.start < work.end
    assert "API" in work.components


def test_a_survey_keeps_answers_until_they_are_taken_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = settings.simulators["typeform"]
    monkeypatch.setenv("SURVEY_TOKEN", simulator.key)
    described = SurveySettings(
        submit=f"{simulator.base_url}/forms/{FORM}/answers", body={"score": 9, "why": "{text}"}, form=FORM,
        url=simulator.base_url, token=Secret("env:SURVEY_TOKEN"),
    )  # fmt: skip
    survey = Survey(described, Timeouts(), None)
    answer = {"score": 9, "why": "well enough"}
    assert requests.post(described.submit, json=answer, timeout=5).status_code == described.status
    assert requests.post(described.submit, json={"score": 9}, timeout=5).status_code == 400
    (found,) = survey.with_text("well enough")
    url = f"{simulator.base_url}/forms/{FORM}/responses"
    headers = {"Authorization": f"Bearer {simulator.key}"}
    assert requests.delete(url, params={"included_response_ids": found}, headers=headers, timeout=5).ok
    assert survey.with_text("well enough") == []


def test_a_request_is_routed_answered_and_timed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = settings.simulators["zendesk"]
    monkeypatch.setenv("DESK_TOKEN", simulator.key)
    desk = Helpdesk(HelpdeskSettings(url=simulator.base_url, token=Secret("env:DESK_TOKEN")), Timeouts())
    staff = Staff(desk)
    assert len(list(staff.agents())) == len(AGENTS) == staff.members(ENGINEERING)
    assert staff.schedules()[0].open_at(datetime.now(UTC))
    body = {"requester": {"name": "A", "email": "a@example.com"}, "subject": "An amount on my invoice looks wrong"}
    request = {"request": body | {"comment": {"body": "Which is right?"}}}
    made = requests.post(f"{simulator.base_url}/seiketsu/api/v2/requests.json", json=request, timeout=5)
    assert made.status_code == 201
    (ticket,) = desk.with_subject("looks wrong")
    found = handling(desk, ticket)
    assert staff.groups()[found.group or 0] == "Seiketsu billing"
    assert found.due_after is not None
    assert 14 <= found.due_after <= 16
