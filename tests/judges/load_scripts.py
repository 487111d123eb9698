"""Whether a load test can fail, and whom it asks. Pure."""

from __future__ import annotations

from collections.abc import Mapping

FAILURES = ("checks", "http_req_failed")
"""Metrics of k6 by which a wrong or failed answer can fail a run."""


def never_fails(thresholds: Mapping[str, object]) -> str | None:
    """Why a script with these thresholds passes whatever is answered, None when it can fail."""
    judged = {name.split("{", 1)[0] for name, told in thresholds.items() if told}
    if not judged:
        return "has no thresholds"
    if not judged & set(FAILURES):
        return f"judges {', '.join(sorted(judged))} and no failures: add a threshold of {' or '.join(FAILURES)}"
    return None


def foreign_hosts(hosts: Mapping[str, int], wanted: str, of: str) -> list[str | None]:
    """What is wrong with where the requests of one iteration went."""
    if not hosts:
        return [f"{of}: one iteration asked for nothing"]
    return [
        f"{of}: {count} requests of one iteration went to {host}, and not to {wanted}: take the address from a variable"
        for host, count in sorted(hosts.items())
        if host != wanted
    ]
