"""What is published with the launch is there, finished, approved, and of this release."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from fixtures.ci.forge import Forge
from fixtures.documents import Documents
from fixtures.pages import Library
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.materials import Material, approval_problem, links_in, materials, rehearsal_links, text_problems
from tests.judges.pages import unwritten

FEWEST_WORDS = 30
LINKED = re.compile(r"\[([^\]]*)\]\([^)]*\)")
"""A link in Markdown, which is no blank of a template."""


@verifies("AURA-10.2.2.2")
def test_launch_materials_are_complete(
    line: Line, target: ProductTarget, documents: Documents, pages: Library, forge: Forge
) -> None:
    place, plan = documents.place("launch_plan"), documents.section("launch_plan")
    assert plan is not None, f"there is no {place}: nobody knows what is published with the launch"
    listed = materials(plan)
    observed(place, "materials", [str(each) for each in listed], source="checkout")
    assert listed, f"{place} has no table of materials with their place and their owner (a part 'Materials')"
    problems, ready, version = list[str | None](), 0, target.release.version
    for material in listed:
        wrong = _published(pages, material, version) if material.where else []
        wrong += _written(documents, pages, material, version)
        if not material.where and not material.file:
            wrong.append(f"{material} has no place: no address, and no file")
        approvers = forge.approvers(material.file, target.release.commit) if material.file else []
        wrong += filter(None, [approval_problem(material, approvers)])
        ready += not wrong
        problems += wrong
    of = f"{len(listed)} materials of {place}"
    conclude([line.limit("materials_ready").problem(100 * ready / len(listed), of=of), *problems])


def _published(pages: Library, material: Material, version: str) -> list[str]:
    page = pages.read(urljoin(pages.home, material.where))
    if page.missing:
        return [f"{material}: {page} {page.missing}"]
    if page.absent:  # a picture or a film: it is there
        return []
    found = [f"{material}: {page} {why}" for why in text_problems(page.text, version)]
    if page.words < FEWEST_WORDS:
        found.append(f"{material}: {page} has {page.words} words")
    if blank := unwritten(page.text):
        found.append(f"{material}: {page} {blank}")
    found += [f"{material}: {why}" for why in pages.broken(page, around=False)]
    links = rehearsal_links([link.url for link in page.links], pages.serves)
    return found + [f"{material}: {page} {why}" for why in links]


def _written(documents: Documents, pages: Library, material: Material, version: str) -> list[str]:
    if not material.file:
        return []
    document = documents.read(material.file)
    if document is None:
        return [f"{material}: there is no {material.file}"]
    text = document.whole_text
    said = [*text_problems(text, version), *rehearsal_links(links_in(text), pages.serves)]
    if blank := unwritten(LINKED.sub(r"\1", text)):
        said.append(blank)
    return [f"{material}: {material.file} {why}" for why in said]
