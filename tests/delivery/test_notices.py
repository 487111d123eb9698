"""Who was hit by an incident was told of it: they, nobody else, and of nobody else."""

from __future__ import annotations

from datetime import timedelta

from fixtures.helpdesk import Helpdesk
from fixtures.helpdesk.notices import KEY, Notices, affected, known
from fixtures.oncall.history import Page, pages
from fixtures.oncall.pagerduty import Desk
from fixtures.postgres import Database
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import Target
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges import notices as judge

BACK, HOUR, MINUTE = timedelta(days=30), timedelta(hours=1), timedelta(minutes=1)
"""What mails said is kept by the provider for thirty days."""


@verifies("SEI-4.2.1.3.2")
def test_affected_clients_and_only_those_were_told(
    line: Line, whole_target: Target, helpdesk: Helpdesk, oncall: Desk, all_rows: Database
) -> None:
    settings = configured(helpdesk.settings.notices, f"{line.product}.helpdesk.notices")
    mail, now = Notices(settings, whole_target.timeouts), clock.now()
    incident, hit = _newest(oncall, all_rows, mail)
    assert incident.ended is not None
    sent = mail.between(incident.created, incident.ended + settings.settled * HOUR)
    assert sent, f"{len(hit)} tenants were hit by the {incident}, and no mail was sent to anybody"
    contacts, words = known(all_rows, settings)
    told = judge.told(hit, contacts, sent)
    leaks = [each for notice in sent for each in judge.leaks(notice, contacts, words)]
    calls = [t for t in helpdesk.tickets(min(incident.created, now - HOUR)) if settings.call_tag in t.tags]
    uncalled = [n for n in sent if not n.delivered and not any(n.email in f"{t.subject}\n{t.text}" for t in calls)]
    conclude(
        [
            line.limit("recipient_differences").problem(
                len(told.untold) + len(told.strangers), of=f"the {incident}, which hit {len(hit)} tenants",
                hint=f"Not told: {_short(told.untold)}; told and not hit: {_short(told.strangers)}",
            ),
            line.limit("foreign_content").problem(len(leaks), of=f"{len(sent)} mails", hint="; ".join(leaks[:5])),
            line.limit("delivered").problem(
                round(100 * (len(hit) - len(told.unreached)) / len(hit), 1), of=f"{len(hit)} tenants that were hit",
                hint=f"No mail came to {_short(told.unreached)}",
            ),
            line.limit("delay").problem(
                round(max((n.at - incident.created) / MINUTE for n in sent), 1), of=f"the last mail on the {incident}"
            ),
            f"{len(uncalled)} mails came back, and no ticket with {settings.call_tag} names their address: nobody calls"
            if uncalled else None,
        ]
    )  # fmt: skip


def _newest(desk: Desk, rows: Database, mail: Notices) -> tuple[Page, set[str]]:
    """The newest incident that is over and hit tenants, and those tenants."""
    settings, now = mail.settings, clock.now()
    for incident in reversed(pages(desk, now - BACK, now)):
        if incident.ended is None or incident.ended + settings.settled * HOUR > now:
            continue
        if hit := affected(rows, settings, incident.created, incident.ended):
            return incident, hit
    raise Unobservable(f"no incident of the last {BACK.days} days hit a tenant by {KEY} affected", "Hold a drill")


def _short(tenants: list[str]) -> str:
    return ", ".join(t[:8] for t in tenants[:5]) or "nobody"
