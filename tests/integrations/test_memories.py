"""Memories come back as they were given, to their owner only; what can't be one is refused and leaves nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from fixtures.api import Answer, ApiClient
from fixtures.api.memories import Memories
from fixtures.api.template import fill, fill_path, values_of
from fixtures.parallel import each
from fixtures.providers.pinecone import PineconeProject, pinecone_project
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.endpoints import NO_ID
from tests.judges.memories import Remembered, changed, differences, paired, texts, unhelpful

SEARCHED = 300
"""Characters of a memory that it is searched by."""
SETTLE = 5.0
"""Seconds that an index may take to forget: it is asked again until then."""
MEGABYTE = 2**20


@dataclass(frozen=True)
class Vectors:
    """The index, and in which of its namespaces a user's vectors are."""

    project: PineconeProject
    pattern: str

    def of(self, user: str) -> str:
        return self.pattern.replace("{id}", user)


@pytest.fixture
def vectors(target: ProductTarget, whole_target: Target) -> Vectors | None:
    """None where the product has no index beside its database."""
    if target.pinecone is None or target.privacy is None or target.privacy.namespace is None:
        return None
    return Vectors(pinecone_project(target.pinecone, whole_target.timeouts), target.privacy.namespace)


@pytest.fixture
def people(api: ApiClient, target: ProductTarget, line: Line) -> tuple[Memories, Memories]:
    """The owner, and somebody else with memories of their own."""
    settings = configured(target.memory, f"{line.product}.memory")
    spent = api.settings.quota.identity if api.settings.quota else ""
    names = [name for name, who in api.settings.identities.items() if who.marker and name != spent]
    if len(names) < 2:
        raise NotConfigured("the target has fewer than two identities with markers", "Add [PRODUCT.api.identities]")
    return Memories(api, settings, names[0]), Memories(api, settings, names[1])


@verifies("AURA-3.1.3.1")
@pytest.mark.writes
@pytest.mark.timeout(120)
def test_a_memory_comes_back_unchanged_to_its_owner_only(
    line: Line, api: ApiClient, people: tuple[Memories, Memories], vectors: Vectors | None
) -> None:
    owner, other = people
    settings, given = owner.settings, texts(run_id())
    marker = api.identity(other.identity).marker
    if not other.recalled(marker):
        raise Unobservable(f"{other.identity} recalls nothing of their own", "Store the memory with the marker again")
    with _stored(owner, [owner.item(text[:60], text) for text in given.values()]) as ids:
        made = dict(zip(given, ids, strict=True))
        there = dict(paired(*owner.exported()))
        wanted = {word: Remembered(text, settings.kind, settings.emotion) for word, text in given.items()}
        wrong = {w: differences(m, there.get(made[w]), f"memory with {w}") for w, m in wanted.items()}
        searched = {word: text[:SEARCHED] for word, text in given.items()}
        own = dict(zip(given, each(owner.recalled, searched.values(), workers=2), strict=True))
        foreign = dict(zip(given, each(other.recalled, searched.values(), workers=2), strict=True))
        for word, text in given.items():
            found = own[word].get(made[word])
            if found is None:
                wrong[word].append(f"memory with {word}: its owner's search for it does not bring it")
            elif found != text[:60]:
                wrong[word].append(f"memory with {word}: recalled as {found!r} instead of {text[:60]!r}")
        seen = [f"{other.identity} recalls {owner.identity}'s memory with {w}" for w, hits in foreign.items()
                if made[w] in hits or any(run_id() in s for s in hits.values())]  # fmt: skip
        space = vectors.of(api.identity(owner.identity).id) if vectors else ""
        indexed = set(vectors.project.vectors(space, ids)) if vectors else set()
    still = each(owner.recalled, searched.values(), workers=2)
    left = [f"memory with {w} is recalled after it was deleted" for w, hits in zip(given, still, strict=True)
            if made[w] in hits]  # fmt: skip
    left += [
        f"the vector of memory {i} is in the index after the memory was deleted" for i in _kept(vectors, space, indexed)
    ]
    equality = round(100 * sum(not w for w in wrong.values()) / len(wrong), 1)
    hint = "Look at the column's type and length, and at what comes before it"
    conclude(
        [
            line.limit("equality").problem(equality, of=owner, hint=hint),
            *(problem for found in wrong.values() for problem in found),
            line.limit("foreign_hits").problem(len(seen), of=other),
            *seen,
            *left,
        ]
    )


@contextmanager
def _stored(owner: Memories, items: list[object]) -> Iterator[list[str]]:
    """Store them for the block, then delete them. Raises Unobservable when one stays."""
    answer = owner.store(items)
    if answer.status != owner.api.operation("memory_store_batch").status:
        raise AssertionError(f"{answer}: {len(items)} well-formed memories of {owner.identity} are not taken")
    ids = [str(i) for i in answer.all("ids")]
    try:
        yield ids
    finally:
        gone = each(owner.forget, ids, workers=2)
        bad = [a for a in gone if a.status != owner.api.operation("memory_delete").status]
        if bad:
            raise Unobservable(f"{bad[0]}: memories of this run are left", "Remove them by hand")


def _kept(vectors: Vectors | None, space: str, ids: set[str]) -> list[str]:
    """Which of these vectors are still there when the index had time to forget them."""
    if vectors is None or not ids:
        return []
    end = time.monotonic() + SETTLE
    while (left := vectors.project.vectors(space, sorted(ids))) and time.monotonic() < end:
        time.sleep(0.5)
    return sorted(left)


# What can't be a memory


@dataclass(frozen=True)
class Wrong:
    """A call that must be refused. `field`: names of what is wrong; none where it can't be named."""

    what: str
    send: Callable[[], Answer]
    field: Collection[str] = ()


@verifies("AURA-3.1.3.3")
@pytest.mark.writes
@pytest.mark.timeout(120)
def test_invalid_input_is_refused_and_leaves_nothing(
    line: Line, api: ApiClient, people: tuple[Memories, Memories], vectors: Vectors | None
) -> None:
    owner, other = people
    settings = owner.settings
    good = owner.item(f"{run_id()} good", f"{run_id()} a good one")
    with _stored(owner, [good, good]):
        pass  # a call without anything wrong is taken
    before = _counts(api, people, vectors)
    cases = list(_cases(api, owner))
    answers = [(case, case.send()) for case in cases]
    after = _counts(api, people, vectors)
    problems: list[str | None] = []
    for case, answer in answers:
        codes, named = _said(answer, settings.refusal_code), _said(answer, settings.refusal_field)
        reason = unhelpful(answer.status, codes, named, case.field)
        problems.append(f"{case.what}: {answer.call} {reason}" if reason else None)
    errors = [case.what for case, answer in answers if answer.status >= 500]
    grown = changed(before, after)
    _remove(owner, other)
    moved = "; ".join(f"{n:+} {place}" for place, n in grown.items())
    conclude(
        [
            line.limit("server_errors").problem(len(errors), of=f"{len(cases)} invalid calls", hint=", ".join(errors)),
            line.limit("rows_changed").problem(sum(map(abs, grown.values())), of="rows and vectors", hint=moved),
            *problems,
        ]
    )


def _cases(api: ApiClient, owner: Memories) -> Iterator[Wrong]:
    settings, mark = owner.settings, f"{run_id()} invalid"
    query = api.operation("memory_recall").query
    sought = _named(query, "text")
    counted = _named(query, "count")
    texted = _named(api.operation("memory_store").body, "text")
    listed = _named(settings.item, "text") | _named(settings.item, "summary")

    def store(text: str, **more: str) -> Answer:
        return api.call("memory_store", identity=owner.identity, text=text, kind=settings.kind, **more)

    def recall(text: str, count: int) -> Answer:
        return api.call("memory_recall", identity=owner.identity, text=text, count=count)

    def batch(*bad: object) -> Answer:
        return owner.store([owner.item(f"{mark} first", f"{mark} first"), *bad])

    most = settings.most_recalled
    yield Wrong("an empty text stored", lambda: store(""), texted)
    yield Wrong("a text of 1 MB stored", lambda: store(mark + "x" * MEGABYTE), texted)
    yield Wrong("bytes that are no UTF-8 stored", lambda: _not_text(api, owner, mark))
    yield Wrong("a memory stored for nobody", lambda: store(mark, **{"identity.id": NO_ID}))
    yield Wrong("an empty text recalled", lambda: recall("", 5), sought)
    yield Wrong("none recalled", lambda: recall(mark, 0), counted)
    yield Wrong(f"{most + 1} recalled", lambda: recall(mark, most + 1), counted)
    yield Wrong("a batch whose second is empty", lambda: batch(owner.item("", "")), listed)
    yield Wrong("a batch whose second is no memory", lambda: batch(None), ("1", "memories"))


def _not_text(api: ApiClient, owner: Memories, mark: str) -> Answer:
    """The body of a good call, with two bytes in its text that UTF-8 does not have. Source: RFC 3629."""
    what, who = api.operation("memory_store"), api.identity(owner.identity)
    known = values_of(who, {"text": f"{mark} HERE", "kind": owner.settings.kind})
    body = json.dumps(fill(what.body, known, "memory_store")).encode().replace(b"HERE", b"\xff\xfe")
    return api.send(
        what.method, fill_path(what.path, known, "memory_store"), name="memory_store", data=body, paid=what.paid,
        headers=api.authorization(api.token(owner.identity)) | {"Content-Type": "application/json"},
        params=fill(what.query, known, "memory_store") or None,
    )  # fmt: skip


def _named(template: object, word: str) -> set[str]:
    """The product's names of the fields in which a placeholder stands."""
    place = f"{{{word}}}"
    return {name for name, value in template.items() if value == place} if isinstance(template, dict) else set()


def _said(answer: Answer, place: str) -> list[object]:
    """What stands at a place of a refusal; nothing when it is no JSON."""
    try:
        return list(Answer(answer.call, answer.response, 0, {"it": place}).all("it"))
    except Unobservable:
        return []


def _counts(api: ApiClient, people: tuple[Memories, ...], vectors: Vectors | None) -> dict[str, int]:
    """How many rows and vectors each has, and vectors those that do not exist."""
    found = {f"rows of {who.identity}": len(who.exported()[0]) for who in people}
    if vectors:
        spaces = {who.identity: api.identity(who.identity).id for who in people} | {"nobody": NO_ID}
        found |= {f"vectors of {name}": vectors.project.count(vectors.of(user)) for name, user in spaces.items()}
    return observed("invalid calls", "rows and vectors", found, source="account_export, describe_index_stats")


def _remove(*people: Memories) -> None:
    """Take away what invalid calls left, where they were taken."""
    for who in people:
        ids, said, *_ = who.exported()
        each(who.forget, [str(i) for i, text in zip(ids, said, strict=True) if run_id() in str(text)], workers=2)
