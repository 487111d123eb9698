"""A translation service that acts as somebody else or may do more, and a key that lies open or works everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault
from reference.simulators import google_identity
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
IDENTITY, KEY = "AURA-3.3.1.1", "AURA-3.3.1.2"


@fault(
    name="aura-translation-by-a-person",
    breaks="the secret of the translation service holds what a person's own sign-in left",
    fails=[IDENTITY],
    message=r"secret aurastudio/google-identity: acts as ada@\S+, a person's own account",
    touches="aws:aurastudio:secret:google-identity",
)
def translation_by_a_person(deployment: Deployment) -> Iterator[None]:
    client = deployment.aws(PRODUCT, "secretsmanager")
    stages = client.describe_secret(SecretId=f"{PRODUCT}/google-identity")["VersionIdsToStages"]
    current = next(str(id_) for id_, held in stages.items() if "AWSCURRENT" in held)
    text = json.dumps(google_identity.personal(deployment.settings))
    where = {"VersionId": current}
    with amended(deployment, PRODUCT, "secretsmanager", "", {"SecretString": text}, where, "GetSecretValue"):
        yield


def _google(deployment: Deployment, switch: str, value: list[str], healthy: list[str]) -> Iterator[None]:
    return simulated(deployment, "google", {switch: value}, {switch: healthy})


@fault(
    name="aura-translation-identity-owns-the-project",
    breaks="the service account is the declared one and owns the whole project",
    fails=[IDENTITY],
    message=r"identity in secret aurastudio/google-identity: excess permissions is \d+.*compute\.instances\.create",
    touches="provider:google:roles",
    hard=True,
)
def identity_owns_the_project(deployment: Deployment) -> Iterator[None]:
    usual = ["roles/cloudtranslate.user"]
    yield from _google(deployment, "identity_roles", [*usual, "roles/owner"], usual)


@fault(
    name="aura-translation-identity-reads-files",
    breaks="the service account was also let read the project's stored files",
    fails=[IDENTITY],
    message=r"excess permissions is 2.*storage\.objects\.get, storage\.objects\.list",
    touches="provider:google:roles",
    hard=True,
)
def identity_reads_files(deployment: Deployment) -> Iterator[None]:
    usual = ["roles/cloudtranslate.user"]
    yield from _google(deployment, "identity_roles", [*usual, "roles/storage.objectViewer"], usual)


@fault(
    name="aura-translation-key-in-a-plain-parameter",
    breaks="the containers are given the translation key from a parameter without encryption",
    fails=[KEY, "AURA-2.2.2.1"],
    message={
        KEY: r"no container is given secret aurastudio/google-translate\..*_API_KEY of .* of type String",
        "AURA-2.2.2.1": r"GOOGLE_TRANSLATE_API_KEY",
    },
    touches=["aws:aurastudio:definition:api", "aws:aurastudio:definition:worker", "aws:aurastudio:parameters"],
)
def key_in_a_plain_parameter(deployment: Deployment) -> Iterator[None]:
    ssm, ecs = deployment.aws(PRODUCT, "ssm"), deployment.aws(PRODUCT, "ecs")
    account = deployment.settings.aws.accounts[PRODUCT]
    name = f"/{PRODUCT}/google-translate"
    ssm.put_parameter(Name=name, Value=deployment.settings.simulators["google"].key, Type="String")
    arn = f"arn:aws:ssm:{account.region}:{account.id}:parameter{name}"
    try:
        with _given(deployment, ecs, "api", arn), _given(deployment, ecs, "worker", arn):
            yield
    finally:
        ssm.delete_parameter(Name=name)


def _given(deployment: Deployment, ecs: Any, part: str, arn: str) -> Any:
    definition = ecs.describe_task_definition(taskDefinition=f"{PRODUCT}-{part}")["taskDefinition"]
    container = definition["containerDefinitions"][0]
    secrets = [dict(s) for s in container["secrets"]]
    for one in secrets:
        if one["name"] == "GOOGLE_TRANSLATE_API_KEY":
            one["valueFrom"] = arn
    where = {"name": container["name"]}
    return amended(
        deployment, PRODUCT, "ecs", "containerDefinitions", {"secrets": secrets}, where, "DescribeTaskDefinition"
    )


@fault(
    name="aura-translation-key-for-every-api",
    breaks="the translation key is well kept and not restricted to one API, so it pays for others too",
    fails=[KEY],
    message=r"foreign uses accepted is 1.*It was taken by another API",
    touches="provider:google:key-services",
    hard=True,
)
def key_for_every_api(deployment: Deployment) -> Iterator[None]:
    yield from _google(deployment, "key_services", [], ["translate.googleapis.com"])


@fault(
    name="aura-translation-key-from-anywhere",
    breaks="the translation key is taken from any address",
    fails=[KEY],
    message=r"foreign uses accepted is 1.*It was taken from \d+\.\d+\.\d+\.\d+",
    touches="provider:google:key-addresses",
    hard=True,
)
def key_from_anywhere(deployment: Deployment) -> Iterator[None]:
    yield from _google(deployment, "key_addresses", [], ["127.0.0.0/25"])
