"""The business has walked through each scenario of this release, on our side and on a client's, and accepted it."""

from __future__ import annotations

from fixtures.attestations import Attestations
from fixtures.attestations.acceptance import Acceptance, scenarios
from fixtures.attestations.contents import changed, contents
from fixtures.documents import Documents
from golive.attestation import Record
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.acceptance import makers, unaccepted
from tests.judges.declarations import shared_keys
from tests.readiness.attested import age_problem, holding, share_problem


@verifies("SEI-2.1.2.4.2")
def test_the_business_accepts_the_release(line: Line, attestations: Attestations, documents: Documents) -> None:
    wanted = list(scenarios(documents.folder / documents.place("acceptance")))
    holding(attestations, line)
    newest: dict[str, Record] = {r.said.role: r for r in reversed(attestations.holding(line.id))}
    given = {role: contents(record, Acceptance, "acceptance") for role, record in newest.items()}
    observed(attestations, "accepted by", {r.said.person: r.said.role for r in newest.values()}, source="record")
    lost = [a.scenario for role, said in given.items() for a in said.accepted if changed(newest[role], a.evidence)]
    blockers = [f"{blocker} ({role})" for role, said in given.items() for blocker in said.blockers]
    inside = makers([r.said.person for r in newest.values()], attestations.records.roles)
    keys = {r.said.person: attestations.records.key(r) for r in newest.values()}
    of = f"{len(wanted)} scenarios"
    problems = [
        share_problem(line.limit("accepted_scenarios"), of, wanted, unaccepted(wanted, given, lost)),
        line.limit("open_blockers").problem(len(blockers), of=attestations, hint="; ".join(blockers)),
        *(age_problem(line.limit("record_age"), record) for record in newest.values()),
        *(f"{person}, who has accepted it, is {role} too: those who made it do not" for person, role in inside.items()),
        *shared_keys(keys),
    ]
    if len({record.said.person for record in newest.values()}) < len(newest):
        problems.append("one person has accepted in two roles")
    conclude([*problems, *(attestations.refused(line.id) if any(problems) else [])])
