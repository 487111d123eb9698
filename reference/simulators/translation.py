"""The machine behind both translation simulators.

Known words and phrases (`phrases.toml`) get their real translation. Every other word is turned into the target language
by a rule that can be turned back: for a script of its own, letter by letter into that script; for Latin scripts, an
exchange of letters of its own and an ending typical of the language. So output always depends on text and language, is
written in the right script, can be recognised, and translating back gives the original (up to the case of letters in
scripts that have none). Numbers, punctuation and line breaks stay where they are.
"""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any


def _rows(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


_ROWS: dict[str, dict[str, Any]] = _rows("languages.toml")
LANGUAGES: dict[str, str] = {code: row["name"] for code, row in _ROWS.items()}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SCRIPTS: dict[str, str] = {code: row["letters"] for code, row in _ROWS.items() if "letters" in row}
_ENDINGS: dict[str, str] = {code: row["ending"] for code, row in _ROWS.items() if "ending" in row}
_UNIQUE: dict[str, str] = {code: row["unique"] for code, row in _ROWS.items() if "unique" in row}
_MARKS = r"\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # vowel signs that \w leaves out
_WORD = re.compile(rf"[^\W\d_](?:[\w{_MARKS}'’-]*[^\W_]|[{_MARKS}])*")
_NEGATIONS = frozenset(
    ["not", "no", "never", "n't", "none", "nothing", "cannot", "don't", "doesn't", "isn't", "didn't", "won't", "can't"]
)


def translate(text: str, target: str, source: str | None = None, drop_negations: bool = False) -> str:
    """`text` in language `target`; `source` None: detected. Codes are keys of `LANGUAGES`."""
    source = source or detect(text)[0]
    if source == target:
        return text
    english = text if source == "en" else _to_english(text, source)
    if drop_negations:
        english = " ".join(word for word in english.split(" ") if word.lower().strip(".,!?") not in _NEGATIONS)
    return english if target == "en" else _from_english(english, target)


def detect(text: str) -> tuple[str, float]:
    """Most likely language and confidence 0..1, by script, known words, typical endings and letters."""
    scores = dict.fromkeys(LANGUAGES, 0.0)
    scores["en"] = 0.1
    lowered = text.lower()
    for language in LANGUAGES:
        known = _pattern(language).findall(lowered) if language != "en" else []
        scores[language] += sum(1.0 + len(hit) / 4 for hit in known)
    for word in _WORD.findall(lowered):
        block = unicodedata.name(word[0], "").partition(" ")[0].partition("-")[0]
        scripted = [code for code in _SCRIPTS if block in _ROWS[code]["blocks"]]
        for language in scripted:
            scores[language] += 1 + sum(character in _SCRIPTS[language] for character in word) / len(word)
        if scripted:
            continue
        for language, ending in _ENDINGS.items():
            scores[language] += 2.0 if language != "en" and word.endswith(ending) else 0.0
        for language, letters in _UNIQUE.items():
            scores[language] += 0.3 * sum(character in letters for character in word)
        if word in _table("en"):
            scores["en"] += 1.5 + len(word) / 4
        elif word.isascii():
            scores["en"] += 0.35
    best = max(scores, key=lambda language: scores[language])
    total = sum(scores.values())
    return best, round(scores[best] / total, 3) if total else 0.0


def known_phrases() -> list[str]:
    """The English phrases with a real translation into every language."""
    return list(_table("en"))


def _from_english(text: str, target: str) -> str:
    table = dict(zip(_table("en"), _table(target), strict=True))
    return _pieces(text, "en", lambda phrase: table[phrase], lambda word: _encode(word, target))


def _to_english(text: str, source: str) -> str:
    table = dict(zip(reversed(_table(source)), reversed(_table("en")), strict=True))
    return _pieces(text, source, lambda phrase: table[phrase], lambda word: _decode(word, source))


def _pieces(text: str, language: str, phrase: Callable[[str], str], word: Callable[[str], str]) -> str:
    """Replace known phrases by `phrase`, words between them by `word`; keep everything else, and initial capitals."""
    result: list[str] = []
    position = 0
    for match in _pattern(language).finditer(text):
        result.append(_WORD.sub(lambda found: word(found.group()), text[position : match.start()]))
        said = phrase(match.group().lower())
        result.append(said[:1].upper() + said[1:] if match.group()[:1].isupper() else said)
        position = match.end()
    result.append(_WORD.sub(lambda found: word(found.group()), text[position:]))
    return "".join(result)


def _encode(word: str, target: str) -> str:
    lowered = word.lower()
    if target in _SCRIPTS:
        return lowered.translate(_letters(target))
    changed = lowered.translate(_letters(target)) + _ENDINGS[target]
    return changed[:1].upper() + changed[1:] if word[:1].isupper() else changed


def _decode(word: str, source: str) -> str:
    lowered = word.lower()
    back = {new: old for old, new in _letters(source).items()}
    if source in _SCRIPTS:
        return "".join(chr(back[c]) if c in back else _romanised(c) for c in lowered)
    ending = _ENDINGS[source]
    if lowered.endswith(ending) and len(lowered) > len(ending):
        found = "".join(chr(back.get(c, ord(c))) for c in lowered.removesuffix(ending))
    else:
        # A natural word that is not in the table: written without accents, with an ending of the other language.
        found = (
            "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)) + _ENDINGS["en"]
        )
    return found[:1].upper() + found[1:] if word[:1].isupper() else found


def _romanised(character: str) -> str:
    """The sound of a letter of another script, from its Unicode name: ж -> zhe."""
    if character.isascii() or not character.isalpha():
        return "" if unicodedata.combining(character) or unicodedata.category(character) in ("Mc", "Mn") else character
    return unicodedata.name(character, character).rpartition(" ")[2].rpartition("-")[2].lower()


@cache
def _table(language: str) -> tuple[str, ...]:
    return tuple(_rows("phrases.toml")[language].split("|"))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Known phrases, the longest first, as whole words; scripts without spaces between words have them anywhere."""
    phrases = sorted(_table(language), key=len, reverse=True)
    body = "|".join(re.escape(phrase) for phrase in phrases)
    anywhere = language in ("zh-CN", "zh-TW", "ja", "th", "lo", "my", "km")
    return re.compile(body if anywhere else rf"(?<![\w'’-])(?:{body})(?![\w'’-])", re.IGNORECASE)


@cache
def _letters(language: str) -> dict[int, str]:
    if language in _SCRIPTS:
        return {ord(letter): new for letter, new in zip(_LETTERS, _SCRIPTS[language], strict=True)}
    # Vowels stay vowels, so that words can still be spoken.
    chance = random.Random(language)  # noqa: S311
    vowels, consonants = "aeiou", "bcdfghjklmnpqrstvwxyz"
    new = dict(zip(vowels, chance.sample(vowels, 5), strict=True)) | dict(
        zip(consonants, chance.sample(consonants, 21), strict=True)
    )
    return {ord(old): letter for old, letter in new.items()}
