"""Connections as they are deployed: strong suites, names that verify, and clients that refuse an impostor."""

from __future__ import annotations

import pytest

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.secret_value import read_value
from fixtures.aws.task_definition import TaskDefinition
from fixtures.network.impostor import KIND, Impostor, ImpostorFacts
from fixtures.parallel import each
from fixtures.tls import Endpoint
from fixtures.tls.stores import store_endpoints
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.verdict import Unobservable
from tests.judges.impostor import Stand, lasting, mode_of, taken_in, void


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
    endpoints = [*public_endpoints, *store_endpoints(target, whole_target.timeouts)]
    seen = each(lambda e: (e, e.problem, e.weak_suites), endpoints)
    weak = [f"{e} takes {', '.join(suites)}" for e, _, suites in seen if suites]
    strangers = [f"{e}: {problem}" for e, problem, _ in seen if problem]
    problems = [
        line.limit("weak_suites").problem(len(weak), of=f"{len(endpoints)} endpoints", hint="; ".join(weak)),
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
