"""Secrets reach containers by reference only."""

from __future__ import annotations

import pytest

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.errors import Absent
from fixtures.aws.secret_value import parse_reference
from fixtures.aws.secrets import StoredSecret
from fixtures.aws.task_definition import TaskDefinition
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from tests.judges.secrets import secret_in_clear


@verifies("AURA-2.2.2.1")
@pytest.mark.smoke
def test_containers_get_secrets_by_reference_only(line: Line, aws: Account, ecs: Cluster) -> None:
    names = sorted({*ecs.service_names, *(s.name for s in ecs.services)})
    services = Found(f"services in {ecs}", [Service(ecs, name) for name in names], source="ecs:ListServices")
    definitions = {str(d): d for service in services for d in _definitions(aws, service)}
    containers = [c for definition in definitions.values() for c in definition.containers]
    references = {text for c in containers for text in c.secrets.values()}
    broken = {text: why for text, why in each(lambda text: (text, _broken(aws, text)), sorted(references)) if why}
    problems: list[str | None] = []
    for container in containers:
        container.variable_names  # noqa: B018  recorded: what was looked through
        clear = {n: why for n, value in container.variables.items() if (why := secret_in_clear(n, value))}
        wrong = {n: broken[text] for n, text in container.secrets.items() if text in broken}
        files = [f.get("value", "") for f in container.raw.get("environmentFiles", [])]
        said = [f"{n}: {why}" for n, why in {**clear, **wrong}.items()] + [
            f"{f}: a file of variables in the clear" for f in files
        ]
        hint = f"{'; '.join(said)}. Keep the value in Secrets Manager and name its ARN under `secrets`"
        problems.append(line.limit("plaintext_secrets").problem(len(said), of=container, hint=hint))
    conclude(problems)


def _definitions(aws: Account, service: Service) -> list[TaskDefinition]:
    """What the service runs now: its own definition, and those of deployments that still have tasks."""
    arns = {service.task_definition_arn} | {
        str(d["taskDefinition"]) for d in service.deployments if d.get("runningCount")
    }
    return [TaskDefinition(aws, arn) for arn in sorted(arns)]


def _broken(aws: Account, text: str) -> str | None:
    """Why a reference gives no secret, None when it does."""
    reference = parse_reference(text)
    if reference is None:
        return f"{text} is no ARN of Secrets Manager"
    secret = StoredSecret(aws, reference.secret)
    try:
        deleted = secret.deleted
    except Absent:
        return f"{reference.secret} does not exist"
    return f"{reference.secret} is marked for deletion ({deleted:%Y-%m-%d})" if deleted else None
