"""A help centre after Zendesk Guide: pages of articles, a search, and the form's way in (developer.zendesk.com, Help
Center and Requests).

Each brand has a host of its own there; here it is the first part of the path.
"""

from __future__ import annotations

import html
import re
import time
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from reference.planning import HELP_LOCALE
from reference.simulators.github_history import identifier

if TYPE_CHECKING:
    from reference.simulators.zendesk import Zendesk

LOCALE = HELP_LOCALE


@dataclass(frozen=True)
class Article:
    """An article. `audience` is `everyone`, or who has to sign in to read it."""

    brand: str
    title: str
    section: str
    body: str
    days: float
    draft: bool = False
    audience: str = "everyone"

    @property
    def id(self) -> int:
        return identifier("article", self.brand, self.title)

    @property
    def open(self) -> bool:
        return self.audience == "everyone" and not self.draft


@cache
def _known() -> tuple[Article, ...]:
    read = tomllib.loads(files(__package__).joinpath("guide.toml").read_text())
    return tuple(Article(brand, **each) for brand, all_ in read.items() for each in all_)


def guide_router(zendesk: Zendesk) -> APIRouter:
    router = APIRouter()

    def articles(brand: str) -> list[Article]:
        found = [a for a in _known() if a.brand == brand]
        if not found:
            raise zendesk.refuse(404)
        changes = zendesk.behaviour.articles
        return [
            Article(**{**vars(a), **changes.get(a.title, {})}) for a in found if changes.get(a.title, {}) is not None
        ]

    def address(brand: str, rest: str = "") -> str:
        return centre_address(zendesk, brand, rest)

    def links(found: list[Article]) -> str:
        rows = [f'<li><a href="{address(a.brand, f"/articles/{a.id}")}">{html.escape(a.title)}</a></li>' for a in found]
        return f"<ul>{''.join(rows)}</ul>"

    @router.get(f"/{{brand}}/hc/{LOCALE}")
    async def home(brand: str) -> Response:
        shown = [a for a in articles(brand) if a.open]
        sections = dict.fromkeys(a.section for a in shown)
        parts = [f"<h2>{s}</h2>{links([a for a in shown if a.section == s])}" for s in sections]
        form = f'<form action="{address(brand, "/search")}"><input name="query" type="search"></form>'
        return _page("Help", f"<h1>How can we help?</h1>{form}{''.join(parts)}")

    @router.get(f"/{{brand}}/hc/{LOCALE}/articles/{{id_}}")
    async def article(brand: str, id_: int) -> Response:
        found = next((a for a in articles(brand) if a.id == id_ and not a.draft), None)
        if found is None:
            return _page("Not found", "<h1>Oops</h1><p>The page you were looking for doesn't exist.</p>", 404)
        if not found.open:
            return _page("Sign in", '<h1>Sign in</h1><form><input type="password" name="password"></form>')
        day = time.strftime("%Y-%m-%d", time.gmtime(zendesk.started - found.days * 86400))
        text = f"<h1>{html.escape(found.title)}</h1><p>Updated {day}</p><p>{html.escape(found.body)}</p>"
        return _page(found.title, text)

    @router.get(f"/{{brand}}/hc/{LOCALE}/search")
    async def search(brand: str, query: str = "") -> Response:
        hits = _hits(zendesk, articles(brand), query)
        return _page("Search", f"<h1>{len(hits)} results for “{html.escape(query)}”</h1>{links(hits)}")

    @router.post("/{brand}/api/v2/requests.json", status_code=201)
    async def request_(request: Request, brand: str) -> Response:
        given = (await zendesk.json_object(request)).get("request") or {}
        comment, requester = given.get("comment") or {}, given.get("requester") or {}
        if not given.get("subject") or not comment.get("body") or not requester.get("email"):
            raise zendesk.refuse(422, "Requester, subject and comment are needed.")
        number = zendesk.take(str(given["subject"]), str(comment["body"]), str(requester["email"]), brand)
        return JSONResponse({"request": {"id": number, "status": "new", "subject": given["subject"]}}, 201)

    return router


def centre_address(zendesk: Zendesk, brand: str, rest: str = "") -> str:
    return f"{zendesk.base_url}/{brand}/hc/{LOCALE}{rest}"


def article_address(zendesk: Zendesk, brand: str, title: str) -> str:
    """Where an article is, as somebody who answers copies it."""
    return centre_address(zendesk, brand, f"/articles/{identifier('article', brand, title)}")


def _hits(zendesk: Zendesk, articles: list[Article], query: str) -> list[Article]:
    """The best first, by the words that they share with the query; a word of the title counts three times."""
    if articles and articles[0].brand in zendesk.behaviour.empty_index:
        return []
    words = set(re.findall(r"\w{3,}", query.lower()))

    def rank(article: Article) -> int:
        title, body = (set(re.findall(r"\w{3,}", text.lower())) for text in (article.title, article.body))
        return 3 * len(words & title) + len(words & body)

    return sorted((a for a in articles if a.open and rank(a)), key=rank, reverse=True)


def _page(title: str, body: str, status: int = 200) -> Response:
    shown = f'<!doctype html><html lang="en"><title>{html.escape(title)}</title><body><main>{body}</main></body></html>'
    return HTMLResponse(shown, status)


__all__ = ["LOCALE", "Article", "article_address", "guide_router"]
