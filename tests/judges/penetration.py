"""Whether a penetration test was made by others, of all that is public, and what it found is mended."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from fixtures.attestations.penetration import Finding, PenetrationTest

GRAVE = ("critical", "high")
SUBJECTS = ("tenancy",)
_USUAL = {"https": 443, "wss": 443, "http": 80, "ws": 80}


def host_of(address: str) -> str:
    """The host of a URL or a name, with its port where that is not the usual one, in lower case."""
    parts = urlsplit(address if "//" in address else f"https://{address}")
    unusual = parts.port and parts.port != _USUAL.get(parts.scheme)
    return (parts.hostname or "") + (f":{parts.port}" if unusual else "")


def uncovered(test: PenetrationTest, public: Iterable[str]) -> list[str]:
    """Return the public hosts that were not in the test's scope; `public`: names or URLs."""
    scope = {host_of(each) for each in test.scope}
    return sorted({host_of(each) for each in public} - scope)


def open_grave(findings: Iterable[Finding], lost: Iterable[str]) -> dict[str, str]:
    """Return critical and high findings that count as open to why.

    Args:
        lost: ids of findings whose retest is not what was put on record.
    """
    gone, found = set(lost), {}
    for each in findings:
        if each.severity not in GRAVE:
            continue
        if each.state != "fixed":
            found[each.id] = f"is {each.state}"
        elif each.retest is None or each.id in gone:
            found[each.id] = "is said to be fixed, and no retest shows it"
    return found


def not_independent(test: PenetrationTest, own: Iterable[str]) -> list[str]:
    """Return the testers who are of the house; `own`: addresses of its people."""
    domains = {address.rpartition("@")[2].lower() for address in own}
    return [t for t in test.testers if t.rpartition("@")[2].lower() in domains]
