"""Runbooks and plans, of made-up documents."""

from __future__ import annotations

import pytest

from fixtures.documents.duties import acknowledge_times, minutes
from fixtures.documents.markdown import read
from fixtures.documents.parts import empty, entries, part, reviewed, slug
from tests.judges.documents import (
    TEMPLATE,
    about,
    anchored,
    headings,
    holders,
    incident_problems,
    newest_exercise,
    objective,
    post_mortem_problems,
    rollback_problems,
    scenario_problems,
    scripts,
    unknown,
)

ENTRY = """# Runbook

## Queue grows

Symptoms: jobs wait for minutes.

Diagnosis: no worker takes them, see `aws ecs describe-services --cluster main --services worker`.

### Resolution

1. Start the workers anew.

**Escalation**: the second line, after ten minutes.
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("", "", ""),
        ("Symptoms: jobs wait for minutes.", "", "symptoms is missing"),
        ("jobs wait for minutes", "TODO", "symptoms"),
        ("`aws ecs describe-services --cluster main --services worker`", "the console", "has no command"),
    ],
)
def test_entries_of_a_runbook(old: str, new: str, words: str) -> None:
    (section,) = entries(read(ENTRY.replace(old, new) if old else ENTRY))
    found = "\n".join(incident_problems(section))
    assert words in found
    assert bool(found) == bool(words)


def test_names_that_are_not_there() -> None:
    section = read(ENTRY)
    assert unknown("r.md", [section], {"cluster": {"main"}, "service": {"worker"}}) == []
    assert "cluster main of r.md is not there" in unknown("r.md", [section], {"service": {"worker"}})[0]
    assert scripts(read("`./ops/roll.sh back` and `python -m x`")) == ["ops/roll.sh"]


@pytest.mark.parametrize(
    ("text", "says_nothing"),
    [("restart the thing", False), ("TBD", True), ("", True), ("Lorem ipsum dolor sit amet", True), ("-", True)],
)
def test_filler(text: str, says_nothing: bool) -> None:
    assert bool(empty(text)) == says_nothing


def test_dates_and_anchors() -> None:
    assert str(reviewed(read("Reviewed: 2026-01-02 by Ada\n\nLast review on 2026-03-04."))) == "2026-03-04"
    assert reviewed(read("Reviewed last spring")) is None
    assert slug("What to do: API (5xx)") == "what-to-do-api-5xx"
    section = anchored(read(ENTRY), "queue-grows")
    assert section is not None
    assert anchored(read(ENTRY), "queue") is None
    assert about(section, "prod-queue-grows", None) is False
    assert about(section, "x", "jobs") is True
    assert part(list(section.walk()), ("escal",)) == "the second line, after ten minutes."


def test_spans_of_time() -> None:
    assert [minutes(t) for t in ("5 min", "2 hours", "90 s", "30 seconds", "soon")] == [5, 120, 1.5, 0.5, None]
    table = read("| severity | acknowledge |\n|---|---|\n| 1 | 5 min |\n| 2 | 1 h |")
    assert acknowledge_times(table) == {"1": 5, "2": 60}


PLAN = """# Plan

RPO: 10 minutes, RTO: 4 hours.

## Loss of the database

1. Restore. Owner: Ada.

## Region is lost

1. Move. Owner: Ben.

## A provider fails

1. Switch. Owner: Ada.

## A key was stolen

1. Take it back. Owner: Cleo.
"""


def test_disaster_plans() -> None:
    plan = read(PLAN)
    assert (objective(plan, "RPO"), objective(plan, "RTO"), objective(plan, "MTTR")) == (10, 240, None)
    assert scenario_problems(plan) == ([], [])
    missing, _ = scenario_problems(read(PLAN.replace("Region is lost", "Storm")))
    assert missing == ["loss of the region"]
    _, problems = scenario_problems(read(PLAN.replace("Restore. Owner: Ada.", "Restore.")))
    assert "step without an owner" in problems[0]


def test_rollback_guides() -> None:
    guide = "# G\n\n## When\n\nErrors above one percent.\n" + "".join(
        f"\n## {name}\n\nOwner: primary on call. Takes 5 minutes.\n\n1. `deploy {name} back`\n"
        for name in ("Frontend", "API", "Database")
    )
    assert rollback_problems(read(guide)) == []
    assert "there is no part on the database" in rollback_problems(read(guide.replace("## Database", "## Rest")))
    assert any("has no command" in p for p in rollback_problems(read(guide.replace("`deploy API back`", "deploy"))))
    assert any("no criteria" in p for p in rollback_problems(read(guide.replace("## When", "## Else"))))


MORTEM = "# M\n" + "".join(f"\n## {word}\n\nSome words here.\n" for word in TEMPLATE if word != "actions") + (
    "\n## Actions\n\n| action | owner | due |\n|---|---|---|\n| mend | Ada | 2026-12-01 |\n"
)  # fmt: skip


def test_post_mortems() -> None:
    assert set(headings(read(MORTEM), TEMPLATE)) == set(TEMPLATE)
    assert post_mortem_problems("m.md", read(MORTEM)) == []
    assert "m.md has no detection" in post_mortem_problems("m.md", read(MORTEM.replace("## detection", "## x")))
    assert any("no owner" in p for p in post_mortem_problems("m.md", read(MORTEM.replace("| Ada |", "| |"))))
    assert any("no table" in p for p in post_mortem_problems("m.md", read(MORTEM.split("| action")[0])))


def test_incident_plans() -> None:
    plan = read(
        "# P\n\n## Roles\n\n| role | held by |\n|---|---|\n| Commander | Ada |\n\n## Exercises\n\n"
        "| date | outcome |\n|---|---|\n| 2026-01-02 | done |\n| 2026-05-02 | |\n"
    )
    assert holders(plan) == {"Commander": "Ada"}
    found = newest_exercise(plan)
    assert found is not None
    assert str(found[0]) == "2026-01-02"
    assert newest_exercise(read("# P")) is None
