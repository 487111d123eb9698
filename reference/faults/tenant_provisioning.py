"""New tenants that wait: for a human, or in a queue that nobody counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

from reference.faults import fault
from reference.faults.tenant_creation import MAKING
from reference.schema.canaries import ORGANIZATIONS, SUPER_ADMIN
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, CREATION = "seiketsu", "SEI-5.2.1.1.1", "SEI-2.2.1.1.1"
ENTERPRISE = f"app:{PRODUCT}:behaviour:provisioning:admin-of-plan"


@fault(
    name="sei-provisioning-by-approval",
    breaks="tenants of one plan wait until somebody approves them",
    fails=[LINE, CREATION],
    message={
        LINE: r"a tenant on enterprise is not at work 30 s after it was asked for: it is said to be organization",
        CREATION: r"was answered 201, but it is said to be organization",
    },
    touches=[ENTERPRISE, *MAKING],
)
def by_approval(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "plans_with_approval", ["enterprise"])


@fault(
    name="sei-provisioning-queue-hidden",
    breaks="requests wait in a queue, and the product's clock starts when they leave it",
    fails=[LINE],
    message=r"the records say \S+ s for tenant \w+, and it took \S+ s from the request on: they leave out how long",
    touches=[f"app:{PRODUCT}:behaviour:provisioning:queue", *MAKING],
    hard=True,
)
def queue_hidden(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "provision_queued", 9)


@fault(
    name="sei-provisioning-helped-along",
    breaks="the records tell of a tenant that somebody had to help along",
    fails=[LINE],
    message=r"tenant \w+ was made ready with the help of",
    touches=[f"postgres:{PRODUCT}:table:client_provisioning_logs", *MAKING],
    hard=True,
)
def helped_along(deployment: Deployment) -> Iterator[None]:
    row = (uuid4(), ORGANIZATIONS[1].id, str(SUPER_ADMIN.id))
    with deployment.sql(PRODUCT) as connection:
        connection.execute(
            "INSERT INTO client_provisioning_logs (id, client_id, step, actor) VALUES (%s, %s, 'storage', %s)", row
        )
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute("DELETE FROM client_provisioning_logs WHERE id = %s", row[:1])
