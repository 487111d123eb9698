"""The embeddings key is at one place only: the secret store."""

from __future__ import annotations

from collections.abc import Iterator

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.errors import Absent
from fixtures.aws.stored_key import StoredKey
from fixtures.providers.accounts import OpenAIAccount
from fixtures.source import History
from fixtures.source.leaks import texts_in
from fixtures.web import Site
from fixtures.web.bundle import bundle
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.exposure import places_of


@verifies("AURA-3.2.1.1")
def test_embeddings_key_is_in_the_secret_store_alone(
    line: Line, target: ProductTarget, aws: Account, ecs: Cluster, openai: OpenAIAccount, site: Site, history: History
) -> None:
    key = StoredKey(aws, openai.word)
    try:
        given = key.given_to(ecs)
        value = key.value()
    except Absent as error:
        raise AssertionError(f"{error}. Without it the product has no embeddings") from None
    problems: list[str | None] = []
    if not given:
        problems.append(f"{ecs}: no container is given {key}. Name its ARN under `secrets`")
    reply = OpenAIAccount(openai.http, openai.settings, value).trial()
    if not reply.accepted:
        problems.append(f"{key}: the provider does not accept it: {reply}. Store the key that is in use")
    web = configured(target.web, f"{line.product}.web")
    pages = list(dict.fromkeys([*web.public_paths, *web.private_paths, *([web.login_path] if web.login_path else [])]))
    beside = sorted({*places_of(value, _variables(ecs)), *places_of(value, bundle(site, pages).items())})
    beside += sorted(places_of(value, texts_in(history)))
    observed(key, "other places", beside, source="variables, site, repository")
    hint = f"Also in {'; '.join(beside[:6])}. Issue a new key and keep it in the secret store alone"
    conclude([*problems, line.limit("locations").problem(1 + len(beside), of=key, hint=hint)])


def _variables(ecs: Cluster) -> Iterator[tuple[str, str]]:
    for container in ecs.containers:
        for variable, text in container.variables.items():
            yield f"variable {variable} of {container}", text
