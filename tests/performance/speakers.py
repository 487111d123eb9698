"""Who speaks for each tenant: so each has its own voice."""

from __future__ import annotations

from fixtures.api import ApiClient


def speakers(api: ApiClient) -> dict[str, str]:
    """Identity to tenant: one for each tenant, with the role of the probing one."""
    role, found = api.identity().role, dict[str, str]()
    for name, who in api.settings.identities.items():
        if who.role == role and who.tenant and who.tenant not in found.values():
            found[name] = who.tenant
    return found
