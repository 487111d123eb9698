"""The simulators of the chat and of the help centre, read as checks read real ones."""

from __future__ import annotations

import pytest
import requests

from fixtures.oncall.chat import Chat, Message
from fixtures.pages.help_centre import HelpCentre
from fixtures.pages.library import Library
from golive.secrets import Secret
from golive.target.load import Timeouts
from golive.target.people import Chat as ChatSettings
from golive.target.people import Pages
from golive.verdict import Unobservable
from reference.settings import Settings
from reference.simulators.slack import INCIDENTS, LEADS, slack_id, webhook
from reference.simulators.zendesk_guide import LOCALE
from selftest.reference.simulator_server import Control

pytest_plugins = ["selftest.reference.simulator_server"]


def _chat(settings: Settings, monkeypatch: pytest.MonkeyPatch, token: str | None = None) -> Chat:
    simulator = settings.simulators["slack"]
    monkeypatch.setenv("CHAT_TOKEN", token or simulator.key)
    monkeypatch.setenv("CHAT_WEBHOOK", webhook(settings, "aurastudio", INCIDENTS))
    described = ChatSettings(
        url=simulator.base_url, token=Secret("env:CHAT_TOKEN"), webhook=Secret("env:CHAT_WEBHOOK"),
        incidents=slack_id("C", "aurastudio", INCIDENTS), managers=slack_id("C", "aurastudio", LEADS),
    )  # fmt: skip
    return Chat(described, Timeouts())


def test_who_is_in_a_channel(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = _chat(settings, monkeypatch)
    channel = chat.settings.incidents
    assert chat.name(channel) == "aurastudio-incidents"
    assert chat.absent(channel, ["mira.okafor@aurastudio.example", "nobody@aurastudio.example"]) == [
        "nobody@aurastudio.example"
    ]
    with pytest.raises(AssertionError, match="has no channel C0"):
        chat.name("C0")


def test_a_refusal_is_no_empty_channel(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unobservable, match=r"refuses conversations\.members: invalid_auth"):
        _chat(settings, monkeypatch, "nobody").members("C0")


def test_a_webhook_posts_and_its_message_is_taken_away(settings: Settings) -> None:
    simulator, address = settings.simulators["slack"], webhook(settings, "aurastudio", LEADS)
    headers = {"Authorization": f"Bearer {simulator.key}"}
    channel = slack_id("C", "aurastudio", LEADS)
    assert requests.post(address, json={"text": "hello"}, timeout=5).text == "ok"
    assert requests.post(f"{address}x", json={"text": "hello"}, timeout=5).status_code == 404
    query = {"channel": channel}
    base = f"{simulator.base_url}/api"
    (found,) = requests.get(f"{base}/conversations.history", params=query, headers=headers, timeout=5).json()[
        "messages"
    ]
    taken = Message(channel, found["ts"], found["text"])
    body = {"channel": taken.channel, "ts": taken.stamp}
    for ok in (True, False):
        assert requests.post(f"{base}/chat.delete", json=body, headers=headers, timeout=5).json()["ok"] is ok


def test_a_help_centre_is_read_and_searched(settings: Settings) -> None:
    home = f"{settings.simulators['zendesk'].base_url}/aurastudio/hc/{LOCALE}"
    pages = Pages(urls={"help": home}, search=f"{home}/search?query={{query}}")
    centre = HelpCentre(Library(pages, None, Timeouts(), "aurastudio"))
    found = centre.articles()
    assert len(found) >= 15
    assert all(not page.absent for page in found.values())
    assert centre.first_hit("forgot my password").title == "Reset your password"
    assert centre.first_hit("zzz").title == ""


def test_what_is_broken_is_broken_for_one_brand(settings: Settings, control: Control) -> None:
    base = settings.simulators["zendesk"].base_url
    control.break_("zendesk", empty_index=["aurastudio"], status=503, match="/aurastudio/hc/en-us$")
    try:
        found = {
            brand: requests.get(f"{base}/{brand}/hc/{LOCALE}/search", params={"query": "voice"}, timeout=5).text
            for brand in ("aurastudio", "seiketsu")
        }
        states = [requests.get(f"{base}/{b}/hc/{LOCALE}", timeout=5).status_code for b in found]
    finally:
        control.heal()
    assert "0 results" in found["aurastudio"]
    assert "0 results" not in found["seiketsu"]
    assert states == [503, 200]
