"""What visitors tell the site reaches the sales once and as they said it, and deals that are won become tenants."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from fixtures.api import ApiClient
from fixtures.crm import Crm
from fixtures.crm.passing import Passing, Person, passing
from fixtures.postgres import Database
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges import crm as judge

MONTH = timedelta(days=30)


@verifies("SEI-3.2.2.1.4")
@pytest.mark.writes
@pytest.mark.timeout(3600)
def test_leads_and_deals_pass_once_and_with_consent(line: Line, api: ApiClient, all_rows: Database, crm: Crm) -> None:
    delay = line.limit("lead_delay").value
    assert isinstance(delay, (int, float))
    with passing(crm, api, all_rows, delay * 60) as run:
        agrees, silent = run.person(consent=True), run.person(consent=False)
        problems = _arrive(line, run, agrees, silent)
        if not problems:
            problems = [*_once(line, run, agrees, silent), *_won(run, agrees), *_opted_out(line, run, agrees)]
        problems += _errors(line, run, delay)
        if not any(problems):  # where leads go astray, nobody can say what the CRM refuses
            problems += _told_of_refusal(run)
    conclude(problems)


def _arrive(line: Line, run: Passing, *people: Person) -> list[str | None]:
    """Each form as a contact that holds what was said, in time."""
    begun = time.monotonic()
    for person in people:
        run.send(person)
    problems: list[str | None] = []
    slowest = 0.0
    for person in people:
        wanted = run.wanted(person)
        contacts, after = run.until(partial(run.contacts, person), partial(judge.arrived, wanted=wanted))
        slowest = max(slowest, 0 if after is None else time.monotonic() - begun)
        if not contacts:
            problems.append(f"a form is not in the CRM after {run.patience:g} s: no contact has its nonce")
        problems += [said for contact in contacts for said in judge.fields(contact, wanted)]
    limit = line.limit("lead_delay")
    return problems if any(problems) else [p for p in [limit.problem(round(slowest / 60, 3), of="a lead")] if p]


def _once(line: Line, run: Passing, agrees: Person, silent: Person) -> list[str | None]:
    """The same form again, with its key and without; and mail to those who agreed, and to nobody else."""
    for again in (agrees, agrees, replace(agrees, key=f"{agrees.key}-again")):
        run.send(again)
    run.rest()
    contacts, limit = run.contacts(agrees), line.limit("lead_copies")
    deals = [deal for contact in contacts for deal in run.crm.deals(contact)]
    of = {
        "contacts in the CRM": len(contacts),
        "deals in the CRM": len(deals),
        "leads in the product": len(run.leads(agrees.name)),
    }
    return [
        *(
            limit.problem(
                count, of=f"{what} of one who sent the form four times", hint="What tells that it is the same?"
            )
            for what, count in of.items()
        ),
        *(judge.mail(run.crm.subscribed(person.email), person.consent) for person in (agrees, silent)),
    ]


def _won(run: Passing, person: Person) -> list[str | None]:
    """The person's deal, won: by a forged event, then truly, then once more."""
    stages = run.settings.deal
    deals = [deal for contact in run.contacts(person) for deal in run.crm.deals(contact)]
    if problem := judge.opened(deals, stages.open):
        return [problem]
    answered = observed(run.api, "status of a forged event", run.forge(deals[0].id), source="crm_event")
    run.rest()
    if problem := judge.forged(answered, run.tenants(person)):
        return [problem]
    run.crm.move(deals[0], stages.won)
    run.until(lambda: run.tenants(person), bool)
    run.rest()
    if problem := judge.won(run.tenants(person), stages.plan, "won"):
        return [problem]
    for stage in (stages.open, stages.won):
        run.crm.move(deals[0], stage)
    run.rest()
    return [judge.won(run.tenants(person), stages.plan, "won, taken back and won again")]


def _opted_out(line: Line, run: Passing, agrees: Person) -> list[str | None]:
    """At the CRM, and at the product: each hears of it, and a form without consent takes nothing back."""
    other = run.person(consent=True)
    run.send(other)
    if not run.until(lambda: run.crm.subscribed(other.email), bool)[0]:
        return [judge.mail(False, other.consent)]
    run.opt_out(other)
    run.crm.unsubscribe(agrees.email)
    heard, _ = run.until(lambda: run.opted_out(agrees), bool)
    told, _ = run.until(lambda: not run.crm.subscribed(other.email), bool)
    run.send(replace(agrees, consent=False, key=f"{agrees.key}-later"))
    run.rest()
    ignored = {
        "the product has not heard of one at the CRM": not heard,
        "the CRM has not heard of one at the product": not told,
        "the CRM sends mail again after a form without consent": run.crm.subscribed(agrees.email),
        "the product forgot one when a form without consent came": heard and not run.opted_out(agrees),
    }
    wrong = [what for what, is_so in ignored.items() if is_so]
    return [line.limit("ignored_opt_outs").problem(len(wrong), of="opt-outs of this run", hint="; ".join(wrong))]


def _errors(line: Line, run: Passing, delay: float) -> list[str | None]:
    """All of the last month that was refused, or still waits; those of this run among them."""
    now = clock.now()
    failed = run.failed(now - MONTH)
    late = observed(
        run.rows, "waiting for too long", run.waiting(now - MONTH, now - timedelta(minutes=delay)), source="SQL"
    )
    stuck = observed(run.rows, "of this run, not told in time", run.stuck, source="SQL")
    kinds = sorted({*failed, *late, *stuck})
    return [
        line.limit("sync_errors").problem(
            len(failed) + len(late) + len(stuck),
            of="synchronisation with the CRM",
            hint=f"They tell of {', '.join(kinds[:5])}",
        )
    ]


def _told_of_refusal(run: Passing) -> list[str | None]:
    """That there are no errors says something where one would be told."""
    if run.settings.form.refused is None:
        observed(run.crm, "a refused lead", "not tried: the target names no such address", source="target")
        return []
    person, begun = run.person(consent=False, email=run.settings.form.refused), clock.now()
    run.send(person)
    failed, _ = run.until(lambda: run.failed(begun), lambda told: bool(told) or not run.waiting(begun, clock.now()))
    if run.contacts(person):
        raise Unobservable("the CRM takes the address that it should refuse", "Name another in [PRODUCT.crm.form]")
    return [
        None if failed or run.failed(begun) else "the CRM refuses a lead, and no error of synchronisation tells of it"
    ]
