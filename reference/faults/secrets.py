"""Secrets that are lost, open to others, stuck in rotation, or given to containers in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
STORE, CONTAINERS, VARIABLES = "AURA-8.1.2.5", "AURA-2.2.2.1", "AURA-5.1.2.1"
SHIPPED = "AURA-8.1.1.4"


@fault(
    name="aura-secret-marked-for-deletion",
    breaks="a secret that the containers need was deleted",
    fails=[STORE, CONTAINERS, VARIABLES, SHIPPED],
    message={
        SHIPPED: r"secret aurastudio/celery-result-backend: \S+ is marked for deletion",
        STORE: r"secret aurastudio/celery-result-backend: is marked for deletion",
        CONTAINERS: r"CELERY_RESULT_BACKEND: \S+ is marked for deletion",
        VARIABLES: r"CELERY_RESULT_BACKEND of container api of .* is marked for deletion",
    },
    touches="aws:aurastudio:secret:celery-result-backend",
)
def marked_for_deletion(deployment: Deployment) -> Iterator[None]:
    client, name = deployment.aws(PRODUCT, "secretsmanager"), "aurastudio/celery-result-backend"
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    try:
        yield
    finally:
        client.restore_secret(SecretId=name)


@fault(
    name="aura-secret-rotation-hangs",
    breaks="all settings of a secret are right, its rotation fails since days and left a pending version",
    fails=[STORE],
    message=r"secret aurastudio/openai: should have rotated at .*\n.*aurastudio/openai: has a rotation that hangs",
    touches="aws:aurastudio:secret:openai",
    hard=True,
)
def rotation_hangs(deployment: Deployment) -> Iterator[None]:
    client, name = deployment.aws(PRODUCT, "secretsmanager"), "aurastudio/openai"
    overdue = {"NextRotationDate": {"ago": "3d"}, f"VersionIdsToStages.{uuid4()}": ["AWSPENDING"]}
    where = {"Name": client.describe_secret(SecretId=name)["Name"]}
    with amended(deployment, PRODUCT, "secretsmanager", "", overdue, where, "DescribeSecret"):
        yield


@fault(
    name="aura-secret-open-to-a-stranger",
    breaks="a secret's policy lets anybody in the account read it",
    fails=[STORE],
    message=r"foreign readers is 1.*golive-outsider may read aurastudio/jwt",
    touches="aws:aurastudio:secret:jwt",
    hard=True,
)
def open_to_a_stranger(deployment: Deployment) -> Iterator[None]:
    client, name = deployment.aws(PRODUCT, "secretsmanager"), "aurastudio/jwt"
    before = client.get_resource_policy(SecretId=name)["ResourcePolicy"]
    anybody = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},'
        ' "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}'
    )
    client.put_resource_policy(SecretId=name, ResourcePolicy=anybody)
    try:
        yield
    finally:
        client.put_resource_policy(SecretId=name, ResourcePolicy=before)


@fault(
    name="aura-secret-key-of-aws",
    breaks="a secret is encrypted with the key that AWS keeps for everybody",
    fails=[STORE],
    message=r"secret aurastudio/deepl: is encrypted with a key of AWS",
    touches="aws:aurastudio:secret:deepl",
    hard=True,
)
def key_of_aws(deployment: Deployment) -> Iterator[None]:
    with amended(
        deployment, PRODUCT, "secretsmanager", "", {"KmsKeyId": None}, {"Name": "aurastudio/deepl"}, "DescribeSecret"
    ):
        yield


@fault(
    name="aura-container-has-a-password",
    breaks="a container gets a password in the clear",
    fails=[CONTAINERS, SHIPPED],
    message={
        CONTAINERS: r"container worker of .*DB_PASSWORD: its name says that it is a secret",
        SHIPPED: r"variable DB_PASSWORD of container worker of .* holds a secret: its name says",
    },
    touches="aws:aurastudio:definition:worker",
)
def container_has_a_password(deployment: Deployment) -> Iterator[None]:
    with _worker_given(deployment, clear={"DB_PASSWORD": "Summer-2026-harvest"}):
        yield


@fault(
    name="aura-container-password-in-an-address",
    breaks="a container gets a password inside a variable with a harmless name",
    fails=[CONTAINERS, SHIPPED],
    message={
        CONTAINERS: r"container worker of .*DATABASE_URL: its value is an address with a password in it",
        SHIPPED: r"variable DATABASE_URL of container worker of .* holds a secret: its value is an address",
    },
    touches="aws:aurastudio:definition:worker",
    hard=True,
)
def password_in_an_address(deployment: Deployment) -> Iterator[None]:
    address = "postgresql://app:Winter-2026-frost@database.internal:5432/aurastudio"
    with _worker_given(deployment, clear={"DATABASE_URL": address}):
        yield


@fault(
    name="aura-container-names-a-deleted-secret",
    breaks="a container refers to a secret that is marked for deletion",
    fails=[CONTAINERS],
    message=r"container worker of .*PARTNER_KEY: \S+aurastudio/partner\S* is marked for deletion",
    touches="aws:aurastudio:definition:worker",
    hard=True,
)
def names_a_deleted_secret(deployment: Deployment) -> Iterator[None]:
    client = deployment.aws(PRODUCT, "secretsmanager")
    arn = client.create_secret(Name="aurastudio/partner", SecretString="unused")["ARN"]
    client.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    try:
        with _worker_given(deployment, reference={"PARTNER_KEY": arn}):
            yield
    finally:
        client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _worker_given(
    deployment: Deployment, clear: dict[str, str] | None = None, reference: dict[str, str] | None = None
) -> Any:
    """The worker's container with more variables, those in `clear` instead of references of the same name."""
    ecs = deployment.aws(PRODUCT, "ecs")
    container = ecs.describe_task_definition(taskDefinition=f"{PRODUCT}-worker")["taskDefinition"][
        "containerDefinitions"
    ][0]
    given = container["environment"] + [{"name": n, "value": v} for n, v in (clear or {}).items()]
    secrets = [s for s in container["secrets"] if s["name"] not in (clear or {})]
    secrets += [{"name": n, "valueFrom": v} for n, v in (reference or {}).items()]
    change = {"environment": given, "secrets": secrets}
    where = {"name": container["name"]}
    return amended(deployment, PRODUCT, "ecs", "containerDefinitions", change, where, "DescribeTaskDefinition")
