"""Accesses to what people told the product that nobody can find out about afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.erasure import NEEDED
from reference.faults.schema import changed
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-8.2.2.4"


@fault(
    name="aura-memory-trigger-off",
    breaks="the trigger that records changes of memories is switched off",
    fails=[LINE],
    message=r"a change by SQL is not on record in audit_log: no memory\.row\.update",
    touches=[f"postgres:{PRODUCT}:table:user_memory:trigger", *NEEDED],
)
def trigger_off(deployment: Deployment) -> Iterator[None]:
    off, on = (f"ALTER TABLE user_memory {word} TRIGGER memory_changes" for word in ("DISABLE", "ENABLE"))
    with changed(deployment, PRODUCT, [off], [on]):
        yield


@fault(
    name="aura-memory-reads-unrecorded",
    breaks="changes of memories are on record, readings are not",
    fails=[LINE],
    message=r"\Amemory_recall is not on record in audit_log: no memory\.recall",
    touches=[f"app:{PRODUCT}:behaviour:reads-unrecorded", *NEEDED],
    hard=True,
)
def reads_unrecorded(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "reads_unrecorded")


@fault(
    name="aura-trail-may-be-truncated",
    breaks="the application may change and delete no entry of the audit trail, but truncate it",
    fails=[LINE],
    message=r"alterable records is 1, want == 0 .*may do TRUNCATE there",
    touches=[f"postgres:{PRODUCT}:table:audit_log:grants", *NEEDED],
    hard=True,
)
def may_be_truncated(deployment: Deployment) -> Iterator[None]:
    role = deployment.settings.products[PRODUCT].database.app_role
    with changed(
        deployment, PRODUCT, [f"GRANT TRUNCATE ON audit_log TO {role}"], [f"REVOKE TRUNCATE ON audit_log FROM {role}"]
    ):
        yield
