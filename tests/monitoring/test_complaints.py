"""What customers complain about is seen, answered and ended; what the public says is watched by who may act."""

from __future__ import annotations

from datetime import timedelta

from fixtures.attestations import Attestations
from fixtures.attestations.contents import contents
from fixtures.attestations.watch import Watch
from fixtures.helpdesk import Helpdesk
from fixtures.oncall import Desk
from golive import clock
from golive.catalogue import Line
from golive.catalogue.limit import Limit
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from tests.judges.complaints import critical, denied, hours_to_answer, undecided, unsettled, untriaged
from tests.readiness.attested import UNITS, age_problem, holding

SHOWN = 5


@verifies("SEI-3.2.1.2.1")
def test_no_critical_complaint_is_open(line: Line, target: ProductTarget, helpdesk: Helpdesk) -> None:
    now, deployed = clock.now(), deployed_at(target.release, line.product)
    canary = helpdesk.canary()
    line.limit("canary_tickets").require(
        int(canary is not None),
        of=helpdesk,
        hint="Its own ticket is not seen: nothing that is not seen counts as absent",
    )
    settings = helpdesk.settings
    tickets = [*helpdesk.tickets(deployed), *helpdesk.suspended(deployed)]
    grave = {t: why for t in tickets if (why := critical(t, settings.critical_tags, settings.alarming))}
    open_ = [f"{t} {why} and {left}" for t, why in grave.items() if (left := unsettled(t))]
    triage = line.limit("triage_time")
    assert isinstance(triage.value, (int, float))
    waiting = [str(t) for t in tickets if untriaged(t, now, triage.value)]
    since = f"{helpdesk}, since {deployed:%d %b %H:%M}Z"
    conclude(
        [
            line.limit("open_critical_tickets").problem(len(open_), of=since, hint="; ".join(open_[:SHOWN])),
            line.limit("untriaged_tickets").problem(len(waiting), of=since, hint="; ".join(waiting[:SHOWN])),
            *(line.limit("first_response").problem(hours_to_answer(ticket, now), of=ticket) for ticket in grave),
        ]
    )


@verifies("SEI-4.1.2.1.3")
def test_public_criticism_is_watched(
    line: Line, target: ProductTarget, attestations: Attestations, helpdesk: Helpdesk, oncall: Desk
) -> None:
    now, deployed = clock.now(), deployed_at(target.release, line.product)
    record = holding(attestations, line)
    watch = contents(record, Watch, "watch")
    observed(record, "watched", [s.name for s in watch.source], source="record")
    tickets = helpdesk.tagged(deployed, helpdesk.settings.press_tags)
    first = line.limit("first_days")
    assert isinstance(first.value, (int, float))
    young = (now - deployed) / timedelta(hours=1) <= first.value
    people = {str(user.get("email", "")).lower() for user in oncall.list("users")}
    observed(oncall, record.said.person, record.said.person.lower() in people, source="GET /users")
    seen = [ticket for ticket in tickets if ticket.created <= record.said.date]
    most = _span(line.limit("decision"))
    problems = [
        age_problem(line.limit("first_days_entry_age" if young else "entry_age"), record),
        *(f"{record}: {why}" for why in [denied(watch, seen)] if why),
        *(f"{record}: {why}, want within {line.limit('decision')}" for why in undecided(watch, tickets, now, most)),
    ]
    if record.said.person.lower() not in people:
        problems.append(f"{record}: {record.said.person} is no user of {oncall} (any more), and can call nobody")
    conclude(problems)


def _span(limit: Limit) -> timedelta:
    assert isinstance(limit.value, (int, float))
    span: timedelta = limit.value * UNITS[str(limit.unit)]
    return span
