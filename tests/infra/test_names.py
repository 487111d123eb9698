"""Whoever asks for a public name is led to this stack, and finds the right certificate there."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from fixtures.aws.balancing import LoadBalancer
from fixtures.aws.certificates import Certificate
from fixtures.aws.zones import HostedZone, destination_of, private_zones_of
from fixtures.dns import Names, NameServer, ask_all
from fixtures.parallel import each
from fixtures.tls import Endpoint
from golive.catalogue import Line
from golive.guard.tls import Place
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.dns import PublicName
from golive.verdict import NotConfigured, Unobservable
from tests.judges.names import (
    answer_problem,
    bare_serial,
    issuer_problem,
    parents,
    record_problem,
    same_problem,
    zone_of,
)

KINDS = {"A": 4, "AAAA": 6}
"""Kind of record to the version of IP."""


@verifies("SEI-2.1.1.1.4")
@pytest.mark.smoke
def test_names_lead_here_and_present_the_right_certificate(
    line: Line,
    target: ProductTarget,
    names: Names,
    certificates: Found[Certificate],
    hosted_zones: Found[HostedZone],
    load_balancer: LoadBalancer,
) -> None:
    hosts = names.settings.hosts
    zones = _zones(list(hosts), hosted_zones)
    resolvers = names.resolvers()
    problems: list[str | None] = [
        line.limit("public_resolvers").problem(len(resolvers), of=names, hint="Name more in [PRODUCT.dns] resolvers")
    ]
    problems += [
        f"{host} is a public name of the target, and [PRODUCT.dns] hosts lacks it"
        for host in sorted(_named(target, hosted_zones) - hosts.keys())
    ]
    wrong: list[str | None] = []
    answered: dict[str, set[str]] = {}
    for host, settings in hosts.items():
        zone = zones[host]
        servers = [*names.name_servers(zone.name_servers), *resolvers]
        to = (settings.to or load_balancer.dns_name).rstrip(".").lower()
        wrong += _records(zone, host, to, settings)
        replies = ask_all(servers, [host], KINDS)
        allowed = _destination(list(resolvers), to, settings)
        recorded = {kind for kind in KINDS if zone.named(host, kind) or zone.named(host, "CNAME")}
        answered[host] = set(settings.addresses)
        for (server, _, kind), reply in replies.items():
            # An alias by CNAME has the kinds that its destination has.
            there = kind in recorded and bool(allowed[kind] or zone.named(host, kind))
            wrong.append(answer_problem(server, host, kind, reply.values, allowed[kind], recorded=there))
            answered[host] |= set(reply.values)
        ttls = {str(server): reply.ttl for (server, _, _), reply in replies.items() if reply.ttl is not None}
        slowest = max(ttls, key=lambda name: ttls[name], default="")
        if slowest:
            problems.append(line.limit("ttl").problem(ttls[slowest], of=f"{host} at {slowest}"))
        if not answered[host]:
            wrong.append(f"{host} has no address anywhere")
    for zone in {str(zone): zone for zone in zones.values()}.values():
        wrong += _agreement(zone, [*names.name_servers(zone.name_servers), *resolvers], names, zones)
    found = list(dict.fromkeys(w for w in wrong if w))
    hint = "Correct the records where these names are kept, then ask again after their TTL"
    problems.append(line.limit("disagreeing_answers").problem(len(found), of="; ".join(found) or names, hint=hint))
    unseen: list[Unobservable] = []
    for problem in each(lambda place: _certificate(certificates, names, *place), _places(hosts, answered)):
        if isinstance(problem, Unobservable):
            unseen.append(problem)
        else:
            problems.append(problem)
    conclude(problems)
    if unseen:
        raise unseen[0]


def _zones(hosts: list[str], hosted: Found[HostedZone]) -> dict[str, HostedZone]:
    """Host to the zone that it lies in. Raises NotConfigured where a host is in none of the target's."""
    known = {zone.name.rstrip(".").lower(): zone for zone in hosted}
    found = {host: zone_of(host, known) for host in hosts}
    for host, zone in found.items():
        if zone is None:
            raise NotConfigured(f"{host} lies in none of the declared zones", "Add it to [PRODUCT.aws] hosted_zones")
    return {host: known[zone] for host, zone in found.items() if zone}


def _named(target: ProductTarget, hosted: Found[HostedZone]) -> set[str]:
    """Host names that the target speaks of elsewhere, of those in the declared zones."""
    urls = [section.base_url for section in (target.api, target.web) if section]
    urls += [stream.url for stream in (target.websocket, *target.websocket.others.values())] if target.websocket else []
    said = {urlsplit(url).hostname or "" for url in urls} | set(target.web.hosts if target.web else [])
    if target.aws and target.aws.load_balancer:
        said |= set(target.aws.load_balancer.hosts.values())
    zones = [zone.name.rstrip(".").lower() for zone in hosted]
    return {host for host in said if zone_of(host, zones)}


def _records(zone: HostedZone, host: str, to: str, settings: PublicName) -> Iterator[str | None]:
    """The account's own records, and those of private zones that networks see in their place."""
    wanted = [to, *settings.addresses]
    kinds = (*KINDS, "CNAME")
    for kind in kinds:
        for record in zone.named(host, kind):
            yield record_problem(zone, host, kind, destination_of(record), wanted)
    if not any(zone.named(host, kind) for kind in kinds):
        yield f"{zone} has no record of {host}"
    for private in private_zones_of(zone.account):
        for kind in kinds if zone_of(host, [private.name]) else ():
            for record in private.named(host, kind):
                yield record_problem(private, host, kind, destination_of(record), wanted)


def _destination(resolvers: list[NameServer], to: str, settings: PublicName) -> dict[str, set[str]]:
    """Kind of record to the addresses that are right. A resolver may know some of a balancer's: all are taken."""
    if settings.addresses:
        return {
            kind: {a for a in settings.addresses if ipaddress.ip_address(a).version == version}
            for kind, version in KINDS.items()
        }
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for (_, _, kind), reply in ask_all(resolvers, [to], KINDS).items():
        found[kind] |= set(reply.values)
    if not any(found.values()):
        raise Unobservable(f"no resolver knows an address of {to}", "Is it the name of what serves these hosts?")
    return found


def _agreement(
    zone: HostedZone, servers: list[NameServer], names: Names, zones: dict[str, HostedZone]
) -> Iterator[str | None]:
    """Who the zone is delegated to, and who may issue certificates, is the same everywhere."""
    name = zone.name.rstrip(".").lower()
    hosts = [host for host, around in zones.items() if around == zone]
    issuing = [destination_of(record) for record in zone.named(name, "CAA")]
    for server in servers:
        yield same_problem(server, name, "NS", server.ask(name, "NS").values, zone.name_servers)
        said = server.ask(name, "CAA").values
        yield same_problem(server, name, "CAA", said, [value for values in issuing for value in values])
    above = {host: parents(host, name) for host in hosts}
    every = {parent for found in above.values() for parent in found}
    replies = ask_all(servers, sorted(every), ["CAA"])
    for server in servers:
        for host, found in above.items():
            sets = {parent: replies[server, parent, "CAA"].values for parent in found}
            yield issuer_problem(server, host, sets, names.settings.caa_issuers)


def _places(hosts: dict[str, PublicName], answered: dict[str, set[str]]) -> list[tuple[str, PublicName, str]]:
    return [(host, settings, address) for host, settings in hosts.items() for address in sorted(answered[host])]


def _certificate(
    certificates: Found[Certificate], names: Names, host: str, settings: PublicName, address: str
) -> str | Unobservable | None:
    """What is wrong with the certificate that one address presents for one name."""
    issued = _issued(certificates, host, settings)
    if issued is None:
        return f"no certificate of [PRODUCT.aws] certificates is for {host}"
    endpoint = Endpoint("TLS", Place(host, settings.port, address), names.timeouts, names.settings.ca_file)
    try:
        if endpoint.problem:
            return f"{endpoint}: {endpoint.problem}"
        shown = endpoint.serial
    except Unobservable as nothing:
        return nothing
    if bare_serial(shown) == bare_serial(issued.serial):
        return None
    return f"{endpoint} presents the certificate {shown}, want {issued.serial} of {issued}"


def _issued(certificates: Found[Certificate], host: str, settings: PublicName) -> Certificate | None:
    """The declared certificate that is for a host, by its name or by that of all beside it."""
    if settings.certificate:
        return Certificate(next(iter(certificates)).account, settings.certificate)
    beside = f"*.{host.partition('.')[2]}"
    return next((c for c in certificates if {host, beside} & {name.lower() for name in c.names}), None)
