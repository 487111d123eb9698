"""A status page after Atlassian's Statuspage, as everybody reads it (`/api/v2` of the page's own address)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.mailchimp import cutover
from reference.simulators.simulator import Simulator

COMPONENTS = ("API", "Voice", "Portal")


class StatuspageBehaviour(Behaviour):
    """Further ways in which a status page looks."""

    without_maintenance: bool = Field(default=False, description="nobody entered the release's maintenance")
    without_components: list[str] = Field(default=[], description="components that the maintenance does not name")


class Statuspage(Simulator):
    name = "statuspage"
    behaviour_type = StatuspageBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.cutover = cutover(datetime.now(UTC))

    def key_of(self, _connection: HTTPConnection) -> str | None:
        return None

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        return JSONResponse({"error": message or "not found"}, status)

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api/v2")

        @router.get("/components.json")
        async def components() -> dict[str, Any]:
            return {"components": [{"id": n.lower(), "name": n, "status": "operational"} for n in COMPONENTS]}

        @router.get("/scheduled-maintenances.json")
        async def maintenances() -> dict[str, Any]:
            begins, ends = self.cutover
            named = [name for name in COMPONENTS if name not in self.behaviour.without_components]
            entry = {
                "id": "m1", "name": "Release of a new version", "status": "completed", "impact": "maintenance",
                "scheduled_for": begins.isoformat(), "scheduled_until": ends.isoformat(),
                "components": [{"id": name.lower(), "name": name} for name in named],
            }  # fmt: skip
            return {"scheduled_maintenances": [] if self.behaviour.without_maintenance else [entry]}

        return router
