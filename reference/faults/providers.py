"""Third-party accounts: revoked, of somebody else, unpaid, or with another key stored than the one that is good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault
from reference.quotas import pause_file
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

QUOTAS, STORED_VOICE, DEEP = "AURA-5.2.3.4", "AURA-3.4.2.1", "AURA-10.3.1.2"
PERSONAL, STAGING_PROJECT = "org-personal-account", "stg4m9k"
AGENCY_VOICE = "c3SeiketsuAgentVoice"
HEALTHY: dict[str, Any] = {
    "organisation": None, "project": None, "subscription_status": None, "tier": None, "character_count": None,
    "character_limit": None, "user_id": None, "deleted_voices": [],
}  # fmt: skip


def _switched(deployment: Deployment, provider: str, **switches: Any) -> Iterator[None]:
    return simulated(deployment, provider, switches, HEALTHY)


@contextmanager
def _unwatched(deployment: Deployment) -> Iterator[None]:
    """Inside the block the product's own watch says nothing: what it said would be there for long after."""
    pause_file(deployment.settings).touch()
    try:
        yield
    finally:
        pause_file(deployment.settings).unlink(missing_ok=True)


def _other_key(deployment: Deployment, provider: str, key: str = "sk-revoked-yesterday-0000") -> Iterator[None]:
    """The target has another key, by default an unknown one; the application keeps its own."""
    settings = deployment.settings
    settings.secret_file(f"provider/{provider}", key)
    try:
        yield
    finally:
        settings.secret_file(f"provider/{provider}", settings.simulators[provider].key)


@fault(
    name="aura-embeddings-key-revoked",
    breaks="the embeddings provider does not know the key any more",
    fails=["AURA-1.1.3.1", QUOTAS, DEEP],
    message={
        "AURA-1.1.3.1": r"OpenAI account for .*http status is 401.*invalid_api_key",
        QUOTAS: r"OpenAI account: its quota can't be known, .* answered 401",
        DEEP: r"OpenAI account: the call was refused: .* answered 401",
    },
    touches="target:openai:key",
)
def embeddings_key_revoked(deployment: Deployment) -> Iterator[None]:
    yield from _other_key(deployment, "openai")


@fault(
    name="aura-embeddings-key-of-a-person",
    breaks="the key works and belongs to somebody's own organisation",
    fails=["AURA-1.1.3.1"],
    message=rf"belongs to organisation {PERSONAL}",
    touches="provider:openai:organisation",
    hard=True,
)
def embeddings_key_of_a_person(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, "openai", organisation=PERSONAL)


@fault(
    name="aura-embeddings-key-of-staging",
    breaks="the key is known, its project is that of staging and may not use the production model",
    fails=["AURA-1.1.3.1", QUOTAS, DEEP],
    message={
        "AURA-1.1.3.1": r"text-embedding-3-small: http status is 403.*project_mismatch",
        QUOTAS: r"OpenAI account: its quota can't be known, .* answered 403",
        DEEP: r"OpenAI account: the call was refused: .* answered 403",
    },
    touches="target:openai:key",
    hard=True,
)
def embeddings_key_of_staging(deployment: Deployment) -> Iterator[None]:
    yield from _other_key(deployment, "openai", deployment.settings.secret("openai/staging", 40))


@fault(
    name="aura-vector-key-unknown",
    breaks="the vector database does not know the key",
    fails=["AURA-1.1.3.2", QUOTAS, DEEP],
    message={
        QUOTAS: r"Pinecone account: its quota can't be known, .* answered 401",
        "AURA-1.1.3.2": r"Pinecone account: http status is 401",
        DEEP: r"Pinecone account: the call was refused: .* answered 401",
    },
    touches=["target:pinecone:key", "aws:aurastudio:metrics:quota"],  # which then has nothing to be compared with
)
def vector_key_unknown(deployment: Deployment) -> Iterator[None]:
    yield from _other_key(deployment, "pinecone")


@fault(
    name="aura-vector-key-of-another-project",
    breaks="the key works and lists an index of this name in another project",
    fails=["AURA-1.1.3.2"],
    message=rf"is at \S*{STAGING_PROJECT}\S*, want ",
    touches="provider:pinecone:project",
    hard=True,
)
def vector_key_of_another_project(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, "pinecone", project=STAGING_PROJECT)


@fault(
    name="aura-voice-plan-past-due",
    breaks="the invoice of the voice provider is not paid",
    fails=["AURA-1.1.3.4", "AURA-5.2.2.2", "AURA-5.2.3.1", "AURA-10.3.1.2", "SEI-2.1.2.1.1", "SEI-2.1.2.1.4"],
    message={
        "AURA-1.1.3.4": r"subscription of the ElevenLabs account: status is past_due",
        # Both products say of themselves that they can't speak.
        "AURA-5.2.2.2": r"health_deep .* answered 503",
        "AURA-5.2.3.1": r"health_deep .* answered 503",
        "AURA-10.3.1.2": r"elevenlabs: down \(subscription is past_due\)",
        "SEI-2.1.2.1.1": r"elevenlabs: down \(subscription is past_due\)",
        "SEI-2.1.2.1.4": r"voice_health .* answered 503",
    },
    touches="provider:elevenlabs:subscription",
)
def voice_plan_past_due(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, "elevenlabs", subscription_status="past_due")


@fault(
    name="aura-voice-plan-is-free",
    breaks="the voice account is active on the free plan, without commercial licence",
    fails=["AURA-1.1.3.4", "SEI-2.1.2.2.1", QUOTAS, STORED_VOICE],
    message={
        STORED_VOICE: r"tier is free, want scale",
        QUOTAS: r"elevenlabs: deviation is \d+.*, the provider 1\.0 %",
        "AURA-1.1.3.4": r"tier is free, which has no commercial licence",
        "SEI-2.1.2.2.1": r"tier is free, want scale",
    },
    touches="provider:elevenlabs:subscription",
    hard=True,
)
def voice_plan_is_free(deployment: Deployment) -> Iterator[None]:
    with _unwatched(deployment):
        yield from _switched(deployment, "elevenlabs", tier="free", character_limit=10_000, character_count=100)


@fault(
    name="aura-voice-characters-used-up",
    breaks="the voice account is active and its characters are spent",
    fails=["AURA-1.1.3.4", QUOTAS, STORED_VOICE],
    message={
        STORED_VOICE: r"one letter spoken: http status is 401.*quota_exceeded",
        "AURA-1.1.3.4": r"all 2000000 characters are used up",
        QUOTAS: r"elevenlabs, characters a month \(by the provider\): quota used is 100 percent",
    },
    touches="provider:elevenlabs:subscription",
    hard=True,
)
def voice_characters_used_up(deployment: Deployment) -> Iterator[None]:
    with _unwatched(deployment):
        yield from _switched(deployment, "elevenlabs", character_count=2_000_000)


@fault(
    name="sei-voice-key-revoked",
    breaks="the key that the application is given was revoked at the voice provider",
    fails=["SEI-2.1.2.2.1"],
    message=r"ElevenLabs account: the key that container \S+ of .* is given is not accepted",
    touches="aws:seiketsu:secret:elevenlabs",
)
def voice_key_revoked(deployment: Deployment) -> Iterator[None]:
    unknown, where = {"SecretString": "sk_revoked-yesterday"}, {"Name": "seiketsu-production/elevenlabs"}
    with amended(deployment, "seiketsu", "secretsmanager", "", unknown, where, "GetSecretValue"):
        yield


@fault(
    name="sei-voice-key-of-a-person",
    breaks="the voice key works and belongs to another account",
    fails=["SEI-2.1.2.2.1", STORED_VOICE],
    message={
        "SEI-2.1.2.2.1": r"the key that the app uses belongs to user usr_personal",
        STORED_VOICE: r"account is usr_personal, want ",
    },
    touches="provider:elevenlabs:user",
    hard=True,
)
def voice_key_of_a_person(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, "elevenlabs", user_id="usr_personal")


@fault(
    name="sei-voice-of-one-tenant-deleted",
    breaks="the custom voice of one tenant's agents was deleted at the provider",
    fails=["SEI-2.1.2.2.1"],
    message=rf"voice {AGENCY_VOICE} of an agent of \w+'s tenant",
    touches="provider:elevenlabs:voices",
    hard=True,
)
def voice_of_one_tenant_deleted(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, "elevenlabs", deleted_voices=[AGENCY_VOICE])


@fault(
    name="aura-stored-key-is-a-placeholder",
    breaks="one provider's secret holds CHANGE_ME",
    fails=["AURA-1.1.3.5", "AURA-5.1.2.1", STORED_VOICE],
    message={
        STORED_VOICE: r"by the key of ELEVENLABS_API_KEY .*http status is 401",
        "AURA-1.1.3.5": r"ElevenLabs: the key stored in secret \S*elevenlabs is not accepted",
        "AURA-5.1.2.1": r"ELEVENLABS_API_KEY is a placeholder",
    },
    touches="aws:aurastudio:secret:elevenlabs",
)
def stored_key_is_a_placeholder(deployment: Deployment) -> Iterator[None]:
    where = {"Name": "aurastudio/elevenlabs"}
    with amended(
        deployment, "aurastudio", "secretsmanager", "", {"SecretString": "CHANGE_ME"}, where, "GetSecretValue"
    ):
        yield


@fault(
    name="aura-stored-key-is-the-former",
    breaks="the key in hand is good, the current version of the secret is the former, revoked one",
    fails=["AURA-1.1.3.5", "AURA-3.1.1.4"],
    message={
        "AURA-1.1.3.5": r"Pinecone: the key stored in secret \S*pinecone is not accepted",
        "AURA-3.1.1.4": r"secret \S*pinecone: holds a value that the provider refuses",
    },
    touches="aws:aurastudio:secret:pinecone",
    hard=True,
)
def stored_key_is_the_former(deployment: Deployment) -> Iterator[None]:
    client, secret = deployment.aws("aurastudio", "secretsmanager"), "aurastudio/pinecone"
    stages = {s: v for v, held in client.describe_secret(SecretId=secret)["VersionIdsToStages"].items() for s in held}
    good, former = stages["AWSCURRENT"], stages["AWSPREVIOUS"]
    _make_current(client, secret, former, instead_of=good)
    try:
        yield
    finally:
        _make_current(client, secret, good, instead_of=former)


def _make_current(client: Any, secret: str, version: str, instead_of: str) -> None:
    """AWS moves AWSPREVIOUS to the version that is current no more, by itself."""
    client.update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", RemoveFromVersionId=instead_of, MoveToVersionId=version
    )
