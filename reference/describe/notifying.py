"""The rollback's step that tells people: a script that pages, and writes to the channels of incidents and of leads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.simulators import slack
from reference.simulators.pagerduty_roster import Roster

if TYPE_CHECKING:
    from reference.settings import Settings

STEP = "# Tell people\n"
"""Stands above the step in the script."""
_SCRIPT = """\
import json
import sys
import urllib.request

version, reason = sys.argv[1:3]
said = f"Rollback of {version}: {reason}"


def send(url, body):
    sent = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(sent, timeout=10).close()


"""


def script(settings: Settings, product: str) -> Path:
    """Where the script is."""
    return settings.part_folder(f"{product}-rollback-notice.py")


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    """Write the script and name it."""
    if "notify" not in section.get("rollback", {}):
        return
    service = next(s for s in Roster.of([product]).services if s.product == product)
    url = f"{settings.simulators['pagerduty'].base_url}/v2/enqueue"
    payload = {"source": "rollback", "severity": "critical"}
    body = {"routing_key": service.routing_key, "event_action": "trigger", "payload": payload}
    lines = [f"page = {body!r}", 'page["payload"]["summary"] = said', f"send({url!r}, page)"]
    lines += [
        f'send({slack.webhook(settings, product, channel)!r}, {{"text": said}})'
        for channel in (slack.INCIDENTS, slack.LEADS)
    ]
    path = script(settings, product)
    path.write_text(_SCRIPT + STEP + "\n".join(lines) + "\n")
    path.chmod(0o600)
    section["rollback"]["notify"] = [sys.executable, str(path), "{version}", "{reason}"]
