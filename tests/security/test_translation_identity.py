"""Translation: an identity of its own that may do nothing else, and a key that works nowhere else."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.errors import Absent
from fixtures.aws.parameters import plain_parameters
from fixtures.aws.stored_key import StoredKey
from fixtures.providers.accounts import TranslationAccount, translation_account
from fixtures.providers.google_identity import GoogleIdentity, foreign_call
from fixtures.providers.http import Reply
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.secrets import SecretError
from golive.target import Target
from golive.target.providers import Translation
from golive.verdict import NotConfigured, Unobservable
from tests.judges.secrets import wildcards
from tests.judges.service_identity import EXCESS, NEEDED, excess, owner_problem, refused


@verifies("AURA-3.3.1.1")
def test_translation_has_an_identity_of_its_own(
    line: Line, whole_target: Target, aws: Account, ecs: Cluster, translation: TranslationAccount
) -> None:
    settings = translation.settings
    if settings.provider == "deepl" and not settings.elsewhere:
        raise NotConfigured(
            f"the target has no {line.product}.translation.elsewhere",
            "DeepL's keys tell no owner: name the other environments' keys, none of which may be this one",
        )
    if settings.provider == "google" and not (settings.service_account and settings.project):
        raise NotConfigured(
            f"the target has no {line.product}.translation.service_account and project", "Say who should translate"
        )
    key = StoredKey(aws, "translation_identity", "translation")
    try:
        given, value = key.given_to(ecs), key.value()
    except Absent as error:
        raise AssertionError(f"{error}. Without it nothing is translated") from None
    problems: list[str | None] = []
    if not given:
        problems.append(f"{ecs}: no container is given {key}. Name its ARN under `secrets`")
    problems += [
        f"{key}: {environment} has the same. Give each environment its own" for environment in _shared(settings, value)
    ]
    if settings.provider == "google":
        identity = GoogleIdentity(settings, whole_target.timeouts, value, key)
        if wrong := owner_problem(identity.email, str(settings.service_account)):
            problems.append(f"{key}: {wrong}. Store the key file of the declared service account")
        held = identity.held([NEEDED, *EXCESS])
        if NEEDED not in held:
            problems.append(f"{identity}: has no {NEEDED} in {settings.project}, so it can't translate")
        more = excess(held)
        hint = f"{', '.join(more[:6])}. Take away every role but that for translating"
        problems.append(line.limit("excess_permissions").problem(len(more), of=identity, hint=hint))
    conclude(problems)


@verifies("AURA-3.3.1.2")
def test_translation_key_is_kept_and_works_nowhere_else(
    line: Line, whole_target: Target, aws: Account, ecs: Cluster, translation: TranslationAccount
) -> None:
    settings = translation.settings
    if settings.provider == "google" and not (settings.foreign_source or settings.foreign_referrer):
        raise NotConfigured(
            f"the target has no {line.product}.translation.foreign_source or foreign_referrer",
            "Name an address of this machine, or a page, from which the key must be refused",
        )
    key = StoredKey(aws, "translation")
    try:
        given, value, manager, policy = key.given_to(ecs), key.value(), key.key_manager, key.policy
    except Absent as error:
        raise AssertionError(f"{error}. Keep the key there") from None
    problems: list[str | None] = []
    if not given:
        clear = plain_parameters(aws, ecs)
        hint = f" {'; '.join(clear)}: whoever may list parameters reads it." if clear else ""
        problems.append(f"{ecs}: no container is given {key}.{hint} Name the secret's ARN under `secrets`")
    if manager != "CUSTOMER":
        problems.append(f"{key}: is encrypted with the key that AWS keeps for everybody, want a customer-managed key")
    statements = policy.get("Statement", [])
    if open_to := wildcards(statements if isinstance(statements, list) else [statements]):
        problems.append(f"{key}: its resource policy lets {', '.join(open_to)} in. Name who reads it")
    account = translation_account(settings, whole_target.timeouts, value)
    home = account.trial()
    if not home.accepted:  # the control: a key that works nowhere proves nothing by being refused
        conclude([*problems, f"{key}: the provider does not accept it: {home}. Store the key that is in use"])
    taken = _foreign_uses(whole_target, settings, value) if settings.provider == "google" else []
    observed(key, "foreign uses accepted", taken, source="calls with the key")
    hint = f"It was taken {' and '.join(taken)}. Restrict the key to the translation API and to the product's addresses"
    conclude([*problems, line.limit("foreign_uses_accepted").problem(len(taken), of=key, hint=hint)])


def _shared(settings: Translation, value: str) -> list[str]:
    """Other environments with the same credential."""
    try:
        return [name for name, secret in settings.elsewhere.items() if secret.reveal() == value]
    except SecretError as error:
        raise Unobservable(f"a key of another environment can't be read: {error}", "Correct elsewhere") from None


def _foreign_uses(whole: Target, settings: Translation, key: str) -> list[str]:
    calls: dict[tuple[str, str], Reply] = {
        ("service", "by another API"): foreign_call(settings, whole.timeouts, key),
    }
    if settings.foreign_source:
        there = translation_account(settings, whole.timeouts, key, settings.foreign_source)
        calls["address", f"from {settings.foreign_source}"] = there.trial()
    if settings.foreign_referrer:
        page = translation_account(settings, whole.timeouts, key)
        calls["page", f"from the page {settings.foreign_referrer}"] = page.listing(settings.foreign_referrer)
    taken = []
    for (kind, where), reply in calls.items():
        answer = refused(kind, reply.accepted, _reasons(reply))
        if answer is None:
            raise Unobservable(
                f"{reply} {where}, for another reason than the key's restriction",
                "Name in translation.foreign_api an API that is enabled in the project",
            )
        if not answer:
            taken.append(where)
    return taken


def _reasons(reply: Reply) -> list[str]:
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    listed = [*error.get("details", []), *error.get("errors", [])] if isinstance(error, dict) else []
    return [str(one.get("reason", "")) for one in listed if isinstance(one, dict)]
