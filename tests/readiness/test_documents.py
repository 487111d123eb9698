"""All documents that the product needs are there together, and say the same."""

from __future__ import annotations

from fixtures.api import ApiClient
from fixtures.documents import Documents, Section
from fixtures.pages import Library
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.document_set import broken_links, disagreements, distinct, unfinished

WRITTEN = (
    "architecture", "runbook", "disaster_plan", "service_levels", "on_call", "escalation", "rollback_guide",
    "incident_plan",
)  # fmt: skip
"""Our words for documents of the checkout."""
PUBLISHED = ("guide", "privacy", "terms")
"""Our words for pages."""
OPERATION = "openapi"
"""Our word for the operation that gives the document of the API."""


@verifies("AURA-13.3.4")
def test_all_documents_are_there_and_agree(
    line: Line, target: ProductTarget, documents: Documents, pages: Library, api: ApiClient
) -> None:
    version, problems = target.release.version, list[str | None]()
    places = {word: documents.place(word) for word in WRITTEN}
    found: dict[str, Section] = {}
    broken: list[str] = []
    bad = {word for word in WRITTEN if documents.section(word) is None}
    problems += [f"there is no {places[word]} ({word.replace('_', ' ')})" for word in WRITTEN if word in bad]
    for file in distinct(places.values()):
        document = documents.read(file)
        if document is None:
            continue
        found[file] = document
        wrong = unfinished(document, version)
        bad |= {word for word in WRITTEN if wrong and places[word].partition("#")[0] == file}
        problems += [f"{file} {why}" for why in wrong]
        broken += broken_links(file, document, documents.read, documents.has)
    for word in PUBLISHED:
        page = pages.page(word)
        wrong = [page.absent] if page.absent else unfinished(page.section, version)
        problems += [f"{page} {why}" for why in wrong]
        bad |= {word} if wrong else set()
    if why := _undescribed(api):
        problems.append(why)
        bad.add(OPERATION)
    count = len(WRITTEN) + len(PUBLISHED) + 1
    of = f"{count} documents of {line.product}"
    whole = line.limit("documents_complete").problem(100 * (count - len(bad)) / count, of=of)
    links = line.limit("broken_links").problem(len(broken), of=of, hint="; ".join(broken))
    conclude([whole, *problems, links, *disagreements(found)])


def _undescribed(api: ApiClient) -> str:
    """Why the API's document is not there, or nothing."""
    answer = api.call(OPERATION)
    operation = api.operation(OPERATION)
    if answer.status != operation.status:
        return f"the API's document is not there: {answer}"
    paths = answer.field("paths")
    observed("the API's document", "paths", len(paths or {}), source=answer.call, unit="count")
    return "" if paths else f"the API's document describes nothing: {answer}"
