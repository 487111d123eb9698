"""The roles of workloads, by AWS's own evaluation of their policies: what they need is allowed, and nothing else."""

from __future__ import annotations

from fixtures.aws.access_findings import active_analyzers, open_findings
from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.errors import Absent
from fixtures.aws.iam import Iam
from fixtures.aws.workloads import TASKS, Need, Workload, workloads
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.forbidden import Things, federation_problems, forbidden, unconditional_problems
from tests.judges.privileges import identity_of, trust_problems, wide_statements

ELSEWHERE = "lambda.amazonaws.com"
"""A service that no role of a workload may be passed to."""


@verifies("SEI-1.1.2.3.1")
def test_workload_roles_can_do_their_work_and_nothing_more(line: Line, aws: Account, ecs: Cluster, iam: Iam) -> None:
    if not aws.settings.ci_roles or not aws.settings.roles:
        raise NotConfigured(
            "the target has no aws.roles and ci_roles", "Say which roles deploy, and what services need"
        )
    try:
        roles = workloads(aws, iam, ecs)
    except Absent as error:
        raise AssertionError(str(error)) from None
    if not roles:
        raise Unobservable("no service of the cluster has a role", "Do its task definitions name their roles?")
    problems: list[str | None] = []
    wide = [f"{w}, policy {n}: {p}" for w in roles for n, d in w.role.policies.items() for p in wide_statements(d)]
    observed(iam, "statements wider than needed", wide, source="cloudsplaining")
    problems.append(line.limit("wildcard_grants").problem(len(wide), of=iam, hint="; ".join(wide)))
    denied = [p for found in each(_denied, roles) for p in found]
    hint = f"{'; '.join(denied)}. Without it the work stops"
    problems.append(line.limit("required_actions_denied").problem(len(denied), of="roles of workloads", hint=hint))

    things = _things(aws, roles)
    tried: set[str] = set()
    allowed: list[str] = []
    for workload, (asked, found) in zip(roles, each(lambda w: _allowed(w, things, aws), roles), strict=True):
        tried = tried & asked if tried else asked
        allowed += [f"{workload} may {what}" for what in found]
    observed(
        iam, "forbidden actions tried at every role", len(tried), source="iam:SimulatePrincipalPolicy", unit="count"
    )
    problems.append(line.limit("forbidden_actions").problem(len(tried), of="actions tried at every role"))
    hint = "; ".join(allowed[:12]) + (f" and {len(allowed) - 12} more" if len(allowed) > 12 else "")
    problems.append(line.limit("forbidden_actions_allowed").problem(len(allowed), of="roles of workloads", hint=hint))

    me = identity_of(iam.caller["Arn"])
    for workload in roles:
        trust = workload.role.trust
        said = [*trust_problems(trust, [TASKS], [me]), *unconditional_problems(trust)]
        if workload.delivers:
            said = [s for s in said if "oidc-provider/" not in s] + federation_problems(trust)
        problems += [f"{workload} {s}" for s in said]
    problems += _reachable_from_outside(line, aws)
    conclude(problems)


def _denied(workload: Workload) -> list[str]:
    def refused(need: Need) -> str | None:
        if workload.allowed((need.action,), (need.resource,), need.passed_to):
            return None
        return f"{workload} is refused {need.action} on {need.resource}"

    return [p for p in map(refused, sorted(workload.needs, key=str)) if p]


def _allowed(workload: Workload, things: Things, aws: Account) -> tuple[set[str], list[str]]:
    own = Things(
        roles=things.roles,
        databases=things.databases,
        caches=things.caches,
        keys=things.keys,
        buckets=things.buckets,
        secrets=things.secrets,
        foreign_buckets=tuple(b for b in things.buckets if b not in workload.buckets),
        foreign_secrets=tuple(s for s in things.secrets if s not in workload.secrets),
        others=("*", f"arn:aws:iam::{'9' * 12 if aws.id != '9' * 12 else '8' * 12}:role/elsewhere"),
    )
    asked: set[str] = set()
    found: list[str] = []
    for actions, places in forbidden(own, delivers=workload.delivers):
        asked |= set(actions)
        found += workload.allowed(actions, places)
    if workload.delivers:
        found += [
            f"{what}, passed to {ELSEWHERE}" for what in workload.allowed(("iam:PassRole",), things.roles, ELSEWHERE)
        ]
    return asked, found


def _things(aws: Account, roles: list[Workload]) -> Things:
    here, settings = f"{aws.region}:{aws.id}", aws.settings
    names = [settings.rds.instance, *settings.rds.replicas] if settings.rds else []
    group = settings.elasticache.replication_group if settings.elasticache else None
    secrets = [str(aws.read("secretsmanager", "describe_secret", SecretId=n)["ARN"]) for n in settings.secrets.values()]
    return Things(
        roles=tuple(w.role.arn for w in roles),
        databases=tuple(f"arn:aws:rds:{here}:db:{name}" for name in names),
        caches=(f"arn:aws:elasticache:{here}:replicationgroup:{group}",) if group else (),
        keys=tuple(str(k["KeyArn"]) for k in aws.read("kms", "list_keys")["Keys"]),
        buckets=tuple(f"arn:aws:s3:::{name}" for name in settings.buckets.values()),
        secrets=tuple(secrets),
    )


def _reachable_from_outside(line: Line, aws: Account) -> list[str | None]:
    analyzers = active_analyzers(aws)
    if not analyzers:
        return [f"account {aws.id} has no access analyzer at work in {aws.region}. Turn IAM Access Analyzer on"]
    found = [f for analyzer in analyzers for f in open_findings(aws, analyzer)]
    hint = (
        f"Others reach {', '.join(sorted({str(f['resource']) for f in found}))}. Close it, or archive what is meant so"
    )
    return [line.limit("access_findings").problem(len(found), of=f"account {aws.id}", hint=hint)]
