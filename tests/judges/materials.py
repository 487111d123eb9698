"""Whether what is published with a launch is finished, of this version, and leads to the product itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from fixtures.documents.markdown import Section
from tests.judges.documents import empty_cell

COLUMNS = {
    "material": ("material", "what", "name"), "where": ("where", "address", "url", "page"),
    "file": ("file", "source", "document"), "owner": ("owner", "approv"),
}  # fmt: skip
_VERSION = re.compile(r"\b(?:version|release)\s+v?(\d+\.\d+(?:\.\d+)?)\b", re.IGNORECASE)
_REHEARSAL = re.compile(
    r"^(staging|stage|stg|preview|dev|develop|test|testing|qa|sandbox|localhost|127)\d*$", re.IGNORECASE
)
_LINK = re.compile(r"https?://[^\s\"'<>)\]]+")


def links_in(text: str) -> list[str]:
    """The addresses in a text, without the stop of a sentence that ends with one."""
    return [found.rstrip(".,;") for found in _LINK.findall(text)]


@dataclass(frozen=True)
class Material:
    """A row of the launch plan. `where`: an address or a path of the site, `file`: its place in the checkout."""

    name: str
    where: str
    file: str
    owner: str

    def __str__(self) -> str:
        return self.name


def materials(plan: Section) -> list[Material]:
    """The rows of the table of materials, in the part that is called so."""
    parts = [each for each in plan.walk() if "material" in each.heading.lower()]
    rows = [row for each in parts for table in each.tables for row in table]
    return [Material(*(_cell(row, words) for words in COLUMNS.values())) for row in rows]


def text_problems(text: str, version: str) -> list[str]:
    """Other versions of the product that a text names."""
    named = dict.fromkeys(_VERSION.findall(text))
    return [f"is about version {other}, the release is {version}" for other in named if not version.startswith(other)]


def rehearsal_links(urls: Iterable[str], own: Callable[[str], bool]) -> list[str]:
    """The links that lead to where the product is tried out; `own`: whether an address is the product's own."""
    found = []
    for url in dict.fromkeys(urls):
        labels = re.split(r"[.-]", urlsplit(url).hostname or "")
        if not own(url) and any(_REHEARSAL.match(label) for label in labels):
            found.append(f"links to {url}, which is no site for users")
    return found


def approval_problem(material: Material, approvers: Iterable[str]) -> str | None:
    """Why the owner's approval is missing, or None; names are compared as the forge writes them."""
    if not material.owner:
        return f"{material} has no owner who approves it"
    wanted = login_of(material.owner)
    known = list(approvers)
    if wanted in {login_of(name) for name in known}:
        return None
    return f"{material}: {material.owner} did not approve {material.file}, but {', '.join(known) or 'nobody'}"


def login_of(name: str) -> str:
    """The login that a name becomes on the forge: `ann-lee` of Ann Lee, or of @ann-lee."""
    return name.strip().lstrip("@").casefold().replace(" ", "-")


def _cell(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    found = next((cell for heading, cell in row.items() if any(name in heading for name in names)), "")
    return "" if empty_cell(found) else found.strip().strip("`")
