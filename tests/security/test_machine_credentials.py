"""Credentials of machines: kept in the store, young, of small scope, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.errors import Absent
from fixtures.aws.iam import Iam
from fixtures.aws.logs import LogGroup
from fixtures.aws.secret_value import read_value
from fixtures.aws.secrets import StoredSecret
from fixtures.parallel import each
from fixtures.providers.elevenlabs import ElevenLabsAccount
from fixtures.source import History
from fixtures.source.leaks import leaks_in, texts_in
from fixtures.web import Site
from fixtures.web.bundle import bundle
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.redaction import redact_text
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.exposure import SHORTEST, places_of
from tests.judges.secrets import exemption_problem, secret_in_clear

LOGS, EVENTS = timedelta(hours=1), 20_000
"""How far back logs are read, and the events of one group that are read at most."""


@verifies("SEI-1.1.2.3.3")
def test_machine_credentials_are_in_the_store_alone(
    line: Line,
    target: ProductTarget,
    aws: Account,
    ecs: Cluster,
    iam: Iam,
    secrets: Found[StoredSecret],
    log_groups: Found[LogGroup],
    elevenlabs: ElevenLabsAccount,
    site: Site,
    history: History,
) -> None:
    try:
        values = dict(each(lambda s: (s.word or s.name, read_value(aws, s.arn, str(s))), secrets))
    except Absent as error:
        raise AssertionError(str(error)) from None
    web = configured(target.web, f"{line.product}.web")
    pages = list(dict.fromkeys([*web.public_paths, *([web.login_path] if web.login_path else [])]))
    texts = [*_variables(ecs), *bundle(site, pages).items(), *texts_in(history)]
    since = datetime.now(UTC) - LOGS
    logged = [event for group in log_groups for event in _events(group, since)]
    found = [
        f"{word} in {place}"
        for word, value in sorted(values.items())
        if len(value) >= SHORTEST
        for place in sorted({*places_of(value, texts), *places_of(value, logged)})
    ]
    found += [f"{place}: {why}" for place, why in _by_form(ecs)]
    reviewed = history.checkout.settings.reviewed_secrets
    found += [str(leak) for leak in leaks_in(history) if leak.digest not in reviewed]
    found += sorted({f"a credential in {place}" for place, text in logged if redact_text(text) != text})
    observed(aws, "exposed secrets", found, source="variables, site, repository, logs")
    more = f" and {len(found) - 6} more" if len(found) > 6 else ""
    hint = f"{'; '.join(found[:6])}{more}. Replace it, then take it away there"
    span = LOGS / timedelta(hours=1)
    conclude(
        [
            line.limit("exposed_secrets").problem(len(found), of=f"account {aws.id}", hint=hint),
            line.limit("scanned_log_span").problem(span, of=log_groups),
            *(p for s in secrets for p in _age_problems(line, s, aws)),
            *_access_keys(line, iam),
            *_scope_problems(elevenlabs, read_value(aws, _named(secrets, elevenlabs.word).arn, "voice key")),
        ]
    )


def _variables(ecs: Cluster) -> Iterator[tuple[str, str]]:
    for container in ecs.containers:
        for variable, text in container.variables.items():
            yield f"variable {variable} of {container}", text


def _by_form(ecs: Cluster) -> Iterator[tuple[str, str]]:
    for container in ecs.containers:
        for variable, text in container.variables.items():
            if why := secret_in_clear(variable, text):
                yield f"variable {variable} of {container}", why


def _events(group: LogGroup, since: datetime) -> Iterator[tuple[str, str]]:
    listed = group.events(since, datetime.now(UTC), at_most=EVENTS).or_none()
    if len(listed) >= EVENTS:
        raise Unobservable(
            f"{group} has more than {EVENTS} events within the hour", "Look at it by a query of the logs"
        )
    for event in listed:
        yield f"{group}, stream {event['logStreamName']}", str(event["message"])


def _age_problems(line: Line, secret: StoredSecret, aws: Account) -> list[str | None]:
    exempt = aws.settings.rotation_exempt.get(secret.word) or aws.settings.rotation_exempt.get(secret.name)
    if exempt:
        return [f"{secret}: {p}" for p in [exemption_problem(exempt)] if p]
    if not secret.rotates or secret.last_rotated is None:
        return [f"{secret}: {'was never rotated' if secret.rotates else 'does not rotate'}. Turn rotation on"]
    age = round((datetime.now(UTC) - secret.last_rotated) / timedelta(days=1), 2)
    return [line.limit("key_age").problem(age, of=secret, hint="See why its rotation does not run")]


def _access_keys(line: Line, iam: Iam) -> list[str | None]:
    problems: list[str | None] = []
    for user in iam.users.or_none():
        for key in iam.access_keys(user["UserName"]):
            if key["Status"] != "Active":
                continue
            of = f"access key ...{key['AccessKeyId'][-4:]} of {user['UserName']}"
            age = round((datetime.now(UTC) - key["CreateDate"]) / timedelta(days=1), 2)
            problems.append(line.limit("key_age").problem(age, of=of, hint="Make a new one, then take this one away"))
    return problems


def _named(secrets: Found[StoredSecret], word: str) -> StoredSecret:
    for secret in secrets:
        if secret.word == word:
            return secret
    raise Unobservable(f"no declared secret is called {word}", f"Add {word} to [PRODUCT.aws.secrets]")


def _scope_problems(account: ElevenLabsAccount, key: str) -> list[str]:
    stored = ElevenLabsAccount(account.http, account.settings, key)
    if not stored.trial().accepted:  # the control: what refuses everything is of no scope
        return [f"{stored}: the stored key is not accepted. Store the key that is in use"]
    reply = stored.change_nothing()
    if reply.status in (401, 403):
        return []
    return [f"{stored}: the key may change voices ({reply}). Issue one that only speaks"]
