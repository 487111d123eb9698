"""The door to DNS: questions to one chosen server, which read and change nothing."""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from golive.guard import rate
from golive.guard.calls import calls
from golive.verdict import Unobservable


@dataclass(frozen=True)
class Reply:
    """What a server said: `values` in presentation form, lower case, sorted; empty when it knows no such record."""

    values: tuple[str, ...]
    ttl: int | None
    """The shortest of the answer's records, in seconds; None without any."""
    authoritative: bool


def ask(address: str, port: int, name: str, kind: str, *, recurse: bool, timeout: float = 3) -> Reply:
    """Ask the server at an IP address for the records of a name, by UDP and, where that is cut short, by TCP.

    Args:
        kind: of record, such as `A`, `AAAA`, `CAA`, `NS`; aliases (CNAME) on the way are followed.
        recurse: as one asks a resolver; False as one asks a zone's own server.

    Raises:
        Unobservable: no answer in time, or neither an answer nor "no such name": refused, failed (RFC 1035, 4.1.1).
    """
    service = f"dns {address}:{port}"
    rate.wait_for_turn(service)
    calls.count_sent(service, kind)
    question = dns.message.make_query(name, kind)
    if not recurse:
        question.flags &= ~dns.flags.RD
    try:
        answer, _ = dns.query.udp_with_fallback(question, address, timeout=timeout, port=port)
    except (dns.exception.DNSException, OSError) as error:
        why = f"{type(error).__name__}: {error}"
        hint = "Check the server's address, and that UDP and TCP to it are open from here"
        raise Unobservable(f"{service} does not tell {kind} of {name}: {why}", hint) from None
    if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        said = dns.rcode.to_text(answer.rcode())
        raise Unobservable(f"{service} answers {said} for {kind} of {name}", "Does this server answer for that zone?")
    wanted = dns.rdatatype.from_text(kind)
    found = [records for records in answer.answer if records.rdtype == wanted]
    values = sorted(value.to_text().rstrip(".").lower() for records in found for value in records)
    return Reply(
        tuple(values),
        min((records.ttl for records in answer.answer), default=None) if found else None,
        bool(answer.flags & dns.flags.AA),
    )
