"""Each of those on call says, with a key of their own, that they can run the system, and has tried it out."""

from __future__ import annotations

import re

from fixtures.attestations import Attestations
from fixtures.attestations.contents import changed, contents
from fixtures.attestations.declaration import Declaration
from fixtures.oncall import Desk
from fixtures.oncall.duty import on_duty
from golive import clock
from golive.attestation import Record
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.declarations import declaration_problem, shared_keys
from tests.readiness.attested import age_problem, share_problem

ROTATION_DAYS = 30
_LEADS = re.compile(r"\b(lead|manager|head)\b", re.IGNORECASE)


@verifies("AURA-13.3.2")
def test_the_team_declares_itself_ready(line: Line, attestations: Attestations, oncall: Desk) -> None:
    team = on_duty(oncall, ROTATION_DAYS)
    holding: dict[str, Record] = {r.said.person.lower(): r for r in reversed(attestations.holding(line.id))}
    refused = attestations.refused(line.id)
    age = line.limit("record_age")
    assert isinstance(age.value, (int, float))
    lacking = {}
    problems: list[str | None] = []
    for person in team:
        record = holding.get(person)
        if record is None:
            lacking[person] = "has no record that holds"
            continue
        said = contents(record, Declaration, "declaration")
        if why := declaration_problem(said, clock.now(), age.value):
            lacking[person] = why
        problems.append(age_problem(age, record))
        problems += [f"{record}: {why}" for r in said.rehearsal if (why := changed(record, r.evidence))]
    keys = {person: attestations.records.key(record) for person, record in holding.items() if person in team}
    observed(attestations, "keys", keys, source="ssh-keygen -Y check-novalidate")
    problems += shared_keys(keys)
    if not any(_LEADS.search(record.said.role) for record in holding.values()):
        problems.append(f"nobody who leads the team has declared it ready in {attestations}")
    share = share_problem(line.limit("declared"), f"{attestations}, of {len(team)} people on call", team, lacking)
    conclude([share, *problems, *(refused if lacking and attestations.records.of(line.id) else [])])
