"""Judges published pages: whether they say what they must, of this product, lately. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from dateutil import parser

from fixtures.documents.markdown import Section
from fixtures.documents.parts import filler

DAY = r"(\d{4}-\d{2}-\d{2}|\d{1,2}\.? (?:[A-Z][a-z]+),? \d{4}|[A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
_UPDATED = re.compile(
    rf"\b(?:updated|effective|modified|revised|reviewed|in force)\b[^\n]{{0,30}}?{DAY}", re.IGNORECASE
)
_BLANK = re.compile(
    r"\[(?:your|the|insert|company|name|date|address|e-?mail|website)[^\]]{0,40}\]|\{\{[^}]*\}\}|<<[^>]+>>|_{4,}",
    re.IGNORECASE,
)
PRIVACY = {
    "the controller with a contact": r"\b(controller|responsible)\b",
    "an address to write to": r"[\w.+-]+@[\w-]+\.[\w.]+",
    "voice": r"\b(voice|speech|recording|audio)",
    "memories": r"\bmemor",
    "rights": r"\bright(s)? to\b|\byour rights\b",
    "deletion": r"\b(delet|eras)",
    "how long data is kept": r"\b(retention|retain|how long)\b",
}
TERMS = {
    "the governing law": r"\bgoverning law\b|\blaws? of [A-Z]",
    "the company": r"\b(Ltd|Limited|Inc|LLC|GmbH|AG|S\.?A|B\.?V|PLC|Corp)\b",
    "acceptable use": r"\b(acceptable use|you (may|must) not|do not use)\b",
}
FAQ = {
    "billing": r"\b(bill|cost|price|pay|invoice)", "privacy": r"\b(privacy|my data|recording)",
    "languages": r"\blanguage", "account deletion": r"\bdelet\w* (my|your|the|an) account|account deletion",
}  # fmt: skip
GUIDE = {
    "sign-up": ("sign up", "sign-up", "getting started", "register"), "Studio": ("studio",),
    "Companion": ("companion",), "Assistant": ("assistant",), "memory": ("memor",), "translation": ("translat",),
    "speech": ("speech", "voice", "speaking"), "export": ("export",), "account deletion": ("delet",),
}  # fmt: skip


def updated(text: str) -> date | None:
    """The day on which a page says that it was changed last."""
    found = _UPDATED.search(text)
    try:
        return parser.parse(found[1]).date() if found else None
    except (ValueError, OverflowError):
        return None


def age(day: date) -> float:
    """Days from a date to now. UTC."""
    return float((datetime.now(UTC).date() - day).days)


def unwritten(text: str) -> str:
    """What shows that a page was not written to its end, or nothing: filler, or a template's blank."""
    blank = _BLANK.search(text)
    return f"has the blank '{blank[0]}'" if blank else filler(text)


def unsaid(text: str, wanted: Mapping[str, str]) -> list[str]:
    """What a page does not speak of; `wanted`: our words to patterns."""
    return [word for word, pattern in wanted.items() if not re.search(pattern, text, re.IGNORECASE)]


def unnamed(text: str, names: Iterable[str]) -> list[str]:
    """Which of the names a page leaves out."""
    return [name for name in names if not re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)]


def chapters(page: Section, topics: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Topic to the words of the longest chapter on it; 0 where there is none."""
    found = dict.fromkeys(topics, 0)
    for each in page.walk():
        if each.level > 1:
            count = len(re.findall(r"\w+", each.whole_text.partition("\n")[2]))
            for topic, words in topics.items():
                if any(word in each.heading.lower() for word in words):
                    found[topic] = max(found[topic], count)
    return found


def answers(page: Section) -> dict[str, str]:
    """Question to its answer, of headings that end with a question mark."""
    return {
        each.heading: " ".join(each.whole_text.partition("\n")[2].split())
        for each in page.walk()
        if each.heading.strip().endswith("?")
    }


def real(pairs: Mapping[str, str]) -> dict[str, str]:
    """Those pairs whose answer says something, and not what another one says."""
    said = list(pairs.values())
    return {q: a for q, a in pairs.items() if len(a.split()) > 2 and said.count(a) == 1 and not unwritten(a)}
