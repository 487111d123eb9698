"""Keys of third parties: from the secret store, really replaced, of the right scope, read by those who need them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.errors import Absent
from fixtures.aws.secret_value import Outsider, read_value
from fixtures.aws.stored_key import PREVIOUS, Given, StoredKey
from fixtures.providers.accounts import OpenAIAccount, ProviderAccount
from fixtures.providers.elevenlabs import ElevenLabsAccount
from fixtures.providers.pinecone import PineconeProject
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.rotation import KeySeen, age_of, replacement_problems


@verifies("AURA-3.2.1.2")
def test_embeddings_key_was_replaced(line: Line, aws: Account, openai: OpenAIAccount) -> None:
    conclude(_replaced(line, StoredKey(aws, openai.word), openai, timedelta(0)))


@verifies("AURA-3.1.1.4")
def test_vector_key_rotates_and_the_former_is_dead(line: Line, aws: Account, pinecone: PineconeProject) -> None:
    key = StoredKey(aws, pinecone.word)
    grace = timedelta(hours=float(line.limit("grace").value))
    problems = _replaced(line, key, pinecone, grace)
    rules = key.rotation
    if not key.rotates or not rules:
        problems.append(f"{key}: no rotation is scheduled. Turn it on, with rules")
    elif key.next_rotation and key.next_rotation < datetime.now(UTC):
        problems.append(f"{key}: should have rotated at {key.next_rotation:%Y-%m-%d} and did not. See its function")
    conclude(problems)


def _replaced(line: Line, key: StoredKey, account: ProviderAccount, grace: timedelta) -> list[str | None]:
    now = datetime.now(UTC)
    try:
        current = key.value()
        before = key.value(PREVIOUS) if key.has_previous else None
    except Absent as error:
        raise AssertionError(str(error)) from None
    now_reply = _with(account, current).trial()
    then_reply = _with(account, before).trial() if before is not None and before != current else None
    seen = KeySeen(
        changed=key.changed,
        last_rotated=key.last_rotated,
        has_previous=before is not None,
        same_value=before == current,
        current_refused=None if now_reply.accepted else str(now_reply),
        previous_accepted=then_reply is not None and then_reply.accepted,
    )
    problems: list[str | None] = [f"{key}: {p}" for p in replacement_problems(seen, now, grace)]
    age = age_of(seen, now)
    hint = "Issue a new key at the provider, store it, revoke the former"
    if age is not None:
        problems.append(line.limit("key_age").problem(round(age / timedelta(days=1), 2), of=key, hint=hint))
    return problems


def _with(account: ProviderAccount, key: str) -> ProviderAccount:
    return type(account)(account.http, account.settings, key)


@verifies("AURA-3.4.1.2")
def test_speech_key_is_read_from_the_store(line: Line, aws: Account, ecs: Cluster) -> None:
    if aws.settings.outsider_role is None:
        raise NotConfigured(
            f"the target has no {line.product}.aws.outsider_role",
            "Make a role without rights, let the reader take it, and name it: only it shows that others are refused",
        )
    key = StoredKey(aws, "speech", "openai")
    try:
        given = key.given_to(ecs)
    except Absent as error:
        raise AssertionError(f"{error}. The containers that name it can't start") from None
    problems: list[str | None] = [
        f"{ecs}: no container of {word} is given {key}. Is the key baked into the image?"
        for word in ("api", "worker")
        if word in ecs.settings.services and not _gives(ecs, word, given)
    ]
    for one in given:  # what it names must be there
        read_value(aws, one.text, str(one))
    if not key.key:
        problems.append(f"{key}: is encrypted with the key that AWS keeps for everybody, want a customer-managed key")
    if key.last_read is None:
        problems.append(f"{key}: was never read, so the processes have their key from elsewhere")
    else:
        age = round((datetime.now(UTC) - key.last_read) / timedelta(days=1), 2)
        hint = "Tasks that start read it: do they have their key from elsewhere?"
        problems.append(line.limit("last_access_age").problem(age, of=key, hint=hint))
    outsider = Outsider(aws.settings, aws)
    outsider.proven()
    foreign = 0 if outsider.is_refused(key.name) else 1
    hint = f"{outsider} may read it. Take the right away in the secret's or the role's policy"
    conclude([*problems, line.limit("foreign_readers").problem(foreign, of=key, hint=hint)])


def _gives(ecs: Cluster, word: str, given: list[Given]) -> bool:
    named = {str(c) for c in ecs.service(word).task_definition.containers}
    return any(str(one.container) in named for one in given)


@verifies("AURA-3.4.2.1")
def test_voice_key_in_the_store_is_accepted(
    line: Line, aws: Account, ecs: Cluster, elevenlabs: ElevenLabsAccount
) -> None:
    settings = elevenlabs.settings
    if not settings.account or not settings.tier:
        raise NotConfigured(
            f"the target has no {line.product}.elevenlabs.account and tier",
            "The line compares the key's owner with them",
        )
    key = StoredKey(aws, elevenlabs.word)
    try:
        given = key.given_to(ecs)
    except Absent as error:
        raise AssertionError(str(error)) from None
    assert given, f"{ecs}: no container is given {key}. Name its ARN under `secrets`"
    stored = ElevenLabsAccount(elevenlabs.http, settings, read_value(aws, given[0].text, str(given[0])))
    who = stored.whose()
    hint = f"Store a key that the provider knows. The answer: {who}"
    line.limit("http_status").require(who.status, of=f"{stored} by the key of {given[0]}", hint=hint)
    problems: list[str | None] = []
    found = {"account": stored.owner_in(who), "tier": stored.tier_in(who)}
    observed(stored, "owner", found, source="GET /user")
    for word, wanted in (("account", settings.account), ("tier", settings.tier)):
        if found[word] != wanted:
            problems.append(
                f"{stored}: {word} is {found[word] or 'not told'}, want {wanted}. Is it another account's key?"
            )
    said = stored.say("a")
    hint = f"The key is accepted and may not synthesise: {said}. Give it the right text_to_speech"
    problems.append(line.limit("http_status").problem(said.status, of=f"{stored}, one letter spoken", hint=hint))
    unknown = {"an empty key": ""} | ({"the key before": key.value(PREVIOUS)} if key.has_previous else {})
    for what, value in unknown.items():
        refused = ElevenLabsAccount(elevenlabs.http, settings, value).whose(bare=True)
        hint = "Revoke it at the provider"
        problems.append(line.limit("old_key_http_status").problem(refused.status, of=f"{stored} by {what}", hint=hint))
    conclude(problems)
