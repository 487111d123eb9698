"""`/__reference__`: what only the reference deployment has. Request log, usage, and the switches that break the
simulators.
"""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import ValidationError

from reference.settings import Settings
from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import Simulator
from reference.simulators.traffic import RequestLog


def control_router(settings: Settings, simulators: dict[str, Simulator], log: RequestLog) -> APIRouter:
    """Routes of the control plane: all but `health` want the deployment's control token in `X-Control-Token`."""

    def authorised(request: Request) -> None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = request.headers.get("x-control-token", bearer)
        if not hmac.compare_digest(token.encode(), settings.control_token.encode()):
            raise HTTPException(401, "X-Control-Token is missing or wrong")

    router = APIRouter(prefix="/__reference__")
    guarded = APIRouter(dependencies=[Depends(authorised)])

    @router.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "simulators": sorted(simulators)}

    @guarded.get("/requests")
    async def requests(
        provider: str = "", path: str = "", after: int = 0, contains: str = "", limit: int = 1000
    ) -> dict[str, Any]:
        return {"requests": log.select(provider, path, after, contains, limit)}

    @guarded.delete("/requests")
    async def forget() -> dict[str, Any]:
        log.entries.clear()
        return {"requests": []}

    @guarded.get("/usage")
    async def usage() -> dict[str, Any]:
        return {name: simulator.report() for name, simulator in simulators.items()}

    @guarded.get("/behaviour")
    async def behaviour() -> dict[str, Any]:
        return {name: simulator.behaviour.model_dump(mode="json") for name, simulator in simulators.items()}

    @guarded.post("/behaviour")
    async def change(request: Request) -> dict[str, Any]:
        """Merge `{provider: {switch: value}}` into the present behaviour; `{provider: null}` heals that provider."""
        try:
            wanted = await request.json()
        except ValueError as error:
            raise HTTPException(422, "the body must be JSON: {provider: {switch: value}}") from error
        if not isinstance(wanted, dict):
            raise HTTPException(422, "the body must be a JSON object: {provider: {switch: value}}")
        changed: dict[str, Behaviour] = {}
        for name, switches in wanted.items():
            if name not in simulators:
                raise HTTPException(422, f"no simulator {name!r}; there are {', '.join(sorted(simulators))}")
            kind = simulators[name].behaviour_type
            try:
                present = simulators[name].behaviour.model_dump() if switches is not None else {}
                changed[name] = kind.model_validate(present | (switches or {}))
            except (ValidationError, TypeError) as error:
                raise HTTPException(422, f"{name}: {error}; switches: {', '.join(kind.model_fields)}") from error
        # All or nothing: a request that names one wrong switch changes none.
        for name, new in changed.items():
            simulators[name].behaviour = new
        return await behaviour()

    @guarded.delete("/behaviour")
    async def heal() -> dict[str, Any]:
        for simulator in simulators.values():
            simulator.behaviour = simulator.behaviour_type()
        return await behaviour()

    router.include_router(guarded)
    return router
