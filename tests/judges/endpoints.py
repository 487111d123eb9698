"""Which of the API's operations can be tried how, and what their answers show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fixtures.api import Answer
from fixtures.api.template import PLACE
from golive.target.api import Identity, Operation

DOOR = (200, 204, 401, 403, 405, 422)
"""How a route that exists answers to OPTIONS: it allows, wants a token, or has other methods."""
NO_ID = "00000000-0000-4000-8000-000000000000"


def open_places(operation: Operation) -> list[str]:
    """Return the placeholders of a call that the acting identity does not fill."""
    texts = [operation.path, *map(str, operation.query.values()), *operation.headers.values()]
    return [name for text in texts for name in PLACE.findall(text) if not name.startswith("identity.")]


def is_plain_read(operation: Operation) -> bool:
    """Whether the call can really be made: it only reads, needs no value and costs nothing."""
    return operation.method == "GET" and not operation.paid and not open_places(operation)


def some_path(operation: Operation) -> str:
    """Return the path with an id that nothing has in each placeholder."""
    return PLACE.sub(NO_ID, operation.path)


def missing_fields(operation: Operation, answer: Answer) -> list[str]:
    """Return the declared fields that the answer does not have, but for those inside lists, which may be empty."""
    certain = [name for name, place in operation.fields.items() if not re.search(r"\[|\.\.|header:|`", place)]
    return [name for name in certain if not answer.all(name)]


def actor(operation: Operation, identities: Mapping[str, Identity], roles: Iterable[str]) -> str | None:
    """Return the name of an identity whose role may make the call, None when the probing one will do."""
    ranks = list(roles)
    if operation.role is None or operation.role not in ranks:
        return None
    able = ranks[ranks.index(operation.role) :]
    for role in able:
        for name, identity in identities.items():
            if identity.role == role:
                return name
    return None


def is_page(content_type: str, text: str) -> bool:
    """Whether an answer is a whole HTML page with a title."""
    low = text.lower()
    return content_type == "text/html" and "<title" in low and "</html>" in low
