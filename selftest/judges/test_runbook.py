"""A runbook that is whole, of made-up entries."""

from __future__ import annotations

import pytest

from fixtures.documents.markdown import read
from fixtures.documents.parts import entries
from tests.judges.runbook import entry_problems, own_names, service_problems

ENTRY = """# Runbook

## Services

| Service | Contact |
|---|---|
| api | The first line |

## queue-long

Symptoms: jobs wait for minutes.

Diagnosis: no worker takes them, see `aws ecs describe-services --cluster main --services worker`.

Resolution: start the workers anew.

Escalation: after ten minutes to `The second line`.

Rollback: when the release made it.
"""
CONTACTS = {"The first line", "The second line"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("", "", ""),
        ("Rollback: when the release made it.", "", "rollback is missing"),
        ("`The second line`", "`The night shift`", "escalates to nobody"),
        ("queue-long", "disk-full", "is about something else"),
        ("start the workers anew", "TBD", "resolution says only 'TBD'"),
    ],
)
def test_what_an_entry_lacks(old: str, new: str, words: str) -> None:
    section = entries(read(ENTRY.replace(old, new) if old else ENTRY))[1]
    found = "\n".join(entry_problems("r.md", section, ["queue-long", None], CONTACTS))
    assert words in found
    assert bool(found) == bool(words)


def test_services_and_who_knows_them() -> None:
    document = read(ENTRY)
    assert service_problems("r.md", document, ["api"], CONTACTS) == []
    assert "no row for the service worker" in service_problems("r.md", document, ["api", "worker"], CONTACTS)[0]
    assert "the contact of api is The first line" in service_problems("r.md", document, ["api"], {"Nobody"})[0]


def test_names_without_what_all_begin_with() -> None:
    assert own_names(["shop-live-api", "shop-live-queue"]) == {"shop-live-api": "api", "shop-live-queue": "queue"}
    assert own_names(["shop-live-api"]) == {"shop-live-api": "shop-live-api"}
