"""Roles and keys that may more than they are declared to, or keep what was taken from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-2.1.1.4.3"


@fault(
    name="sei-viewer-deletes-leads",
    breaks="who may only look can delete leads",
    fails=[LINE],
    message=r"cells as declared is 9\d.*delete_lead as viewer answered 200, want refusal",
    touches="app:seiketsu:behaviour:roles",
)
def viewer_deletes_leads(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "DELETE for viewer:/api/v1/leads")


@fault(
    name="sei-manager-changes-settings",
    breaks="the site shows managers no settings, and the API lets them change these all the same",
    fails=[LINE],
    message=r"cells as declared is 9\d.*organization_settings as manager answered 200, want refusal",
    touches="app:seiketsu:behaviour:roles",
    hard=True,
)
def manager_changes_settings(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "PATCH for manager:/api/v1/organizations/settings")


@fault(
    name="sei-nobody-may-delete-leads",
    breaks="deleting leads is refused to everybody, so that no role has too much and admins too little",
    fails=[LINE],
    message=r"cells as declared is 9\d.*delete_lead as org_admin answered 403, want success",
    touches="app:seiketsu:behaviour:roles",
    hard=True,
)
def nobody_may_delete_leads(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "closed", ["DELETE /api/v1/leads/"])


@fault(
    name="sei-role-taken-away-stays-in-tokens",
    breaks="who loses a role keeps its rights until the token ends",
    fails=[LINE],
    message=r"a token of agent, after its user became viewer, still works",
    touches="app:seiketsu:behaviour:role-change",
    hard=True,
)
def role_taken_away_stays_in_tokens(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "role_change_keeps_tokens")


@fault(
    name="sei-key-scope-ignored",
    breaks="a key that may only read may do all that its owner may",
    fails=[LINE],
    message=r"a key that may only read still works",
    touches="app:seiketsu:behaviour:key-scope",
    hard=True,
)
def key_scope_ignored(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "key_scope_ignored")
