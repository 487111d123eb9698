"""The servers, over UDP and TCP on one port of several loopback addresses (RFC 1034, 1035, 7766)."""

from __future__ import annotations

import json
import socketserver
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from reference.dns import BENDS
from reference.dns.zones import ALIAS_TTL, BALANCERS, Zones
from reference.settings import Settings

Answering = Callable[[dns.message.QueryMessage], dns.message.Message]


class Authority:
    """A server of the zones itself."""

    def __init__(self, zones: Zones) -> None:
        self.zones = zones

    def __call__(self, query: dns.message.QueryMessage) -> dns.message.Message:
        response, question = dns.message.make_response(query), query.question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        response.flags |= dns.flags.AA
        if name.rstrip(".").endswith(BALANCERS):
            values = self.zones.addresses(name) if kind == "A" else ()
            _add(response, question.name, kind, ALIAS_TTL, values)
            return response
        product = self.zones.origin_of(name)
        if product is None:
            response.flags &= ~dns.flags.AA
            response.set_rcode(dns.rcode.REFUSED)
            return response
        zone = self.zones.zone(product)
        found = zone.get((name, kind)) or zone.get((name, "CNAME"))
        if found:
            values = self.zones.addresses(found.alias) if found.alias else found.values
            _add(response, question.name, kind if (name, kind) in zone else "CNAME", found.ttl, values)
        elif not any(known == name or known.endswith("." + name) for known, _ in zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response


class Resolver:
    """Asks a server of the zones for whoever asks it. It keeps nothing: what heals is seen to be healed at once."""

    def __init__(self, upstream: str, port: int) -> None:
        self.upstream, self.port = upstream, port

    def __call__(self, query: dns.message.QueryMessage) -> dns.message.Message:
        question = dns.message.make_query(query.question[0].name, query.question[0].rdtype)
        said, _ = dns.query.udp_with_fallback(question, self.upstream, timeout=3, port=self.port)
        response = dns.message.make_response(query, recursion_available=True)
        response.answer = said.answer
        response.set_rcode(said.rcode())
        return response


class Service:
    """One address: reads queries, answers, and bends the answers as `bends.json` says."""

    def __init__(self, settings: Settings, address: str, answering: Answering) -> None:
        self.address, self.answering = address, answering
        self.bends = Path(settings.folder) / BENDS

    def reply(self, wire: bytes) -> dns.message.Message | None:
        """The answer to a query, SERVFAIL where it can't be told; None when it is no query."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not isinstance(query, dns.message.QueryMessage) or not query.question:
            return None
        try:
            response = self.answering(query)
            self._bend(query, response)
        except Exception as error:
            print(f"dns {self.address}: {query.question[0]}: {error!r}", file=sys.stderr, flush=True)
            response = dns.message.make_response(query)
            response.set_rcode(dns.rcode.SERVFAIL)
        return response

    def _bend(self, query: dns.message.QueryMessage, response: dns.message.Message) -> None:
        if not self.bends.exists():
            return
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        bent = json.loads(self.bends.read_text()).get(self.address, {})
        values = bent.get(f"{question.name.to_text(omit_final_dot=True).lower()} {kind}")
        if values is not None:
            response.answer = []
            response.set_rcode(dns.rcode.NOERROR)
            _add(response, question.name, kind, ALIAS_TTL, values)


def _add(
    response: dns.message.Message, name: dns.name.Name, kind: str, ttl: int, values: tuple[str, ...] | list[str]
) -> None:
    if values:
        response.answer.append(dns.rrset.from_text_list(name, ttl, dns.rdataclass.IN, kind, values))


def serve(settings: Settings) -> None:
    """Listen at all addresses, in threads that end with the process. Raises OSError when one is taken."""
    port, authority = settings.dns.port, Authority(Zones(settings))
    upstream = settings.dns.name_servers[0]
    known: dict[str, Answering] = dict.fromkeys(settings.dns.name_servers, authority)
    known |= {address: Resolver(upstream, port) for address in settings.dns.resolvers}
    for address, answering in known.items():
        service = Service(settings, address, answering)
        for kind, handler in ((_Udp, _over_udp(service)), (_Tcp, _over_tcp(service))):
            server = kind((address, port), handler)
            # Nobody ends it but the end of the process: it need not look up every half second whether to.
            threading.Thread(target=server.serve_forever, args=(3600,), name=f"dns {address}", daemon=True).start()


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True


def _over_udp(service: Service) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, back = self.request
            if response := service.reply(wire):
                back.sendto(response.to_wire(max_size=1232), self.client_address)

    return Handler


def _over_tcp(service: Service) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        timeout = 3

        def handle(self) -> None:
            wire = self.rfile.read(int.from_bytes(self.rfile.read(2), "big"))
            if response := service.reply(wire):
                out = response.to_wire()
                self.wfile.write(len(out).to_bytes(2, "big") + out)

    return Handler
