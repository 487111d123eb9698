"""Whether the API's description says of each operation what a caller needs, and agrees with the handbook. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from fixtures.api.description import Described, key_of
from fixtures.documents.markdown import Section
from fixtures.documents.parts import empty

_OPERATION = re.compile(r"\b(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH)\s+(/[^\s`|)]*)")
REFUSED = (400, 405, 415, 422)
"""Answers that say that what was sent is not what is taken."""


def lacking(operation: Described) -> list[str]:
    """What an operation's description does not say."""
    facts = operation.facts
    found = [] if facts.get("summary") or facts.get("description") else ["no summary"]
    found += [
        f"parameter {p.get('name')} without {what}"
        for p in facts["parameters"]
        for what, there in (("a description", p.get("description")), ("a schema", p.get("schema") or p.get("content")))
        if not there
    ]
    answers: Mapping[str, Any] = facts.get("responses", {})
    good = {s: a for s, a in answers.items() if s[:1] in "23"}
    bad = {s: a for s, a in answers.items() if s[:1] in "45" or s == "default"}
    found += [f"no answer of {what}" for what, known in (("success", good), ("error", bad)) if not known]
    found += [f"answer {s} without a schema" for s, a in [*good.items(), *bad.items()] if not _schema(s, a)]
    if operation.body is not None:
        kind, body = operation.body
        if not body.get("schema"):
            found.append("a body without a schema")
        if kind == "application/json" and not operation.examples:
            found.append("a body without an example")
    return found


def handbook(document: Section) -> dict[str, str]:
    """Return the key of each operation that a document has a section or a line on, to why that says nothing."""
    found: dict[str, str] = {}
    for part in document.walk():
        for method, path in _OPERATION.findall(part.heading):
            found[key_of(method, path)] = empty(part.whole_text.partition("\n")[2])
        rows = [" ".join(row.values()) for table in part.tables for row in table]
        for line in [*part.text.splitlines(), *rows]:
            for method, path in _OPERATION.findall(line):
                found.setdefault(key_of(method, path), "")
    return found


def differences(operations: Collection[Described], known: Mapping[str, str], place: str) -> list[str]:
    """What the description and the handbook do not both have, and what the handbook says nothing of."""
    names = {o.key: str(o) for o in operations}
    missing = [f"{place} does not tell of {name}" for key, name in names.items() if key not in known]
    extra = [f"{place} tells of {key}, which the API's document does not have" for key in known if key not in names]
    return [*missing, *extra, *(f"{place}: what it says of {key} {why}" for key, why in known.items() if why)]


def refusal(status: int) -> bool:
    """Whether an answer to an example says that it is not what the operation takes, or that it breaks it."""
    return status in REFUSED or status >= 500


def _schema(status: str, answer: Mapping[str, Any]) -> bool:
    if status in ("204", "205") or status.startswith("3"):
        return True
    content = answer.get("content", {})
    return bool(content) and all(c.get("schema") for c in content.values())
