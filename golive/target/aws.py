"""`[PRODUCT.aws]`: the account, and which of its resources make up this deployment."""

from __future__ import annotations

from pydantic import Field

from golive.target.base import Secret, Section, Url


class Flow(Section):
    """A documented network flow. Whatever else security groups admit is a finding."""

    source: str
    """`internet`, a CIDR block, or the name of a tier in `tiers`."""
    to: str
    """The name of a tier."""
    ports: list[int]
    protocol: str = "tcp"


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


class Rds(Section):
    """`[PRODUCT.aws.rds]`."""

    instance: str
    replicas: list[str] = []


class ElastiCache(Section):
    """`[PRODUCT.aws.elasticache]`."""

    replication_group: str


class LoadBalancer(Section):
    """`[PRODUCT.aws.load_balancer]`."""

    name: str
    target_groups: dict[str, str] = {}
    """Service word to the name of its target group."""


class Aws(Section):
    """`[PRODUCT.aws]`. Without keys or profile the usual chain of boto3 is used."""

    account_id: str = Field(pattern=r"^\d{12}$")
    region: str
    dr_region: str | None = None
    profile: str | None = None
    access_key_id: Secret | None = None
    secret_access_key: Secret | None = None
    assume_role: str | None = Field(default=None, pattern=r"^arn:")
    endpoint_url: Url | None = None
    ca_file: str | None = None
    ecs: Ecs | None = None
    rds: Rds | None = None
    elasticache: ElastiCache | None = None
    load_balancer: LoadBalancer | None = None
    buckets: dict[str, str] = {}
    """Our word for a bucket (`files`, `logs`, `backups`) to its name."""
    secrets: dict[str, str] = {}
    """Our word for a secret (`openai`, `pinecone`, `jwt`) to its name in Secrets Manager."""
    rotation_exempt: dict[str, str] = {}
    """Secret word to the reason (with a date) why it does not rotate."""
    dashboards: list[str] = []
    alarms: list[str] = []
    """The alarms that must exist and be armed."""
    log_groups: list[str] = []
    tiers: dict[str, list[str]] = {}
    """Tier (`alb`, `app`, `database`, `cache`) to the names of its security groups."""
    flows: list[Flow] = []
