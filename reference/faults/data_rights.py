"""People who do not get what is theirs: a copy that lacks something, choices that do not count, uninvited cookies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.erasure import NEEDED
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-8.2.1.3"
WHOLE = (*NEEDED, f"app:{PRODUCT}:behaviour:deletion", f"edge:{PRODUCT}:page:privacy", "site:aurastudio:pages")


@fault(
    name="aura-export-removed",
    breaks="the route of the export is gone",
    fails=[LINE],
    message=r"nobody gets a copy of their data: account_export .*404",
    touches=[f"app:{PRODUCT}:behaviour:export", *WHOLE],
)
def export_removed(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "export_gone")


@fault(
    name="aura-export-without-recordings",
    breaks="the export holds every row but those of recordings, and leads to no file",
    fails=[LINE],
    message=r"the export lacks \d+ of what is in asset_vault\.\w+.*leads to none of \d+ recordings or files",
    touches=[f"app:{PRODUCT}:behaviour:export", *WHOLE],
    hard=True,
)
def without_recordings(deployment: Deployment) -> Iterator[None]:
    switches = ("export_without:asset_vault", "export_without:files")
    deployment.behave(PRODUCT, dict.fromkeys(switches, True))
    try:
        yield
    finally:
        deployment.behave(PRODUCT, dict.fromkeys(switches))


@fault(
    name="aura-export-without-memories",
    breaks="the export holds everything but what the companion remembers",
    fails=[LINE],
    message=r"the export lacks 1 of what is in user_memory\.full_text",
    touches=[f"app:{PRODUCT}:behaviour:export", *WHOLE],
    hard=True,
)
def without_memories(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "export_without:user_memory")


@fault(
    name="aura-cookie-before-consent",
    breaks="the site sets a cookie of its analytics with the first page",
    fails=[LINE],
    message=r"sets the cookie _ga before anybody has consented",
    touches=[f"nginx:{PRODUCT}-web:headers", *WHOLE],
    hard=True,
)
def cookie_before_consent(deployment: Deployment) -> Iterator[None]:
    cookie = {"Set-Cookie": "_ga=GA1.1.1; Path=/; Secure; HttpOnly; SameSite=Lax"}
    with deployment.edge.relisten(f"{PRODUCT}-web", more_headers=cookie):
        yield


@fault(
    name="aura-objection-without-effect",
    breaks="an objection is kept and shown, and the memories are used as before",
    fails=[LINE],
    message=r"reminders still shows 1 after the objection to proactive",
    touches=[f"app:{PRODUCT}:behaviour:objections", *WHOLE],
    hard=True,
)
def objection_without_effect(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "objections_ignored")
