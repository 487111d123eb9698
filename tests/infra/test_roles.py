"""The roles of services: each does its work, is refused what is not its work, and can't be taken by others."""

from __future__ import annotations

import pytest

from fixtures.aws.account import Account
from fixtures.aws.buckets import Bucket
from fixtures.aws.ecs import Cluster
from fixtures.aws.iam import Iam, Role
from fixtures.aws.objects import scratch_in
from fixtures.aws.taken_role import TakenRole
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target.aws import TaskRole
from golive.verdict import NotConfigured, Unobservable
from tests.judges.privileges import identity_of, trust_problems, wide_statements

TASKS = "ecs-tasks.amazonaws.com"


@verifies("AURA-1.1.1.2")
@pytest.mark.writes
def test_roles_do_their_work_and_nothing_else(line: Line, aws: Account, ecs: Cluster, iam: Iam) -> None:
    if not aws.settings.roles:
        raise NotConfigured("the target has no aws.roles", "Say in [PRODUCT.aws.roles] what a service's role may do")
    problems: list[str | None] = []
    roles = {(s.task_definition.task_role, s.task_definition.execution_role) for s in ecs.services}
    names = sorted({iam.role(arn).name for pair in roles for arn in pair if arn})
    if not names:
        raise Unobservable("no service of the cluster has a role", "Do its task definitions name their roles?")
    wide = [f"{iam.role(n)}, policy {p}" for n in names for p in _wide(iam.role(n))]
    problems.append(line.limit("wildcard_statements").problem(len(wide), of=iam, hint="; ".join(wide)))
    me = identity_of(iam.caller["Arn"])
    problems += [f"{iam.role(n)} {p}" for n in names for p in trust_problems(iam.role(n).trust, [TASKS], [me])]

    allowed: list[str] = []
    for word, work in aws.settings.roles.items():
        arn = ecs.service(word).task_definition.task_role
        if not arn:
            problems.append(f"{ecs.service(word)}: its task definition names no role")
            continue
        role = TakenRole(aws, arn)
        role.prove()
        problems += _does_its_work(aws, role, work)
        allowed += [f"{role} may {what}" for what in _forbidden_but_allowed(aws, role, work)]
    limit = line.limit("forbidden_actions_allowed")
    problems.append(limit.problem(len(allowed), of="service roles", hint="; ".join(allowed)))
    conclude(problems)


def _wide(role: Role) -> list[str]:
    found = [f"{name}: {p}" for name, document in role.policies.items() for p in wide_statements(document)]
    return observed(role, "statements wider than needed", found, source="cloudsplaining")


def _does_its_work(aws: Account, role: TakenRole, work: TaskRole) -> list[str]:
    """Put an object and get it back as the role."""
    bucket = Bucket(aws, aws.settings.buckets[work.bucket], work.bucket)
    content = f"by {role} in {run_id()}".encode()
    with scratch_in(bucket, under=work.prefix) as scratch:
        where = {"Bucket": bucket.name, "Key": scratch.key("object")}
        if role.try_(f"put an object into {bucket}", "s3", "put_object", **where, Body=content) is None:
            return [f"{role} is refused its work: to put an object into {bucket} under {work.prefix or '/'}"]
        answer = role.try_(f"get its object from {bucket}", "s3", "get_object", **where)
        if answer is None:
            return [f"{role} is refused its work: to get its object from {bucket}"]
        return [] if answer["Body"].read() == content else [f"{bucket} gives {role} another content than it put"]


def _forbidden_but_allowed(aws: Account, role: TakenRole, work: TaskRole) -> list[str]:
    """What the role is not refused although it is not its work. What that makes is taken away again."""
    found = []
    user = {"UserName": run_id()}
    if role.try_("create a user", "iam", "create_user", **user) is not None:
        found.append("create IAM users")
        if role.try_("delete that user", "iam", "delete_user", **user) is None:
            raise Unobservable(f"{role} could create the user {run_id()} and not delete it", "Delete that user")
    for word, name in aws.settings.buckets.items():
        if word != work.bucket and role.try_(f"list bucket {name}", "s3", "list_objects_v2", Bucket=name, MaxKeys=1):
            found.append(f"list bucket {name}")
    for word, name in aws.settings.secrets.items():
        if word not in work.secrets and role.try_(
            f"read secret {name}", "secretsmanager", "get_secret_value", SecretId=name
        ):
            found.append(f"read secret {name}")
    return found
