"""Whether what DNS servers answer is where the names should lead. Pure: observations in, sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def answer_problem(
    server: object, host: str, kind: str, found: Iterable[str], allowed: Iterable[str], *, recorded: bool
) -> str | None:
    """Return what is wrong with one server's answer, None when nothing.

    Args:
        found: the addresses that it answers with.
        allowed: those that the name's destination has of this kind. A server may give some of them.
        recorded: whether the zone in the account has such a record.
    """
    right, answered = set(allowed), set(found)
    strays = sorted(answered - right)
    if strays:
        want = ", ".join(sorted(right)) or f"no {kind}, as its destination has none"
        return f"{server}: {kind} of {host} is {', '.join(strays)}, want {want}"
    if answered and not recorded:
        return f"{server}: {kind} of {host} is {', '.join(sorted(answered))}, and the account's zone has no such record"
    if recorded and not answered:
        return f"{server}: {kind} of {host} is not answered, and the account's zone has it"
    return None


def record_problem(zone: object, host: str, kind: str, leads_to: Iterable[str], wanted: Iterable[str]) -> str | None:
    """Return what is wrong with the account's own record: it must lead to one of `wanted`, names or addresses."""
    elsewhere = sorted(set(leads_to) - {name.rstrip(".").lower() for name in wanted})
    if not elsewhere:
        return None
    return f"{zone}: the {kind} record of {host} leads to {', '.join(elsewhere)}, want {', '.join(wanted)}"


def same_problem(server: object, name: str, kind: str, found: Iterable[str], wanted: Iterable[str]) -> str | None:
    """Return how a server's set of values differs from that of the account."""
    said, right = sorted(set(found)), sorted(set(wanted))
    if said == right:
        return None
    return (
        f"{server}: {kind} of {name} is {', '.join(said) or 'nothing'}, the account says {', '.join(right) or 'none'}"
    )


def parents(host: str, zone: str) -> list[str]:
    """Return the names at which CAA is looked for, from the host up to the zone (RFC 8659, section 3)."""
    labels = host.split(".")
    names = [".".join(labels[i:]) for i in range(len(labels))]
    return [name for name in names if name == zone or name.endswith("." + zone)]


def issuer_problem(server: object, host: str, sets: Mapping[str, Iterable[str]], issuers: Iterable[str]) -> str | None:
    """Return why CAA does not admit whoever issues the certificates: none stands there, or others do.

    Args:
        sets: name to its CAA records, such as `0 issue "ca.example"`, from the host up: the first that has any counts.
    """
    name, records = next(((n, list(r)) for n, r in sets.items() if r), (host, []))
    admitted = {
        value.strip('"').partition(";")[0].strip()
        for _, tag, value in (record.split(maxsplit=2) for record in records)
        if tag == "issue"
    }
    if admitted & set(issuers):
        return None
    return f"{server}: CAA at {name} admits {', '.join(sorted(admitted)) or 'nobody by name'}, " + (
        f"want {' or '.join(issuers)}"
    )


def zone_of(host: str, zones: Iterable[str]) -> str | None:
    """Return the nearest of the zones that a name lies in."""
    around = [zone for zone in zones if host == zone or host.endswith("." + zone)]
    return max(around, key=len, default=None)


def bare_serial(serial: str) -> str:
    """Return a serial number without colons and leading zeros."""
    return serial.replace(":", "").lower().lstrip("0")
