"""The entry of the runbook that an alarm's description leads to."""

from __future__ import annotations

import re

from fixtures.aws.account import Account
from fixtures.aws.alarms import Alarm, all_alarms
from fixtures.documents import Documents, Section
from golive.observation import Found
from tests.judges.documents import anchored

LINK = re.compile(r"https?://[^\s\"'<>)]+")


def telling_alarms(aws: Account) -> Found[Alarm]:
    """The alarms that tell somebody: those with a topic among their actions. Raises Unobservable."""
    found = [
        Alarm(aws, n) for n, raw in all_alarms(aws).items() if any(":sns:" in a for a in raw.get("AlarmActions", []))
    ]
    remedy = "Declare alarms that tell somebody"
    return Found("alarms that tell somebody", found, source="cloudwatch:DescribeAlarms", remedy=remedy)


def linked_entries(documents: Documents, alarm: Alarm) -> list[tuple[str, Section] | str]:
    """Return for each link of the alarm's description the file and the section that it leads to, or why to none.

    Raises Unobservable.
    """
    found: list[tuple[str, Section] | str] = []
    for address in LINK.findall(str(alarm.raw.get("AlarmDescription") or "")):
        page, _, anchor = address.rstrip(".,;").partition("#")
        known = documents.published(page)
        if known is None:
            found.append(f"{alarm}: nothing of the checkout is published at {page}")
            continue
        file, document = known
        section = anchored(document, anchor) if document and anchor else None
        missing = f"{alarm}: {file} has no section #{anchor}, so its link leads nowhere"
        found.append((file, section) if section is not None else missing)
    return found
