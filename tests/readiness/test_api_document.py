"""Whoever builds on the API finds every operation described, in one way, and examples that work."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.api.description import Described, Description, key_of, mapped, sent
from fixtures.api.newcomers import newcomer
from fixtures.documents import Documents
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.api_description import differences, handbook, lacking, refusal

HANDBOOK = "api"
"""Our word for the document of the checkout."""
SESSIONS = ("sign_in", "sign_up", "sign_up_unaccepted", "refresh", "sign_out", "change_password", "account_delete",
            "raise_error")  # fmt: skip
"""Operations whose examples begin or end accounts and sessions, or raise errors: they are not sent."""


@verifies("AURA-2.1.3.1")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_every_operation_is_documented(line: Line, api: ApiClient, documents: Documents) -> None:
    description = Description(api)
    place, section = documents.place(HANDBOOK), documents.section(HANDBOOK)
    assert section is not None, f"{place} is not in the checkout: nothing tells of the API. Was it moved?"
    operations = description.operations
    assert operations, f"{description} has no operations: the API describes nothing"
    told = differences(operations, handbook(section), place)
    poor = {str(o): why for o in operations if (why := lacking(o))}
    served = {o.key for o in operations}
    own = key_of("GET", api.settings.openapi) if api.settings.openapi else ""
    hidden = [f"{key}, which the target calls {name}" for key, (name, _) in mapped(api).items()
              if key not in served and key != own and not _inside(key, served)]  # fmt: skip
    count = len(operations) + len(hidden)
    documented = 100 * (len(operations) - len(poor)) / count
    rejected = _tried(api, operations)
    hint = "; ".join(f"{name}: {', '.join(why)}" for name, why in list(poor.items())[:4])
    conclude([
        *description.problems,
        line.limit("documented").problem(round(documented, 1), of=f"{count} operations of {description}", hint=hint),
        *(f"{description} does not have {what}" for what in hidden),
        *told,
        line.limit("examples_rejected").problem(len(rejected), of=description, hint="; ".join(rejected[:4])),
    ])  # fmt: skip


def _tried(api: ApiClient, operations: list[Described]) -> list[str]:
    """Send the examples as a user of this run; returns those that the API does not take.

    Raises:
        Unobservable: an example can't be sent, since the target does not know what it would do.
    """
    known, unsent = mapped(api), api.settings.unsent_examples
    with_examples = [o for o in operations if o.examples]
    if unknown := [str(o) for o in with_examples if o.key not in known]:
        raise Unobservable(
            f"the examples of {', '.join(unknown[:5])} were not sent: nobody says what they do",
            f"Add them to [{api.product}.api.operations], with `paid` where they cost money",
        )
    left = [known[o.key][0] for o in with_examples if known[o.key][0] in (*SESSIONS, *unsent)]
    wanted = [o for o in with_examples if known[o.key][0] not in left]
    observed(api, "examples not sent", left, source="operations of the target")
    if not wanted:
        raise Unobservable("the API's document has no example that may be sent", "Give bodies an example")
    with newcomer(api) as who:
        return [
            f"the example of {described} was answered {answer.status}: {answer.text[:160]}"
            for described in wanted
            for answer in sent(who, described, known[described.key][1], known[described.key][0])
            if refusal(answer.status)
        ]


def _inside(key: str, served: set[str]) -> bool:
    """Whether an operation that is served has a parameter where this one has a word."""
    method, _, path = key.partition(" ")
    words = path.split("/")
    for other in served:
        verb, _, template = other.partition(" ")
        parts = template.split("/")
        same = verb == method and len(parts) == len(words)
        if same and all(p in ("{}", w) for p, w in zip(parts, words, strict=True)):
            return True
    return False
