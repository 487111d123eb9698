"""The payment provider's simulator, read and written as checks do it with the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import HTTPException

from fixtures.billing.account import Account
from golive.guard import effect
from golive.secrets import Secret
from golive.target.load import Timeouts
from golive.verdict import Unobservable
from reference.accounting import VOICE_SECONDS, charged, used
from reference.app.seiketsu.billing import verified
from reference.schema.canaries import ORGANIZATIONS
from reference.settings import Settings
from reference.simulators.stripe import Stripe, webhook_secret

pytest_plugins = ["selftest.reference.simulator_server"]
TENANT, BEGUN = "t-1", 1_795_000_000
DAY = timedelta(days=1)


def _account(settings: Settings, monkeypatch: pytest.MonkeyPatch, mode: str) -> Account:
    test = settings.secret("stripe/staging", 40)
    monkeypatch.setenv(f"STRIPE_{mode}", settings.simulators["stripe"].key if mode == "live" else test)
    return Account(settings.simulators["stripe"].base_url, Secret(f"env:STRIPE_{mode}"), Timeouts(), mode)


def test_live_mode_has_whole_days_of_its_tenants(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    account = _account(settings, monkeypatch, "live")
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    customers, meter = account.customers("tenant"), account.meter(VOICE_SECONDS)
    tenant = ORGANIZATIONS[1].id
    (customer,) = customers[str(tenant)]
    yesterday = (today - DAY).date()
    assert account.units(meter, customer, today - DAY, today) == used(tenant, yesterday)
    assert account.units(meter, customer, today, today + timedelta(hours=1)) == 0
    revenue = account.revenue((today - 3 * DAY).date(), today.date())
    assert len(revenue) == 3
    assert revenue[yesterday] == sum(charged(o.id, yesterday) for o in ORGANIZATIONS)
    with pytest.raises(Unobservable, match="has no meter of minutes"):
        account.meter("minutes")


def test_a_month_on_a_clock_ends_in_a_draft(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with effect.allow(effect.Effect.WRITES):
        _month(_account(settings, monkeypatch, "test"))


def _month(account: Account) -> None:
    clock = account.do("test_helpers/test_clocks", frozen_time=BEGUN)["id"]
    customer = account.do("customers", test_clock=clock, **{"metadata[tenant]": TENANT})["id"]
    assert account.customers("tenant") == {}
    assert account.customers("tenant", test_clock=clock) == {TENANT: [customer]}
    account.do("subscriptions", customer=customer, **{"items[0][price]": "price_voice_seconds"})
    event = {"event_name": VOICE_SECONDS, "identifier": "call-1", "timestamp": BEGUN + 5}
    for _ in range(2):
        counted = account.ask(
            "billing/meter_events", **event, **{"payload[value]": 30, "payload[stripe_customer_id]": customer}
        )
    assert counted.status == 400
    (subscription,) = account.each("subscriptions", customer=customer)
    account.do(f"test_helpers/test_clocks/{clock}/advance", frozen_time=subscription["current_period_end"] + 60)
    (draft,) = account.invoices(customer)
    assert (draft.status, draft.total, draft.lines) == ("draft", 8, ((VOICE_SECONDS, 8),))  # 7.5, half up
    item = {"invoice": draft.id, "customer": customer, "amount": 100, "description": "Plan"}
    account.do("invoiceitems", **item)
    account.do(f"invoices/{draft.id}/finalize")
    assert account.ask("invoiceitems", **item).status == 400
    assert _pay(account, customer, draft.id, "pm_card_chargeCustomerFail") == 402
    assert account.invoice(draft.id).charge is None
    assert _pay(account, customer, draft.id, "pm_card_visa") == 200
    paid = account.invoice(draft.id)
    assert (paid.status, paid.total) == ("paid", 108)
    assert account.ask("refunds", charge=paid.charge).status == 200
    assert account.events("invoice.paid", datetime.fromtimestamp(0, UTC), draft.id)
    assert account.delete(f"test_helpers/test_clocks/{clock}").accepted
    assert not account.there(f"customers/{customer}")


def _pay(account: Account, customer: str, invoice: str, card: str) -> int:
    method = account.do(f"payment_methods/{card}/attach", customer=customer)["id"]
    return account.ask(f"invoices/{invoice}/pay", payment_method=method).status


def test_only_what_the_provider_signed_is_an_event(settings: Settings) -> None:
    body, secret = b'{"id": "evt_1"}', webhook_secret(settings)
    signature = Stripe(settings).signed(body)["Stripe-Signature"]
    assert verified(secret, body, signature) == {"id": "evt_1"}
    old = signature.replace("t=1", "t=0")
    for wrong in ((secret, body + b" ", signature), (secret, body, ""), (secret, body, old), ("", body, signature)):
        with pytest.raises(HTTPException, match="401"):
            verified(*wrong)
