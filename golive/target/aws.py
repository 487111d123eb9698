"""`[PRODUCT.aws]`: the account, and which of its resources make up this deployment."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field, model_validator

from golive.target.aws_accounts import OtherAccount
from golive.target.base import LocalPath, Secret, Section, Url


class Flow(Section):
    """A documented network flow. Whatever else security groups admit is a finding."""

    source: str
    """`internet`, a CIDR block, or the name of a tier in `tiers`."""
    to: str
    """The name of a tier, `internet` or a CIDR block (for what goes out)."""
    ports: list[int]
    protocol: str = "tcp"


class AcceptedFinding(Section):
    """`[PRODUCT.aws.ecs.accepted_findings.NAME]`: a weak point of an image that is known and accepted for a while."""

    reason: str = Field(min_length=10)
    until: date
    """The last day; from the next one on it counts again."""


class Ecs(Section):
    """`[PRODUCT.aws.ecs]`."""

    cluster: str
    services: dict[str, str] = Field(min_length=1)
    """Our word for a service (`api`, `worker`, `web`) to its name."""
    task_count_min: int = 2
    registry: str | None = None
    """The ECR repository of the images."""
    required_variables: dict[str, list[str]] = {}
    """Service word to the environment variables that its container must be given."""
    containers: dict[str, str] = {}
    """Service word to the name of its main container, where it is not the first essential one."""
    scaled: list[str] = []
    """Words of the services that scale by load; empty: all of them. (A scheduler runs once and does not scale.)"""
    accepted_findings: dict[str, AcceptedFinding] = {}
    """Name of a finding (`CVE-2026-12345`) to why it is accepted, and until when."""
    insights: bool = True
    """Whether the cluster is meant to have container insights."""

    @model_validator(mode="after")
    def _words_are_services(self) -> Ecs:
        for key in ("required_variables", "containers", "scaled"):
            for word in getattr(self, key):
                if word not in self.services:
                    raise ValueError(f"{key} names {word!r}, which is none of services: {', '.join(self.services)}")
        return self


class Restore(Section):
    """`[PRODUCT.aws.rds.restore]`: how an instance is made of a backup, and how it is reached and compared."""

    dsn: Secret
    """A libpq connection string of a role that sees every row of the source (BYPASSRLS where there is row security) and
    changes none. At a restored instance host and port are replaced."""
    dsn_options: dict[str, str] = {}
    """Connection parameters that differ at a restored instance, such as `{sslmode = "verify-ca"}`."""
    host: str | None = None
    """Where a restored instance is reached instead of at its endpoint: a tunnel's end."""
    port: int | None = None
    role: str | None = Field(default=None, pattern=r"^arn:")
    """The role that restores in an emergency. Golive takes it to restore, so that a right it lacks is found."""
    instance_class: str | None = None
    subnet_group: str | None = None
    parameter_group: str | None = None
    security_groups: list[str] = []
    """Names or ids."""
    guide: str | None = None
    """The page of the source checkout that says when and how the database is set back."""


class Rds(Section):
    """`[PRODUCT.aws.rds]`."""

    instance: str
    """The identifier of the writer."""
    replicas: list[str] = []
    """The identifiers of the read replicas."""
    size_floor_bytes: int | None = Field(default=None, gt=0)
    """A backup that holds less than this is no backup of this database. None: only compared with the one before."""
    restore: Restore | None = None


class Backups(Section):
    """`[PRODUCT.aws.backups]`: database backups that are written to a bucket, instead of or besides RDS's own."""

    bucket: str
    """Our word for the bucket, a key of `buckets`."""
    prefix: str = ""
    """Of the backups' keys."""
    since: datetime | None = None
    """When backups began; None: long ago."""


class ElastiCache(Section):
    """`[PRODUCT.aws.elasticache]`."""

    replication_group: str
    export_bucket: str | None = None
    """Our word for the bucket, a key of `buckets`, that snapshots may be exported to; ElastiCache may write there."""


class Route(Section):
    """One of `[[PRODUCT.aws.load_balancer.routes]]`: a host and path that clients use beside operations and pages."""

    host: str
    path: str = Field(default="/", pattern=r"^/")
    to: str
    """The word of the service that must answer, a key of `target_groups`; or `default`: the listener's fixed answer."""


class LoadBalancer(Section):
    """`[PRODUCT.aws.load_balancer]`."""

    name: str
    target_groups: dict[str, str] = {}
    """Service word to the name of its target group."""
    hosts: dict[str, str] = {}
    """Service word to the host name by which clients ask for it, where it is not that of the service's own URL."""
    routes: list[Route] = []

    @model_validator(mode="after")
    def _routes_lead_to_services(self) -> LoadBalancer:
        for route in self.routes:
            if route.to != "default" and route.to not in self.target_groups:
                raise ValueError(f"the route {route.host}{route.path} leads to {route.to!r}, not one of target_groups")
        return self


class ContentNetwork(Section):
    """`[PRODUCT.aws.cdn]`: the CloudFront distribution before a bucket."""

    alias: str
    """Its name in DNS, such as `assets.example.com`."""
    asset: str = Field(pattern=r"^/")
    """The path of one object that everybody may fetch through it."""
    bucket: str = "files"
    """Our word for the bucket that it serves."""
    url: Url | None = None
    """Where the alias is reached from here; None: at `https://ALIAS`."""
    http_url: Url | None = None
    """The plain twin of `url`; None: at `http://ALIAS`, where `url` is not given either."""
    ca_file: LocalPath | None = None


class RequestLog(Section):
    """`[PRODUCT.aws.request_log]`: the log in which each task has a stream, with a line of JSON for each request."""

    group: str
    path: str = "path"
    """The field with what was asked for."""
    status: str = "status"
    """The field with the status of the answer."""


class TaskRole(Section):
    """`[PRODUCT.aws.roles.WORD]`: the work of a service's task role, to try it. WORD as in `ecs.services`.

    The identity of the run must be allowed to take the role, by its own policy and by the role's trust policy.
    """

    bucket: str
    """Our word for the bucket that it reads and writes; it must be refused all the others."""
    prefix: str = ""
    """Under which it may write there."""
    secrets: list[str] = []
    """Our words for the secrets that it may read; it must be refused all the others."""


class Aws(Section):
    """`[PRODUCT.aws]`. Without keys or profile the usual chain of boto3 is used."""

    account_id: str = Field(pattern=r"^\d{12}$")
    region: str
    dr_region: str | None = None
    profile: str | None = None
    access_key_id: Secret | None = None
    secret_access_key: Secret | None = None
    session_token: Secret | None = None
    """Of temporary keys."""
    assume_role: str | None = Field(default=None, pattern=r"^arn:")
    """The role to read with, taken by the keys, profile or usual chain."""
    endpoint_url: Url | None = None
    """One address for all services, for an account that is not at amazonaws.com."""
    ca_file: LocalPath | None = None
    """The certificate authority of `endpoint_url`."""
    ecs: Ecs | None = None
    rds: Rds | None = None
    backups: Backups | None = None
    elasticache: ElastiCache | None = None
    load_balancer: LoadBalancer | None = None
    buckets: dict[str, str] = {}
    """Our word for a bucket (`files`, `logs`, `backups`) to its name."""
    secrets: dict[str, str] = {}
    """Our word for a secret (`openai`, `pinecone`, `jwt`) to its name in Secrets Manager."""
    rotation_exempt: dict[str, str] = {}
    """Secret word to the reason (with a date) why it does not rotate."""
    key_accounts: dict[str, str] = {}
    """Ids of other accounts whose people may use this one's KMS keys, each with the reason (with a date)."""
    dashboards: list[str] = []
    alarms: list[str] = []
    """The alarms that must exist and be armed."""
    log_groups: list[str] = []
    """The groups that the deployment writes to; what lies in the same folders is looked at too."""
    component_logs: dict[str, str] = {}
    """Our word for a component that is no ECS service (`database`, `edge`) to the log group that it writes to."""
    request_log: RequestLog | None = None
    """Where the API's tasks write their requests down, each in a stream whose name ends with the task's id."""
    log_groups_kept_forever: list[str] = []
    """Groups that never expire on purpose."""
    tiers: dict[str, list[str]] = {}
    """Tier (`alb`, `app`, `database`, `cache`) to the names of its security groups."""
    flows: list[Flow] = []
    """The documented flows; whatever else is admitted is a finding."""
    topics: dict[str, str] = {}
    """Our word for an SNS topic (`oncall`) to its name or ARN."""
    certificates: list[str] = []
    """Domain names whose ACM certificates serve this deployment."""
    hosted_zones: list[str] = []
    """Names of the Route 53 zones of this deployment."""
    trail: str | None = None
    """The CloudTrail trail; None: any that logs in the region."""
    outsider_role: str | None = Field(default=None, pattern=r"^arn:")
    """A role that may read no secret and that the reader may take: refusals are tried with it."""
    compliance_exempt: dict[str, str] = {}
    """AWS Config rule to the reason (with a date) why it may be broken."""
    config_recorder: str | None = None
    """The AWS Config recorder; None: the region's only one."""
    web_acl: str | None = None
    """The WAF web ACL that should stand before the load balancer."""
    namespace: str | None = None
    """The Cloud Map namespace in which services find each other."""
    cdn: ContentNetwork | None = None
    roles: dict[str, TaskRole] = {}
    """Word of a service to the work of its task role."""
    ci_roles: list[str] = []
    """Names of the roles that deploy; whoever else changes the deployment is a finding."""
    elsewhere: dict[str, OtherAccount] = {}
    """Our word for another account (`names`, `bills`) to the services that are kept there."""

    def of(self, service: str) -> Aws:
        """Return the settings with which a service, by boto3's name, is read: of the account that keeps it."""
        other = next((o for o in self.elsewhere.values() if service in o.services), None)
        if other is None:
            return self
        changed: dict[str, object] = {
            "account_id": other.account_id, "region": other.region or self.region, "assume_role": other.assume_role,
        }  # fmt: skip
        if other.profile:
            changed |= {
                "profile": other.profile, "access_key_id": None, "secret_access_key": None, "session_token": None,
            }  # fmt: skip
        return self.model_copy(update=changed)

    @model_validator(mode="after")
    def _a_service_is_in_one_account(self) -> Aws:
        seen: dict[str, str] = {}
        for word, other in self.elsewhere.items():
            for service in other.services:
                if service in seen:
                    raise ValueError(f"elsewhere.{word} and elsewhere.{seen[service]} both have {service!r}")
                seen[service] = word
        return self

    @model_validator(mode="after")
    def _roles_are_of_services(self) -> Aws:
        for word, role in self.roles.items():
            for key, name, known in (
                ("ecs.services", word, self.ecs.services if self.ecs else {}),
                ("buckets", role.bucket, self.buckets),
                *(("secrets", secret, self.secrets) for secret in role.secrets),
            ):
                if name not in known:
                    raise ValueError(f"roles.{word} speaks of {name!r}, which is none of {key}")
        return self

    @model_validator(mode="after")
    def _backups_have_a_bucket(self) -> Aws:
        if self.backups and self.backups.bucket not in self.buckets:
            raise ValueError(
                f"backups.bucket {self.backups.bucket!r} is none of buckets: {', '.join(self.buckets) or 'none'}"
            )
        return self
