"""The manual has a page on each feature, of this version, and what it shows can be done."""

from __future__ import annotations

from datetime import date

from fixtures.api import ApiClient
from fixtures.api.description import Description, key_of
from fixtures.documents import Documents, Section
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.api_description import differences, handbook
from tests.judges.document_set import broken_links
from tests.judges.manuals import Feature, behind, features, samples, unlisted
from tests.judges.pages import unwritten, updated

FEWEST_WORDS = 40
SHOWN = 5


@verifies("SEI-5.2.1.1.3")
def test_each_feature_has_its_manual(line: Line, target: ProductTarget, documents: Documents, api: ApiClient) -> None:
    place, document = documents.place("features"), documents.section("features")
    wanted = features(document) if document else []
    assert wanted, f"{place} lists no features (a table: feature, manual, changed, api): nobody knows what is told"
    description, pages = Description(api), {f.manual: documents.read(f.manual) for f in wanted if f.manual}
    there = {name: page for name, page in pages.items() if page is not None}
    unknown = unlisted([o.path for o in description.operations], wanted)
    problems, open_, good, told = list[str | None](), list[str](), 0, dict[str, str]()
    for feature in wanted:
        page = there.get(feature.manual)
        if page is None:
            problems.append(f"{feature} has no page: {feature.manual or 'the catalogue names none'} is not there")
            continue
        blank = unwritten(page.whole_text)
        open_ += [f"{feature.manual} {blank}"] if blank else []
        wrong = _page_problems(line, feature, page, documents, target.release.version)
        good += not wrong
        problems += wrong
        told |= handbook(page)
        problems += _failing_samples(feature, page, description, api)
    known = len(wanted) + len(unknown)
    hint = f"In the API, and no feature of {place}: {', '.join(unknown[:SHOWN])}" if unknown else ""
    apart = differences(description.operations, told, "the manual")
    conclude(
        [
            line.limit("documented_features").problem(100 * good / known, of=f"{known} features", hint=hint),
            line.limit("api_differences").problem(len(apart), of="the manual", hint="; ".join(apart[:SHOWN])),
            line.limit("open_todos").problem(len(open_), of="the manual", hint="; ".join(open_[:SHOWN])),
            *problems,
        ]
    )


def _page_problems(line: Line, feature: Feature, page: Section, documents: Documents, version: str) -> list[str]:
    """What shows that a page is not of the product as it is, or that nobody could use it."""
    name, text, day = feature.manual, page.whole_text, updated(page.whole_text)
    found = broken_links(name, page, documents.read, documents.has)
    if (words := len(text.split())) < FEWEST_WORDS:
        found.append(f"{name} has {words} words")
    late = behind(text, version)
    if late is None:
        found.append(f"{name} does not say of which version it is")
    elif why := line.limit("minor_versions_behind").problem(late, of=name):
        found.append(why)
    if day is None:
        found.append(f"{name} does not say when it was changed or looked through last")
    elif feature.changed and day < date.fromisoformat(feature.changed):
        found.append(f"{name} is of {day}, and {feature} changed on {feature.changed}")
    return found


def _failing_samples(feature: Feature, page: Section, description: Description, api: ApiClient) -> list[str]:
    """The calls of a page that do not work; only those that read are made, as the probing identity."""
    keys, found = {o.key for o in description.operations}, list[str]()
    headers = api.authorization(api.token(None))
    for method, path in samples(page):
        if key_of(method, path) not in keys:
            found.append(f"{feature.manual} shows {method} {path}, which the API does not have")
        elif method == "GET":
            answer = api.send("GET", path, name=f"sample of {feature}", headers=headers)
            observed(feature.manual, f"{method} {path}", answer.status, source="GET")
            if answer.status != 200:
                found.append(f"{feature.manual} shows {method} {path}, which answers {answer.status}")
    return found
