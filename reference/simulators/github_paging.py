"""Lists in pages, as the forge answers them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def page(request: Request, name: str | None, items: list[dict[str, Any]]) -> Response:
    """One page of a list by `per_page` and `page`, with the Link header; `name` wraps it with a total as some lists
    have.
    """
    query = request.query_params
    size = min(100, max(1, int(query.get("per_page", "30")))) if query.get("per_page", "30").isdigit() else 30
    number = max(1, int(query.get("page", "1"))) if query.get("page", "1").isdigit() else 1
    shown = items[(number - 1) * size : number * size]
    links = []
    if number * size < len(items):
        links.append(f'<{request.url.include_query_params(page=number + 1)}>; rel="next"')
        links.append(f'<{request.url.include_query_params(page=-(-len(items) // size))}>; rel="last"')
    headers = {"link": ", ".join(links)} if links else {}
    return JSONResponse({"total_count": len(items), name: shown} if name else shown, headers=headers)
