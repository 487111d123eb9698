"""Since launch nobody had anything of another tenant's, as the rows themselves tell and not the events alone."""

from __future__ import annotations

import secrets as random

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.tenancy.things import Owner, owners
from fixtures.tenancy.trail import Trail
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.api import AuditTrail
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.trespasses import Deed, trespasses

HINT = "See who it was and by which way, and tell those whose data it was"


@verifies("SEI-5.1.1.3.4")
@pytest.mark.timeout(120)
def test_no_event_of_the_audit_trail_crosses_tenants(
    line: Line, target: ProductTarget, api: ApiClient, all_rows: Database
) -> None:
    audit = configured(api.settings.audit, f"{line.product}.api.audit")
    described = configured(audit.trail, f"{line.product}.api.audit.trail")
    trail = Trail(all_rows, configured(target.postgres, f"{line.product}.postgres"), audit.table, described)
    unknown = [f"{n} events are about {kind!r}" for kind, n in trail.kinds().items() if kind not in described.things]
    ring = list(owners(api))
    if len(ring) < 2:
        raise Unobservable("the target has one synthetic tenant alone", "Give identities of at least two, with markers")
    planted = _planted(described, ring[0], ring[1])
    deeds = trail.deeds(planted)
    wrong = trespasses(deeds, described.staff, described.staff_events)
    undetected = [p for p in planted if p.mark not in {d.mark for d in wrong}]
    crossed = [d for d in wrong if not d.mark]
    conclude(
        [
            *(f"{d}. {HINT}" for d in crossed[:10]),
            *(f"{what}, and nothing says whose these are. Add it to api.audit.trail.things" for what in unknown),
            *(f"a planted event is not found: {p}" for p in undetected),
            line.limit("incidents").problem(len(crossed), of=audit.table),
            line.limit("planted_violations").problem(len(planted), of="planted events"),
            line.limit("undetected_plants").problem(len(undetected), of="planted events"),
        ]
    )


def _planted(described: AuditTrail, attacker: Owner, victim: Owner) -> list[Deed]:
    """Return events that never were: one that says what it is, and one that is booked under the attacker alone."""
    kind = next((k for k in described.things if victim.who.extra.get(k)), None)
    if kind is None:
        raise NotConfigured(f"{victim} has no standing thing of a kind in the trail", "Give its id in the extra")
    thing, nonce = victim.who.extra[kind], random.token_hex(6)
    return [
        Deed(f"{nonce}-told", "planted", kind, thing, victim.id, attacker.id, attacker.who.id, ""),
        Deed(f"{nonce}-copied", "planted", kind, thing, attacker.id, attacker.id, attacker.who.id, ""),
    ]
