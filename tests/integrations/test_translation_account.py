"""The translation provider's account does what it is paid for: it translates."""

from __future__ import annotations

from fixtures.providers.accounts import TranslationAccount
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies

TEXT, SOURCE, INTO = "good morning", "en", "es"
"""Two words are enough, and cost next to nothing."""


@verifies("AURA-1.1.3.3")
def test_translation_account_translates(line: Line, translation: TranslationAccount) -> None:
    limit = line.limit("http_status")
    known = translation.trial()
    problems = [limit.problem(known.status, of=translation, hint=f"Is the key revoked? The answer: {known}")]
    reply = translation.translate(TEXT, SOURCE, INTO)
    hint = f"Is the service switched on and paid for? Listing answered {known.status}, translating: {reply}"
    problems.append(limit.problem(reply.status, of=f"{translation}, a translation", hint=hint))
    if reply.accepted:
        problems.append(_untranslated(translation, translation.translated(reply)))
    conclude(problems)


def _untranslated(account: TranslationAccount, text: str) -> str | None:
    if text and text.casefold() != TEXT:
        return None
    said = f"the text as it was, {text!r}" if text else "no text"
    return f"{account}: {TEXT!r} from {SOURCE} to {INTO} came back as {said}, want a translation"
