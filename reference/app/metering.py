"""What is billed by what was used: booked by a worker, in the tenant's table and at the payment provider (Stripe)."""

from __future__ import annotations

import httpx

from reference.app.jobs import Connection, settings, tenant_job
from reference.app.seiketsu.delivery import TIMEOUT_SECONDS


@tenant_job("analytics.record_usage")
def record_usage(connection: Connection, tenant: str, key: str, customer: str, test: bool, seconds: int) -> int:
    """Book what a call used, here and at the payment provider, once for a key however often it is tried."""
    booked = connection.execute(
        "INSERT INTO client_usage_records (id, client_id, metric, quantity) SELECT %s, id, 'voice_seconds', %s"
        " FROM clients WHERE id = %s ON CONFLICT (id) DO NOTHING",
        (key, seconds, tenant),
    ).rowcount
    stripe_key = settings().stripe_test_key if test else settings().stripe_key
    answer = httpx.post(
        f"{settings().stripe_url}/v1/billing/meter_events",
        headers={"Authorization": f"Bearer {stripe_key}"},
        data={"event_name": "voice_seconds", "identifier": key, "payload[stripe_customer_id]": customer,
              "payload[value]": str(seconds)},
        timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    if answer.status_code != 400:  # a provider that has it already, or has no such customer any more, says 400
        answer.raise_for_status()
    return booked
