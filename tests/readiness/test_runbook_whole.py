"""Whoever is paged finds the whole of what to do: for each alarm and each service, with what exists now."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.documents import Documents
from fixtures.documents.inventory import live_names
from fixtures.oncall import Desk
from fixtures.pages import Library
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.document_set import broken_links
from tests.judges.documents import scripts, unknown
from tests.judges.runbook import entry_problems, own_names, service_problems
from tests.readiness.alarm_entries import linked_entries, telling_alarms
from tests.readiness.freshness import review_problem

CONTACTS = ("schedules", "escalation_policies", "services", "users")
SHOWN = 6


@verifies("SEI-2.3.1.1.4")
def test_the_runbook_is_whole(line: Line, aws: Account, documents: Documents, oncall: Desk, pages: Library) -> None:
    place, document = documents.place("runbook"), documents.section("runbook")
    assert document is not None, f"there is no {place}: whoever is paged makes it up"
    alarms, live, contacts = telling_alarms(aws), live_names(aws), _contacts(oncall)
    if not live["service"]:
        raise Unobservable("the account shows no service", "Does [PRODUCT.aws] region say where the clusters are?")
    names, whole, problems = own_names([a.name for a in alarms]), 0, list[str | None]()
    for alarm in alarms:
        entries = linked_entries(documents, alarm)
        sound = [e for e in entries if not isinstance(e, str)]
        found = [e for e in entries if isinstance(e, str)]
        for file, section in sound[:1]:
            found = entry_problems(file, section, [names[alarm.name], alarm.rule.get("MetricName")], contacts)
        found = found if entries else [f"{alarm}: its description names no runbook"]
        whole += not found
        problems += found
    share = 100 * whole / len(alarms)
    covered = line.limit("alarms_with_runbook").problem(share, of=f"{len(alarms)} alarms that tell somebody")
    problems += service_problems(place, document, live["service"], contacts)
    broken = unknown(place, [document], live)
    broken += [
        f"{place} calls {path}, which is not in the checkout" for path in scripts(document) if not documents.has(path)
    ]
    broken += broken_links(place, document, documents.read, documents.has)
    broken += _published(pages)
    hint = "; ".join(broken[:SHOWN])
    problems.append(line.limit("broken_references").problem(len(broken), of=place, hint=hint))
    conclude([covered, *dict.fromkeys(problems), review_problem(line.limit("review_age"), place, document)])


def _contacts(oncall: Desk) -> set[str]:
    """Whom the paging provider knows, by name."""
    found = {str(raw.get("name") or "") for kind in CONTACTS for raw in oncall.list(kind)} - {""}
    if not found:
        raise Unobservable(f"{oncall} knows nobody", "May the token read users and schedules?")
    return set(observed(oncall, "contacts", sorted(found), source="GET /schedules, /users"))


def _published(pages: Library) -> list[str]:
    """What is wrong with the runbook's address, and with the links of what stands there."""
    page = pages.page("runbook")
    return [f"{page} {page.absent}"] if page.absent else pages.broken(page, around=False)
