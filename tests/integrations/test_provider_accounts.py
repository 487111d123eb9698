"""Accounts at third parties: the keys are accepted, they are the right account's, and what is paid for is there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures.api import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.secret_value import parse_reference, read_value
from fixtures.aws.secrets import StoredSecret
from fixtures.aws.task_definition import Container
from fixtures.parallel import each
from fixtures.providers.accounts import OpenAIAccount, ProviderAccount, TranslationAccount
from fixtures.providers.elevenlabs import ElevenLabsAccount, Subscription
from fixtures.providers.http import Reply
from fixtures.providers.pinecone import PineconeProject
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.voice import allowance, subscription_problems


@verifies("AURA-1.1.3.1")
@pytest.mark.smoke
def test_embeddings_account_accepts_the_key_for_its_model(line: Line, openai: OpenAIAccount) -> None:
    wanted = _declared(openai.settings.organization, line, "openai.organization")
    model = openai.settings.embedding_model
    reply = openai.model(model)
    hint = f"Is the key revoked, or is {model} not among the models of its project? The answer: {reply}"
    line.limit("http_status").require(reply.status, of=f"{openai} for {model}", hint=hint)
    named = (reply.body or {}).get("id") if isinstance(reply.body, dict) else None
    if named != model:
        raise AssertionError(
            f"{openai}: asked for {model}, the answer describes {named!r}. Is base_url the provider's?"
        )
    owner = observed(openai, "organization", reply.headers.get("openai-organization"), source="openai-organization")
    if owner == wanted:
        return
    raise AssertionError(
        f"{openai}: the key belongs to organisation {owner or '(none named)'}, want {wanted}. "
        "Replace it by a key of the production organisation"
    )


@verifies("AURA-1.1.3.2")
@pytest.mark.smoke
def test_vector_account_shows_the_production_index(line: Line, pinecone: PineconeProject) -> None:
    settings = pinecone.settings
    wanted = _declared(settings.host, line, "pinecone.host")
    reply = pinecone.trial()
    line.limit("http_status").require(reply.status, of=pinecone, hint=f"Is the key revoked? The answer: {reply}")
    indexes = {str(i.get("name")): str(i.get("host")) for i in pinecone.indexes(reply).or_none()}
    if settings.index not in indexes:
        raise AssertionError(
            f"{pinecone}: the key's project has no index {settings.index}, it has {', '.join(indexes) or 'none'}. "
            "Is it the key of another project?"
        )
    found = indexes[settings.index]
    if _bare(found) == _bare(wanted):
        return
    raise AssertionError(
        f"{pinecone}: index {settings.index} is at {found}, want {wanted}. "
        "The host carries the project: is it the key of another project?"
    )


@verifies("AURA-1.1.3.4")
@pytest.mark.smoke
def test_voice_account_is_paid_and_has_characters_left(line: Line, elevenlabs: ElevenLabsAccount) -> None:
    reply = elevenlabs.trial()
    assert reply.accepted, (
        f"{elevenlabs}: the key is not accepted: {reply}. Replace the key, or give it the right to read"
    )
    paid = Subscription(elevenlabs, reply)
    problems = subscription_problems(
        paid.status, paid.tier, elevenlabs.settings.tier, paid.used, paid.limit, paid.resets, datetime.now(UTC)
    )
    left = max(0, paid.limit - paid.used) / paid.limit * 100 if paid.limit else 0.0
    hint = f"{paid.used} of {paid.limit} characters are used; extend the plan or see what spends them"
    conclude([*(f"{paid}: {p}" for p in problems), line.limit("characters_left").problem(left, of=paid, hint=hint)])


@verifies("AURA-1.1.3.5")
@pytest.mark.smoke
def test_every_stored_provider_key_is_accepted(
    line: Line,
    aws: Account,
    ecs: Cluster,
    openai: OpenAIAccount,
    pinecone: PineconeProject,
    translation: TranslationAccount,
    elevenlabs: ElevenLabsAccount,
) -> None:
    container = _api_container(ecs)
    accounts: list[ProviderAccount] = [openai, pinecone, translation, elevenlabs]

    def attempt(account: ProviderAccount) -> str | None:
        return _stored_key_problem(aws, container, account)

    problems = [p for p in each(attempt, accounts) if p]
    accepted = len(accounts) - len(problems)
    judged = [
        line.limit("rejected_keys").problem(len(problems), of=container),
        line.limit("accepted_keys").problem(accepted, of=container),
    ]
    conclude(problems or judged)


@verifies("SEI-2.1.2.2.1")
@pytest.mark.smoke
def test_voice_account_is_the_one_that_the_app_uses(
    line: Line,
    api: ApiClient,
    aws: Account,
    ecs: Cluster,
    elevenlabs: ElevenLabsAccount,
) -> None:
    settings = elevenlabs.settings
    owner = _declared(settings.account, line, "elevenlabs.account")
    tier = _declared(settings.tier, line, "elevenlabs.tier")
    peak = settings.peak_requests
    if peak is None:
        raise NotConfigured(*_missing(line, "elevenlabs.peak_requests"))
    container = _api_container(ecs)
    stored = type(elevenlabs)(elevenlabs.http, settings, _stored_key(aws, container, elevenlabs))
    reply = stored.trial()
    assert reply.accepted, f"{stored}: the key that {container} is given is not accepted: {reply}. Store a valid key"
    paid = Subscription(stored, reply)
    voices, models = _in_use(api)
    unknown = [f"voice {v} of {who}" for v, who in voices.items() if v not in stored.voices]
    unknown += [f"voice {v} of the target" for v in settings.voices if v not in {*stored.voices, *voices}]
    unknown += [f"model {m}" for m in sorted({*models, *settings.models}) if m not in stored.models]
    share = allowance(paid.tier, models or settings.models, settings.concurrent_requests) / peak * 100
    conclude(
        [
            None
            if stored.user == owner
            else f"{stored}: the key that the app uses belongs to user {stored.user}, want {owner}. A staging key?",
            None
            if paid.tier == tier
            else f"{paid}: tier is {paid.tier}, want {tier} as contracted. See the account's plan",
            line.limit("unknown_ids").problem(
                len(unknown), of=stored, hint=f"Not in the account: {', '.join(unknown)}"
            ),
            line.limit("concurrency_of_peak").problem(
                share, of=paid, hint=f"{peak} requests at once are expected; ask for more or take a higher tier"
            ),
            *_other_addresses(container, settings.base_url),
        ]
    )


def _declared(value: str | None, line: Line, key: str) -> str:
    if not value:
        raise NotConfigured(*_missing(line, key))
    return value


def _missing(line: Line, key: str) -> tuple[str, str]:
    return f"the target has no {line.product}.{key}", "Add it to the target file: the line compares with it"


def _bare(host: str) -> str:
    return host.removeprefix("https://").rstrip("/").lower()


def _api_container(ecs: Cluster) -> Container:
    return ecs.service("api").task_definition.main(ecs.settings.containers.get("api"))


def _stored_key(aws: Account, container: Container, account: ProviderAccount) -> str:
    """The key that the container is given: from the secret that the target calls by the provider's word."""
    name = aws.settings.secrets.get(account.word)
    if not name:
        raise NotConfigured(
            f"the target does not say which secret holds the key of {account.http.name}",
            f"Add {account.word} to [PRODUCT.aws.secrets]",
        )
    arn = StoredSecret(aws, name, account.word).arn
    given = {v: text for v, text in container.secrets.items() if (r := parse_reference(text)) and r.secret == arn}
    assert given, f"{container}: no variable is filled from secret {name}, so {account.http.name} gets no key from it"
    variable, text = next(iter(given.items()))
    return read_value(aws, text, f"{variable} of {container}")


def _stored_key_problem(aws: Account, container: Container, account: ProviderAccount) -> str | None:
    try:
        key = _stored_key(aws, container, account)
    except AssertionError as error:
        return str(error)
    reply: Reply = type(account)(account.http, account.settings, key).trial()
    if reply.accepted:
        return None
    name = aws.settings.secrets[account.word]
    who = account.http.name
    return f"{who}: the key stored in secret {name} is not accepted: {reply}. Store a key that the provider knows"


def _in_use(api: ApiClient) -> tuple[dict[str, str], set[str]]:
    """Voices (with who uses them) and models that agents of the standing tenants speak with, as the API says."""
    first = {who.tenant: name for name, who in reversed(list(api.settings.identities.items())) if who.tenant}
    answers = each(lambda name: (name, api.call("list_voice_agents", identity=name)), list(first.values()))
    voices: dict[str, str] = {}
    models: set[str] = set()
    for name, answer in answers:
        wanted = api.operation("list_voice_agents").status
        assert answer.status == wanted, f"{answer} for {name}, want {wanted}: its voices can't be compared"
        voices |= {str(v): f"an agent of {name}'s tenant" for v in answer.all("voices")}
        models |= {str(m) for m in answer.all("models")}
    observed(api, "voices in use", sorted(voices), source="list_voice_agents")
    assert voices, "no voice agent of any standing tenant names a voice. Are the tenants planted?"
    return voices, models


def _other_addresses(container: Container, base_url: str) -> list[str]:
    """A container that is sent to another address than the target's speaks with another service."""
    wanted = base_url.split("/v1")[0].rstrip("/")
    return [
        f"{container}: {name} is {value}, want {wanted}, the provider's address of the target"
        for name, value in container.variables.items()
        if "ELEVEN" in name.upper() and "://" in value and not value.startswith(wanted)
    ]
