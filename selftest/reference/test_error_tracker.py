"""The error tracker's simulator takes what the official SDK sends, and gives it back by its web API."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
import sentry_sdk

from reference.environment import sentry_dsn
from reference.settings import Settings

pytest_plugins = ["selftest.reference.simulator_server"]


def _events(settings: Settings, token: str, **query: str) -> requests.Response:
    url = f"{settings.simulators['sentry'].base_url}/api/0/projects/example/aurastudio/events/"
    return requests.get(url, params=query, headers={"Authorization": f"Bearer {token}"}, timeout=5)


@pytest.fixture
def sent(settings: Settings) -> str:
    """An exception, sent by the SDK; its marker."""
    marker = f"marker-{time.time_ns()}"
    client = sentry_sdk.Client(
        dsn=sentry_dsn(settings, "aurastudio"), release="aurastudio@2", environment="production",
        default_integrations=False,
    )  # fmt: skip
    with sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        try:
            raise LookupError(marker)
        except LookupError as error:
            scope.capture_exception(error)
    client.close(timeout=10)
    return marker


def test_what_the_sdk_sends_is_found(settings: Settings, sent: str) -> None:
    start = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    found = _events(settings, settings.simulators["sentry"].key, start=start).json()
    event = next(e for e in found if sent in e["title"])
    tags = {tag["key"]: tag["value"] for tag in event["tags"]}
    assert event["title"] == f"LookupError: {sent}"
    assert (tags["environment"], tags["release"], tags["level"]) == ("production", "aurastudio@2", "error")


def test_who_has_no_token_sees_nothing_and_who_has_no_key_sends_nothing(settings: Settings) -> None:
    assert _events(settings, "nobody").status_code == 401
    url = f"{settings.simulators['sentry'].base_url}/api/1/store/"
    assert requests.post(url, json={"event_id": "1"}, timeout=5).status_code == 403


def test_the_weeks_before_are_paged(settings: Settings) -> None:
    first = _events(settings, settings.simulators["sentry"].key)
    assert len(first.json()) == 100
    assert 'results="true"; cursor="0:100:0"' in first.headers["Link"]
