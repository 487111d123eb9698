"""Keys of third parties that are old, only seem replaced, are too weak, or don't come from the secret store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
EMBEDDINGS, VECTORS, SPEECH, VOICE = "AURA-3.2.1.2", "AURA-3.1.1.4", "AURA-3.4.1.2", "AURA-3.4.2.1"


def _version(deployment: Deployment, word: str, stage: str) -> str:
    """Id of the version of a secret that has a stage."""
    client = deployment.aws(PRODUCT, "secretsmanager")
    versions = client.describe_secret(SecretId=f"{PRODUCT}/{word}")["VersionIdsToStages"]
    return next(str(id_) for id_, stages in versions.items() if stage in stages)


@contextmanager
def _dated(deployment: Deployment, word: str, days: int, *, told: bool = True) -> Iterator[None]:
    """Inside the block the current value is as old as this; `told`: the secret says that of its rotation too."""
    ago = {"ago": f"{days}d"}
    current = {"VersionId": _version(deployment, word, "AWSCURRENT")}
    name = {"Name": f"{PRODUCT}/{word}"}
    said = {"LastRotatedDate": ago} if told else {"LastChangedDate": {"ago": "1h"}}
    with (
        amended(deployment, PRODUCT, "secretsmanager", "Versions", {"CreatedDate": ago}, current),
        amended(deployment, PRODUCT, "secretsmanager", "", said, name, "DescribeSecret"),
    ):
        yield


@contextmanager
def _former(deployment: Deployment, word: str, value: str) -> Iterator[None]:
    """Inside the block the version before the current one holds another value."""
    where = {"VersionId": _version(deployment, word, "AWSPREVIOUS")}
    with amended(deployment, PRODUCT, "secretsmanager", "", {"SecretString": value}, where, "GetSecretValue"):
        yield


def _accepted(deployment: Deployment, provider: str, word: str) -> Iterator[None]:
    """The provider accepts the former key still."""
    client = deployment.aws(PRODUCT, "secretsmanager")
    former = client.get_secret_value(SecretId=f"{PRODUCT}/{word}", VersionStage="AWSPREVIOUS")["SecretString"]
    yield from simulated(deployment, provider, {"accepted_keys": [former]}, {"accepted_keys": []})


@fault(
    name="aura-embeddings-key-old",
    breaks="the embeddings key was replaced 45 days ago",
    fails=[EMBEDDINGS],
    message=r"secret aurastudio/openai: key age is 45(\.\d+)? days",
    touches="aws:aurastudio:secret:openai",
)
def embeddings_key_old(deployment: Deployment) -> Iterator[None]:
    with _dated(deployment, "openai", 45):
        yield


@fault(
    name="aura-embeddings-key-rotated-to-itself",
    breaks="the embeddings key's rotation ran and wrote the same value again",
    fails=[EMBEDDINGS],
    message=r"secret aurastudio/openai: was rotated to the same value",
    touches="aws:aurastudio:secret:openai",
    hard=True,
)
def embeddings_key_rotated_to_itself(deployment: Deployment) -> Iterator[None]:
    with _former(deployment, "openai", deployment.settings.simulators["openai"].key):
        yield


@fault(
    name="aura-embeddings-key-only-tagged",
    breaks="the secret changed an hour ago, by a tag; its value is 45 days old",
    fails=[EMBEDDINGS],
    message=r"secret aurastudio/openai: key age is 45(\.\d+)? days",
    touches="aws:aurastudio:secret:openai",
    hard=True,
)
def embeddings_key_only_tagged(deployment: Deployment) -> Iterator[None]:
    with _dated(deployment, "openai", 45, told=False):
        yield


@fault(
    name="aura-vector-key-old",
    breaks="the vector store's key was replaced 120 days ago",
    fails=[VECTORS],
    message=r"secret aurastudio/pinecone: key age is 120(\.\d+)? days",
    touches="aws:aurastudio:secret:pinecone",
)
def vector_key_old(deployment: Deployment) -> Iterator[None]:
    with _dated(deployment, "pinecone", 120):
        yield


@fault(
    name="aura-vector-key-rotated-to-itself",
    breaks="the vector key's rotation ran and wrote the same value again",
    fails=[VECTORS],
    message=r"secret aurastudio/pinecone: was rotated to the same value",
    touches="aws:aurastudio:secret:pinecone",
    hard=True,
)
def vector_key_rotated_to_itself(deployment: Deployment) -> Iterator[None]:
    with _former(deployment, "pinecone", deployment.settings.simulators["pinecone"].key):
        yield


@fault(
    name="aura-vector-key-before-still-works",
    breaks="the vector store accepts the key that was replaced nine days ago",
    fails=[VECTORS],
    message=r"has a key before it that the provider still accepts after 21\d h",
    touches="provider:pinecone:keys",
    hard=True,
)
def vector_key_before_still_works(deployment: Deployment) -> Iterator[None]:
    yield from _accepted(deployment, "pinecone", "pinecone")


@fault(
    name="aura-speech-key-reference-broken",
    breaks="the worker's definition names a secret for the speech key that is not there",
    fails=[SPEECH, "AURA-2.2.2.1"],
    message={
        SPEECH: r"no container of worker is given secret aurastudio/openai",
        "AURA-2.2.2.1": r"OPENAI_API_KEY: \S+secret:aurastudio/whisper\S* does not exist",
    },
    touches="aws:aurastudio:definition:worker",
)
def speech_key_reference_broken(deployment: Deployment) -> Iterator[None]:
    ecs = deployment.aws(PRODUCT, "ecs")
    definition = ecs.describe_task_definition(taskDefinition=f"{PRODUCT}-worker")["taskDefinition"]
    container = definition["containerDefinitions"][0]
    secrets: list[dict[str, Any]] = [dict(s) for s in container["secrets"]]
    for one in secrets:
        if one["name"] == "OPENAI_API_KEY":
            one["valueFrom"] = one["valueFrom"].rpartition(":")[0] + ":aurastudio/whisper-Ab1Cd2"
    where = {"name": container["name"]}
    with amended(
        deployment, PRODUCT, "ecs", "containerDefinitions", {"secrets": secrets}, where, "DescribeTaskDefinition"
    ):
        yield


@fault(
    name="aura-speech-key-never-read",
    breaks="the secret of the speech key is there and was never read: the image has the key in it",
    fails=[SPEECH],
    message=r"secret aurastudio/openai: was never read",
    touches="aws:aurastudio:secret:openai",
    hard=True,
)
def speech_key_never_read(deployment: Deployment) -> Iterator[None]:
    where = {"Name": f"{PRODUCT}/openai"}
    with amended(deployment, PRODUCT, "secretsmanager", "", {"LastAccessedDate": None}, where, "DescribeSecret"):
        yield


@fault(
    name="aura-speech-key-read-long-ago",
    breaks="nobody has read the speech key for five days",
    fails=[SPEECH],
    message=r"secret aurastudio/openai: last access age is 5(\.\d+)? days",
    touches="aws:aurastudio:secret:openai",
    hard=True,
)
def speech_key_read_long_ago(deployment: Deployment) -> Iterator[None]:
    where, changed = {"Name": f"{PRODUCT}/openai"}, {"LastAccessedDate": {"ago": "5d"}}
    with amended(deployment, PRODUCT, "secretsmanager", "", changed, where, "DescribeSecret"):
        yield


@fault(
    name="aura-voice-key-wrong",
    breaks="the secret of the voice key holds one that the provider does not know",
    fails=[VOICE, "AURA-1.1.3.5"],
    message={
        VOICE: r"ElevenLabs account by the key of ELEVENLABS_API_KEY .*http status is 401",
        "AURA-1.1.3.5": r"ElevenLabs: the key stored in secret \S*elevenlabs is not accepted",
    },
    touches="aws:aurastudio:secret:elevenlabs",
)
def voice_key_wrong(deployment: Deployment) -> Iterator[None]:
    where = {"VersionId": _version(deployment, "elevenlabs", "AWSCURRENT")}
    wrong = {"SecretString": deployment.settings.secret("elevenlabs/wrong", 40)}
    with amended(deployment, PRODUCT, "secretsmanager", "", wrong, where, "GetSecretValue"):
        yield


@fault(
    name="aura-voice-key-may-not-speak",
    breaks="the voice key is accepted and was issued without the right to synthesise",
    fails=[VOICE],
    message=r"one letter spoken: http status is 401.*missing the permission text_to_speech",
    touches="provider:elevenlabs:permissions",
    hard=True,
)
def voice_key_may_not_speak(deployment: Deployment) -> Iterator[None]:
    healthy = ["voices_write", "user_write"]
    switches = {"missing_permissions": [*healthy, "text_to_speech"]}
    yield from simulated(deployment, "elevenlabs", switches, {"missing_permissions": healthy})


@fault(
    name="aura-voice-key-before-still-works",
    breaks="the voice provider accepts the key that was replaced",
    fails=[VOICE],
    message=r"ElevenLabs account by the key before: old key http status is 200",
    touches="provider:elevenlabs:keys",
    hard=True,
)
def voice_key_before_still_works(deployment: Deployment) -> Iterator[None]:
    yield from _accepted(deployment, "elevenlabs", "elevenlabs")
