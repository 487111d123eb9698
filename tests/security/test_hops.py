"""Connections as they are deployed: strong suites, names that verify, and clients that refuse an impostor."""

from __future__ import annotations

import pytest

from fixtures.aws.account import Account
from fixtures.aws.buckets import Bucket
from fixtures.aws.ecs import Cluster
from fixtures.aws.secret_value import read_value
from fixtures.aws.task_definition import TaskDefinition
from fixtures.network.impostor import KIND, Impostor, ImpostorFacts
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.tls import Endpoint
from fixtures.tls.scan import scans
from fixtures.tls.stores import store_endpoints, stores_in_clear
from fixtures.web import Site
from golive.catalogue import Line
from golive.drill import Drills
from golive.guard.tls import OLDEST_FIRST
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.verdict import Unobservable
from tests.judges.clear_objects import refuses_clear_text
from tests.judges.https import plain_problem
from tests.judges.impostor import Stand, lasting, mode_of, taken_in, void
from tests.judges.tls_scan import weak_suites, weaknesses

_CLEAR_SESSIONS = """
select a.usename::text as role, host(a.client_addr) as client from pg_stat_ssl s join pg_stat_activity a using (pid)
where a.client_addr is not null and not s.ssl
"""


@verifies("SEI-2.1.1.4.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(240)
def test_endpoints_encrypt_strongly_and_hops_verify(
    line: Line,
    whole_target: Target,
    target: ProductTarget,
    public_endpoints: Found[Endpoint],
    aws: Account,
    ecs: Cluster,
    impostor: Impostor,
    drills: Drills,
) -> None:
    stores = list(store_endpoints(target, whole_target.timeouts))
    endpoints = [*public_endpoints, *stores]
    scanned = scans(public_endpoints)
    suites = {what: weak_suites(scan) for what, scan in scanned.items()}
    suites |= dict(each(lambda e: (str(e), e.weak_suites), stores))
    weak = [f"{what} takes {', '.join(some)}" for what, some in suites.items() if some]
    known = [f"{what} {sentence}" for what, scan in scanned.items() for sentence in weaknesses(scan)]
    strangers = [f"{e}: {problem}" for e, problem in each(lambda e: (e, e.problem), endpoints) if problem]
    problems = [
        line.limit("weak_suites").problem(len(weak), of=f"{len(endpoints)} endpoints", hint="; ".join(weak)),
        line.limit("known_weaknesses").problem(len(known), of=f"{len(scanned)} scans", hint="; ".join(known)),
        line.limit("unverified_names").problem(
            len(strangers), of=f"{len(endpoints)} endpoints", hint="; ".join(strangers)
        ),
    ]
    modes = _modes(aws, ecs)
    problems += [
        line.limit("sslmode").problem(mode, of=of, hint="So it takes any certificate") for of, mode in modes.items()
    ]
    conclude(problems)
    drill = drills.performed_or_recorded(KIND, ImpostorFacts, impostor.perform)
    stands = _stands(drill.facts)
    accepted = [sentence for stand in stands for sentence in taken_in(stand)]
    limit = line.limit("accepted_impostors")
    conclude([limit.problem(len(accepted), of=f"{drill}", hint="; ".join(accepted))])
    _conclude_stands(stands, str(drill))


@verifies("AURA-8.1.2.1")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(240)
def test_every_hop_carries_data_over_verified_tls_only(
    line: Line,
    whole_target: Target,
    target: ProductTarget,
    public_endpoints: Found[Endpoint],
    site: Site,
    api_site: Site | None,
    buckets: Found[Bucket],
    database: Database,
    impostor: Impostor,
    drills: Drills,
) -> None:
    clear = [f"{p} answers {p.said!r} in clear text" for p in stores_in_clear(target, whole_target.timeouts) if p.talks]
    sites = [s for s in (site, api_site) if s]
    doors = [(s, door) for s in sites for door in s.plain_doors]
    secure = [door for s in sites for door in s.doors]
    pages = [s.get(door + "/") for s, door in doors]
    clear += [p for page in pages if (p := plain_problem(page.url, page.status, page.location, secure))]
    open_buckets = [b for b in buckets if not refuses_clear_text(b.policy, b.name)]
    clear += [f"{b}: its policy admits requests without TLS" for b in open_buckets]
    rows = database.rows(_CLEAR_SESSIONS, fresh=True, name="network sessions without TLS")
    clear += [f"{r['role']} is connected to {database} from {r['client']} without TLS" for r in rows]
    of = "the deployment's hops"
    problems = [line.limit("plaintext_hops").problem(len(clear), of=of, hint="; ".join(clear))]
    endpoints = [*public_endpoints, *store_endpoints(target, whole_target.timeouts)]
    oldest = each(lambda e: next((v for v in OLDEST_FIRST if e.accepts(v)), ""), endpoints)
    for endpoint, version in zip(endpoints, oldest, strict=True):
        least = version.removeprefix("TLSv")
        least = f"{least}.0" if least and "." not in least else least or "0"
        problems.append(line.limit("min_tls_version").problem(least, of=endpoint))
        problems.append(f"{endpoint}: {endpoint.problem}" if endpoint.problem else None)
    conclude(problems)
    drill = drills.performed_or_recorded(KIND, ImpostorFacts, impostor.perform)
    stands = _stands(drill.facts)
    conclude([f"{sentence} ({drill})" for stand in stands for sentence in taken_in(stand)])
    _conclude_stands(stands, str(drill))


def _conclude_stands(stands: list[Stand], drill: str) -> None:
    if empty := [sentence for stand in stands for sentence in void(stand)]:
        raise Unobservable(f"{drill}: {'; '.join(empty)}", "Correct [PRODUCT.network.impersonation]")
    conclude([sentence for stand in stands for sentence in lasting(stand)])


def _stands(facts: ImpostorFacts) -> list[Stand]:
    if not facts.before:
        raise Unobservable("the drill stood in for no store", "Name some in [PRODUCT.network.impersonation] hops")
    return [
        Stand(hop, before, facts.trusted[hop], facts.entered[hop], facts.accepted[hop], facts.after[hop])
        for hop, before in facts.before.items()
    ]


def _modes(aws: Account, ecs: Cluster) -> dict[str, str]:
    """Variable of a container with a store's address to how far it has its client verify."""
    found: dict[str, str] = {}
    for arn in sorted({service.task_definition_arn for service in ecs.services}):
        for container in TaskDefinition(aws, arn).containers:
            named = [*container.variables.items()]
            named += [(n, read_value(aws, text, container)) for n, text in container.secrets.items()]
            found |= {f"{name} of {container}": mode[1] for name, value in named if (mode := mode_of(value))}
    if not found:
        raise Unobservable(
            f"no container of {ecs} is given the address of a store", "By which variable do they know it?"
        )
    return observed(ecs, "verification of stores", found, source="ecs:DescribeTaskDefinition, secretsmanager")
