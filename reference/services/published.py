"""The pages that a product publishes beside its site: Markdown of the checkout's `pages`, as HTML of the site."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Template
from markdown_it import MarkdownIt

SOURCES = Path(__file__).parents[1] / "source"
RUNBOOK = Path("docs") / "operations" / "runbook.md"
"""What operators read is published beside it."""
_PARSER = MarkdownIt("commonmark").enable("table")


def published(product: str) -> dict[str, Path]:
    """Path on the site, without a leading slash, to the Markdown that is published there."""
    folder = SOURCES / product / "pages"
    return {str(p.relative_to(folder).with_suffix("")): p for p in sorted(folder.rglob("*.md"))}


def unlinked(product: str) -> dict[str, Path]:
    """The same of what is published for operators: no page of the site leads there."""
    runbook = SOURCES / product / RUNBOOK
    return {"runbook": runbook} if runbook.is_file() else {}


def write_published(folder: Path, product: str, template: Template, known: dict[str, Any]) -> None:
    """Render all of them into the web folder, and copy the films that they show."""
    for path, source in {**published(product), **unlinked(product)}.items():
        target = folder / f"{path}.html"
        target.parent.mkdir(mode=0o755, exist_ok=True)
        target.write_text(page_of(source.read_text(), template, known))
    for film in sorted((SOURCES / product / "pages").rglob("*.webm")):
        target = folder / film.relative_to(SOURCES / product / "pages")
        target.parent.mkdir(mode=0o755, exist_ok=True)
        shutil.copyfile(film, target)


def page_of(text: str, template: Template, known: dict[str, Any]) -> str:
    """One page. `{{30 days ago}}` becomes a date, HELP_CENTRE the help centre's address,
    SIGN_UP where people sign up."""
    now = datetime.now(UTC)
    dated = re.sub(r"\{\{(\d+) days ago\}\}", lambda m: f"{now - timedelta(days=int(m[1])):%Y-%m-%d}", text)
    dated = dated.replace("HELP_CENTRE", known["product"].help_url)
    dated = dated.replace("SIGN_UP", f"{known['product'].api_url}/api/v1/auth/register")
    title = dated.partition("\n")[0].lstrip("# ")
    return template.render(known, title=title, content=_PARSER.render(dated))
