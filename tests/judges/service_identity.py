"""Judges whose a third party's credential is, what it may do, and whether a key is refused where it does not belong.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection

NEEDED = "cloudtranslate.generalModels.predict"
EXCESS = (
    "resourcemanager.projects.delete",
    "resourcemanager.projects.setIamPolicy",
    "resourcemanager.projects.update",
    "storage.buckets.create",
    "storage.buckets.list",
    "storage.objects.create",
    "storage.objects.get",
    "storage.objects.list",
    "iam.serviceAccountKeys.create",
    "iam.serviceAccounts.actAs",
    "compute.instances.create",
    "secretmanager.versions.access",
    "serviceusage.services.enable",
    "bigquery.jobs.create",
)
"""What nobody needs who only translates. The role for translating itself holds resourcemanager.projects.get."""
BLOCKED = {
    "service": ("API_KEY_SERVICE_BLOCKED",),
    "address": ("API_KEY_IP_ADDRESS_BLOCKED",),
    "page": ("API_KEY_HTTP_REFERRER_BLOCKED",),
}
"""Google's own reasons for refusing a key that is restricted (cloud.google.com, ErrorInfo)."""


def excess(held: Collection[str]) -> list[str]:
    """Return which permissions are too many."""
    return sorted(set(held) - {NEEDED})


def owner_problem(email: str, declared: str) -> str | None:
    """Return why the identity is not the declared one."""
    if email.lower() == declared.lower():
        return None
    what = "another service account" if email.lower().endswith(".gserviceaccount.com") else "a person's own account"
    return f"acts as {email}, {what}, want {declared}"


def refused(kind: str, accepted: bool, reasons: Collection[str]) -> bool | None:
    """Return whether a key was refused for its restriction; None: refused for something else, so nothing is shown.

    Args:
        kind: a key of `BLOCKED`.
        accepted: whether the call was served.
        reasons: Google's reasons in the answer.
    """
    if accepted:
        return False
    return True if set(BLOCKED[kind]) & set(reasons) else None
