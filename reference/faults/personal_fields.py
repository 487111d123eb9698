"""Callers whose addresses are read where nobody should, and who are erased in one store and not in another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.3.1.4.4"
_APP = ("errors", "tenant-creation", "provisioning", "provisioning:voice-agent", "provisioning:last-step",
        "provisioning:pieces", "cache-key", "audit", "removal:objects", "tenant-filter", "tokens", "sign-in-tokens",
        "roles", "quota:lock", "summary-over-all", "tenant-of-session")  # fmt: skip
NEEDED = (
    *(f"app:{PRODUCT}:behaviour:{name}" for name in _APP), f"app:{PRODUCT}-1:behaviour:cache",
    f"app:{PRODUCT}-2:behaviour:cache", f"nginx:{PRODUCT}-api:routes", f"postgres:{PRODUCT}:table:leads",
    f"postgres:{PRODUCT}:table:leads:email", f"postgres:{PRODUCT}:table:leads:row-security",
    f"postgres:{PRODUCT}:table:conversations", f"postgres:{PRODUCT}:table:conversations:lead_id",
    f"aws:{PRODUCT}:iam:role:api-task", f"aws:{PRODUCT}:logs", f"aws:{PRODUCT}:logs:stream:api",
    f"aws:{PRODUCT}:s3:recordings:policy", f"aws:{PRODUCT}:s3:recordings:objects", "redis:acl",
)  # fmt: skip
"""What has to be whole for a caller to be known, and to go."""


@fault(
    name="sei-caller-in-the-log",
    breaks="the body of each new lead is logged",
    fails=[LINE],
    message=r"stray canaries is \d+, want == 0.*the e-mail address is in 1 lines of \S+ /ecs/\S+/api",
    touches=[f"app:{PRODUCT}:behaviour:bodies-logged", *NEEDED],
)
def in_the_log(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "bodies_logged")


@fault(
    name="sei-caller-only-encoded",
    breaks="addresses and telephone numbers are written in base64, which looks as if it were encrypted",
    fails=[LINE],
    message=r"stray canaries is 3, want == 0.*the e-mail address is read in leads\.email in base64",
    touches=[f"app:{PRODUCT}:behaviour:fields", *NEEDED],
    hard=True,
)
def only_encoded(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "fields_encoded")


@fault(
    name="sei-caller-recording-stays",
    breaks="a caller who was erased is in no row, and the recordings of the calls stay",
    fails=[LINE],
    message=r"\Abucket files still holds 1 that name the person by id, [^\n]*\Z",
    touches=[f"app:{PRODUCT}:behaviour:contact-erasure", *NEEDED],
    hard=True,
)
def recording_stays(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "contact_erase_keeps:recordings")


@fault(
    name="sei-caller-cached-report-stays",
    breaks="a caller who was erased is in no row, and a report that is kept in the cache names them",
    fails=[LINE],
    message=r"\Aredis analytics still holds 1 with the person's own words, [^\n]*\Z",
    touches=[f"app:{PRODUCT}:behaviour:contact-erasure", *NEEDED],
    hard=True,
)
def cached_report_stays(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "contact_erase_keeps:cache")


@fault(
    name="sei-caller-copy-without-talks",
    breaks="the copy of a caller's data holds the address card alone, not what was said",
    fails=[LINE],
    message=r"\Athe copy for a contact of [^\n]* lacks the name of the call\Z",
    touches=[f"app:{PRODUCT}:behaviour:contact-export", *NEEDED],
    hard=True,
)
def copy_without_talks(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "contact_export_without_talks")
