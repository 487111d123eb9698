"""Judges certificates and what TLS endpoints negotiate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

CHAIN = re.compile(r"issuer certificate|self.signed|unable to verify|not trusted", re.IGNORECASE)
NAME = re.compile(r"hostname mismatch|ip address mismatch|not valid for", re.IGNORECASE)


def is_chain_problem(words: str) -> bool:
    """Whether OpenSSL's words say that the chain ends before a trusted root."""
    return bool(CHAIN.search(words))


def is_name_problem(words: str) -> bool:
    """Whether they say that the certificate is for other hosts."""
    return bool(NAME.search(words))


def renewal_problems(
    kind: str,
    status: str,
    renewal: Mapping[str, str],
    validations: Iterable[Mapping[str, Any]],
    records: Mapping[str, str],
) -> list[str]:
    """Return what keeps a managed certificate from renewing itself, with nobody's help.

    Args:
        kind, status: of the certificate, such as `AMAZON_ISSUED` and `ISSUED`.
        renewal: `eligibility`, `status`, `reason` of the managed renewal.
        validations: `DomainName`, `ValidationMethod`, `ResourceRecord` of each name.
        records: the CNAME records that exist: name to value, in lower case and without the last dot.
    """
    problems = []
    if kind != "AMAZON_ISSUED":
        problems.append(f"it is of type {kind or 'unknown'}, which nobody renews but you: want AMAZON_ISSUED")
    if status != "ISSUED":
        problems.append(f"its status is {status or 'unknown'}, want ISSUED")
    if renewal.get("status") in ("FAILED", "PENDING_VALIDATION"):
        problems.append(f"its renewal is {renewal['status']} {renewal.get('reason', '')}".rstrip())
    validated = list(validations)
    if not validated:
        problems.append("it says of no domain name how it was validated")
    for validation in validated:
        domain, record = validation.get("DomainName", "?"), validation.get("ResourceRecord") or {}
        if validation.get("ValidationMethod") != "DNS" or not record:
            method = validation.get("ValidationMethod") or "unknown"
            problems.append(f"{domain} is validated by {method}, want DNS: e-mail needs a human at each renewal")
            continue
        name, value = bare(record.get("Name", "")), bare(record.get("Value", ""))
        found = records.get(name)
        if found is None:
            problems.append(
                f"{domain}: the validation record {name} is gone, so the next renewal fails. Create it again"
            )
        elif found != value:
            problems.append(f"{domain}: the validation record {name} leads to {found}, want {value}")
    return problems


def bare(name: str) -> str:
    """Return a DNS name in lower case and without its last dot."""
    return name.rstrip(".").lower()
