"""Certificates and TLS versions, as each address shows them."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.aws.balancing import LoadBalancer
from fixtures.aws.certificates import Certificate
from fixtures.aws.zones import HostedZone
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.tls import Endpoint
from fixtures.tls.clear import Plain, stream_in_clear
from fixtures.tls.stores import store_endpoints, stores_in_clear
from fixtures.web import Site
from golive.catalogue import Line
from golive.guard.tls import OLDEST_FIRST
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.verdict import NotConfigured
from tests.judges.https import max_age_of, plain_problem
from tests.judges.tls import bare, is_chain_problem, is_name_problem, renewal_problems


@verifies("SEI-1.1.2.1.4")
@pytest.mark.smoke
def test_certificates_are_valid_everywhere_and_renew_by_themselves(
    line: Line,
    public_endpoints: Found[Endpoint],
    certificates: Found[Certificate],
    hosted_zones: Found[HostedZone],
    load_balancer: LoadBalancer,
) -> None:
    endpoints = list(public_endpoints)
    said = dict(zip(endpoints, each(lambda e: (e.problem, e.days_left, e.strength), endpoints), strict=True))
    problems: list[str | None] = [
        f"{e}: {p}. Renew or complete it at this address" for e, (p, _, _) in said.items() if p
    ]
    chains = [e for e, (p, _, _) in said.items() if is_chain_problem(p)]
    strangers = [e for e, (p, _, _) in said.items() if is_name_problem(p)]
    problems.append(line.limit("broken_chains").problem(len(chains), of=_names(chains)))
    problems.append(line.limit("uncovered_hosts").problem(len(strangers), of=_names(strangers)))
    for endpoint, (_, days, strength) in said.items():
        left = line.limit("remaining_validity")
        problems.append(
            left.problem(days, of=endpoint, hint=f"Its serial is {endpoint.serial}. Has the renewal run here?")
        )
        hint = "Take RSA of 2048 bits or a P-256 key at least"
        problems.append(line.limit("key_strength").problem(strength, of=endpoint, hint=hint))
    records = _cnames(hosted_zones)
    serving = {arn for listener in load_balancer.listeners for arn in listener.certificates}
    for certificate in certificates:
        renewal = certificate.renewal
        found = renewal_problems(certificate.type, certificate.status, renewal, certificate.validations, records)
        problems += [f"{certificate}: {p}" for p in found]
        problems.append(line.limit("renewal_eligibility").problem(renewal["eligibility"] or "none", of=certificate))
        if load_balancer.arn not in certificate.in_use_by or certificate.raw["CertificateArn"] not in serving:
            problems.append(f"{certificate}: {load_balancer} does not use it, so what renews is not what is served")
    conclude(problems)


@verifies("SEI-1.1.2.2.2")
@pytest.mark.smoke
def test_every_connection_negotiates_the_newest_tls(
    line: Line,
    whole_target: Target,
    target: ProductTarget,
    api: ApiClient,
    site: Site,
    api_site: Site | None,
    public_endpoints: Found[Endpoint],
    database: Database,
    load_balancer: LoadBalancer,
) -> None:
    timeouts, exempt = whole_target.timeouts, api.settings
    endpoints = [*public_endpoints, *store_endpoints(target, timeouts)]
    accepted = each(_versions, endpoints)
    refused_always = OLDEST_FIRST[: OLDEST_FIRST.index(f"TLSv{line.limit('always_refused_version').value}") + 1]
    problems: list[str | None] = []
    older: list[str] = []
    for endpoint, versions in zip(endpoints, accepted, strict=True):
        newest = max(versions, default="")
        hint = "It shakes hands in nothing newer; is it TLS at all?"
        problems.append(
            line.limit("negotiated_version").problem(newest.removeprefix("TLSv") or "0", of=endpoint, hint=hint)
        )
        allowed = ("TLSv1.2",) if endpoint.name in exempt.older_tls else ()
        older += [
            f"{endpoint} accepts {version}" + (", which nothing may" if version in refused_always else "")
            for version in versions
            if version != "TLSv1.3" and version not in allowed
        ]
    hint = "Raise the least version of these listeners"
    problems.append(
        line.limit("unlisted_older_handshakes").problem(len(older), of="; ".join(older) or "all", hint=hint)
    )
    clear = [*_clear_hops(target, load_balancer), *_clear_sessions(database)]
    clear += [f"{p} answers {p.said!r} in clear text" for p in _plain(target, whole_target, api) if p.talks]
    clear += _plain_web(line, [s for s in (site, api_site) if s], problems)
    clear += _policies(load_balancer)
    hint = "Close these, or name each in clear_text or older_tls with its reason"
    problems.append(line.limit("clear_text_listeners").problem(len(clear), of="; ".join(clear) or "all", hint=hint))
    conclude(problems)


def _versions(endpoint: Endpoint) -> list[str]:
    """The versions that the endpoint accepts; that it accepts any is the control of all refusals."""
    return [version for version in OLDEST_FIRST if endpoint.accepts(version)]


def _clear_hops(target: ProductTarget, balancer: LoadBalancer) -> list[str]:
    """Hops behind the balancer that are not encrypted and not exempt."""
    api = target.api
    if api is None:
        return []
    hops = {f"target group {group.name}": str(group.raw.get("Protocol", "")) for group in balancer.target_groups}
    hops |= {instance.url.partition("://")[2].rstrip("/"): instance.url.partition(":")[0] for instance in api.instances}
    observed(balancer, "protocols behind it", hops, source="elasticloadbalancing:DescribeTargetGroups and the target")
    return [
        f"the hop from {balancer} to {name} is {protocol}"
        for name, protocol in hops.items()
        if protocol.upper() not in ("HTTPS", "TLS") and name not in api.clear_text
    ]


def _clear_sessions(database: Database) -> list[str]:
    """Sessions that came over the network without the newest TLS. A local socket never leaves the machine."""
    rows = database.rows(
        "select a.usename::text as role, host(a.client_addr) as client, s.ssl, coalesce(s.version, 'none') as version "
        "from pg_stat_ssl s join pg_stat_activity a using (pid) where a.client_addr is not null",
        fresh=True,
        name="network sessions",
    )
    return [f"{r['role']} is connected to {database} from {r['client']} by TLS {r['version']}"
            for r in rows if not r["ssl"] or r["version"] != "TLSv1.3"]  # fmt: skip


def _plain(target: ProductTarget, whole: Target, api: ApiClient) -> list[Plain]:
    """Every door for TLS, tried without."""
    found = list(stores_in_clear(target, whole.timeouts))
    if api.settings.http_url is None:
        raise NotConfigured(f"the target has no {api.product}.api.http_url", "Add the plain address of the API")
    streams = [target.websocket, *target.websocket.others.values()] if target.websocket else []
    return found + [stream_in_clear(s.url, api.settings.http_url, whole.timeouts.connect) for s in streams]


def _plain_web(line: Line, sites: list[Site], problems: list[str | None]) -> list[str]:
    """Plain HTTP that does not lead to https; whether https is remembered goes to `problems`."""
    secure = [door for site in sites for door in site.doors]
    found = []
    for site in sites:
        for door in site.plain_doors:
            page = site.get(door + "/")
            found.append(plain_problem(page.url, page.status, page.location, secure))
        age = max_age_of(site.get("/").headers.get("Strict-Transport-Security"))
        problems.append(line.limit("hsts_max_age").problem(age, of=site))
    return [p for p in found if p]


def _policies(balancer: LoadBalancer) -> list[str]:
    """The balancer's own configuration, as a second source."""
    return [
        f"{listener} is {listener.protocol} with policy {listener.tls_policy or 'none'}"
        for listener in balancer.listeners
        if (listener.protocol in ("HTTPS", "TLS") and "TLS13-1-3" not in listener.tls_policy)
        or (
            listener.protocol not in ("HTTPS", "TLS")
            and {a.get("Type") for a in listener.default_actions} != {"redirect"}
        )
    ]


def _cnames(zones: Found[HostedZone]) -> dict[str, str]:
    return {
        bare(record["Name"]): bare(record["ResourceRecords"][0]["Value"])
        for zone in zones
        for record in zone.records
        if record["Type"] == "CNAME" and record.get("ResourceRecords")
    }


def _names(endpoints: list[Endpoint]) -> str:
    return "; ".join(map(str, endpoints)) or "all public endpoints"
