"""What tenants use becomes invoices that are right, and payments that are collected: theirs, and once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from fixtures.api import ApiClient
from fixtures.billing import Payments
from fixtures.billing.month import KEY, Month, Paid, month
from fixtures.postgres import Database
from fixtures.postgres.asked import asked
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges import billing as judge

DAY, MONTH = timedelta(days=1), timedelta(days=30)


@verifies("SEI-3.2.2.1.2")
@pytest.mark.writes
@pytest.mark.timeout(3600)
def test_use_turns_into_right_invoices_and_payments_are_collected(
    line: Line, api: ApiClient, all_rows: Database, payments: Payments
) -> None:
    lag = line.limit("webhook_lag").value
    assert isinstance(lag, (int, float))
    problems = [*_yesterday(line, all_rows, payments), *_handled(line, all_rows, payments, lag)]
    with month(payments, api, all_rows, lag * 60) as run:
        problems += _metered(line, run) or _invoiced_and_paid(line, run)
    conclude(problems)


def _yesterday(line: Line, rows: Database, payments: Payments) -> list[str | None]:
    """All tenants: what the product booked against what the provider counted, and what was collected."""
    settings, account = payments.metering, payments.live
    today = datetime.combine(clock.now().astimezone(UTC).date(), time(), UTC)
    found = asked(rows, settings.usage, {"tenant", "units"}, f"{KEY} usage", since=today - DAY, until=today)
    used = {str(r["tenant"]): int(r["units"]) for r in found}
    customers, meter = account.customers(settings.tenant_key), account.meter(settings.meter)
    counted = {
        tenant: sum(account.units(meter, customer, today - DAY, today) for customer in theirs)
        for tenant, theirs in customers.items()
    }
    if not any(used.values()) and not any(counted.values()):
        raise Unobservable("no tenant used anything yesterday, by the product or the provider", f"See {KEY} usage")
    wrong = judge.differences(used, counted)
    observed(account, "tenants compared of yesterday", len({*used, *counted}), source="SQL, meters", unit="count")
    days = account.revenue((today - (settings.baseline_days + 1) * DAY).date(), today.date())
    ratio = judge.against_usual(days, (today - DAY).date(), settings.baseline_days)
    if ratio is None:
        raise Unobservable(f"the {settings.baseline_days} days before yesterday brought nothing", "See baseline_days")
    return [
        line.limit("usage_difference").problem(
            sum(abs(a - b) for a, b in wrong.values()), of="yesterday's use by the product and by the provider",
            hint=judge.how_wrong(wrong) if wrong else "",
        ),
        *judge.owners(customers, used),
        line.limit("revenue_to_baseline").problem(
            round(ratio[0], 3), of=f"yesterday's revenue by the usual {ratio[1] / 100:.2f} a day",
            hint="Which charges failed? Ask the provider",
        ),
    ]  # fmt: skip


def _handled(line: Line, rows: Database, payments: Payments, lag: float) -> list[str | None]:
    now = clock.now()
    waiting = payments.live.undelivered(now - MONTH, now - timedelta(minutes=lag))
    failed = asked(rows, payments.metering.failed_events, {"what"}, f"{KEY} failed_events", since=now - MONTH)
    kinds = sorted({*waiting, *(str(r["what"]) for r in failed)})
    return [
        line.limit("failed_webhooks").problem(
            len(waiting) + len(failed), of="what the provider told and the product did not take",
            hint=f"They tell of {', '.join(kinds[:5])}",
        )
    ]  # fmt: skip


def _metered(line: Line, run: Month) -> list[str | None]:
    """Calls of both tenants, each counted as its own and once."""
    without = judge.owners(run.customers, dict.fromkeys(run.customers, 1))
    if without:
        return [*without]
    used = run.call()
    counted, _ = run.until(run.metered, lambda seen: seen == used)
    wrong = judge.differences(used, counted)
    problem = line.limit("usage_difference").problem(
        sum(abs(a - b) for a, b in wrong.values()), of="calls of this run",
        hint=judge.how_wrong(wrong) if wrong else "",
    )  # fmt: skip
    return [problem] if problem else []


def _invoiced_and_paid(line: Line, run: Month) -> list[str | None]:
    settings, limit = run.settings, line.limit("invoice_difference")
    due = {tenant: judge.due(settings.plan_price, settings.unit_price, units) for tenant, units in run.used.items()}
    run.end()
    drafts, _ = run.until(
        run.drafts, lambda d: {t: [i.total for i in each] for t, each in d.items()} == {t: [c] for t, c in due.items()},
        settle=False,
    )  # fmt: skip
    for each in drafts.values():
        for invoice in each:
            run.tell_again("invoice.created", invoice.id)
    run.rest()
    drafts = run.drafts()
    problems = [
        limit.problem(
            abs(sum(i.total for i in drafts[tenant]) - cents),
            of=f"tenant {tenant[:8]}: {len(drafts[tenant])} drafts of a month of {run.used[tenant]} units",
            hint=f"Want {cents} cents; {', '.join(map(str, drafts[tenant]))}, after the product was told of it twice",
        )
        for tenant, cents in due.items()
    ]  # fmt: skip
    if any(problems) or any(len(each) != 1 for each in drafts.values()):
        return [*problems, *(f"tenant {t[:8]} has {len(d)} drafts, want 1" for t, d in drafts.items() if len(d) != 1)]
    tenant = next(iter(due))
    return [*problems, *_paid(line, run, tenant, drafts[tenant][0].id, due[tenant])]


def _paid(line: Line, run: Month, tenant: str, draft: str, cents: int) -> list[str | None]:
    """One invoice, with cards that are declined, that ask for their owner, and that pay; and back."""
    run.account.do(f"invoices/{draft}/finalize", auto_advance="false")
    invoice = run.account.invoice(draft)
    tries: list[tuple[Paid, int, list[int], bool]] = [
        (run.pay(tenant, invoice, card, [], False), 402, [], False)
        for card in ("pm_card_chargeCustomerFail", "pm_card_authenticationRequired")
    ]
    tries.append((run.pay(tenant, invoice, "pm_card_visa", [cents], True), 200, [cents], True))
    run.tell_again("invoice.paid", draft)
    run.rest()
    twice, _ = run.known(tenant)
    tries.append((run.give_back(tenant, invoice, [cents, -cents]), 200, [cents, -cents], True))
    told = [said for attempt in tries if (said := judge.attempt(*attempt))]
    again = f"the ledger is {list(twice)} after the payment of {cents} was told twice, want it once"
    slowest = max(paid.after or 0 for paid, *_ in tries)
    return [
        *told,
        again if not told and list(twice) != [cents] else None,
        line.limit("webhook_lag").problem(round(slowest / 60, 3), of="what a payment changes, at the slowest"),
    ]
