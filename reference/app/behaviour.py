"""Switches that break this process on purpose, set at run time through `POST /__reference__/behaviour`.

A switch has a name and a value; an absent switch means: behave. Code asks where it matters:

    if behaviour.on("skip_expiry"): ...
    await asyncio.sleep(behaviour.number("slow:/api/v1/leads") / 1000)

Body of the POST: `{"set": {"name": value, ...}, "clear": ["name", ...]}`, or `{"clear": "all"}`;
the answer has the switches now set.
A prefix switch (`slow:<path prefix>`) applies to each path below its prefix.
"""

from __future__ import annotations

import hmac
import json
import os
from typing import Any

from fastapi import APIRouter, Header, HTTPException, Request

_switches: dict[str, Any] = {}


def on(name: str) -> bool:
    return bool(_switches.get(name))


def number(name: str, default: float = 0.0) -> float:
    return float(_switches.get(name, default) or default)


def value(name: str) -> Any:
    return _switches.get(name)


def for_path(kind: str, path: str) -> Any:
    """The value of `<kind>:<prefix>` with the longest prefix that `path` starts with, else None."""
    matching = [name for name in _switches if name.startswith(f"{kind}:") and path.startswith(name.split(":", 1)[1])]
    return _switches[max(matching, key=len)] if matching else None


def update(values: dict[str, Any], clear: list[str] | str = ()) -> dict[str, Any]:  # type: ignore[assignment]
    if clear == "all":
        _switches.clear()
    else:
        for name in clear:
            _switches.pop(name, None)
    _switches.update({name: value for name, value in values.items() if value not in (None, False)})
    for name in [name for name, value in values.items() if value in (None, False)]:
        _switches.pop(name, None)
    return dict(_switches)


def begin() -> None:
    """Set the switches that this build comes with. When an app is made: its process was forked after the import."""
    update(json.loads(os.environ.get("REFERENCE_DEFECTS") or "{}"))


def any_set() -> bool:
    return bool(_switches)


def router(token: str) -> APIRouter:
    """Guarded by the deployment's control token in `X-Control-Token` or as bearer; without a token nothing gets in."""
    routes = APIRouter(include_in_schema=False)

    def guard(x_control_token: str = Header(""), authorization: str = Header("")) -> None:
        given = x_control_token or authorization.removeprefix("Bearer ")
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(404, "Not Found")

    @routes.post("/__reference__/behaviour")
    async def change(
        request: Request, x_control_token: str = Header(""), authorization: str = Header("")
    ) -> dict[str, Any]:
        guard(x_control_token, authorization)
        body = await request.json()
        values = body.get("set", {}) if "set" in body or "clear" in body else body
        return {"switches": update(values, body.get("clear", []) if values is not body else [])}

    @routes.get("/__reference__/behaviour")
    async def current(x_control_token: str = Header(""), authorization: str = Header("")) -> dict[str, Any]:
        guard(x_control_token, authorization)
        return {"switches": dict(_switches)}

    return routes
