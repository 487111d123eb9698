"""A survey: a form that everybody may fill in, and its answers after Typeform's Responses API
(typeform.com/developers/responses)."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator

FORM = "wJ7kQx2P"


class TypeformBehaviour(Behaviour):
    """Further ways in which a survey fails."""

    loses_answers: bool = Field(default=False, description="answers are thanked for, and kept nowhere")


class Typeform(Simulator):
    name = "typeform"
    behaviour_type = TypeformBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.answers: list[dict[str, Any]] = []
        self._numbers = count(1)

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        code = {401: "AUTHENTICATION_FAILED", 404: "FORM_NOT_FOUND"}.get(status, "VALIDATION_ERROR")
        return JSONResponse({"code": code, "description": message or code}, status)

    def router(self) -> APIRouter:
        router = APIRouter()

        @router.get("/to/{form}")
        async def page(form: str) -> Response:
            if form != FORM:
                return HTMLResponse("<!doctype html><title>Not found</title><main><h1>Not found</h1></main>", 404)
            action = f"{self.base_url}/forms/{FORM}/answers"
            asked = "<h1>What do you think?</h1><p>How well does the new version serve you, from 0 to 10?</p>"
            form_ = f'<form method="post" action="{action}"><input name="score"><input name="why"></form>'
            return HTMLResponse(
                f'<!doctype html><html lang="en"><title>Survey</title><main>{asked}{form_}</main></html>'
            )

        @router.post("/forms/{form}/answers", status_code=201)
        async def answer(request: Request, form: str) -> dict[str, Any]:
            given = await self.json_object(request)
            if form != FORM or not {"score", "why"} <= given.keys():
                raise self.refuse(400 if form == FORM else 404)
            kept = {
                "response_id": f"r{next(self._numbers):08d}", "submitted_at": datetime.now(UTC).isoformat(),
                "answers": [{"type": "number", "number": given["score"]}, {"type": "text", "text": str(given["why"])}],
            }  # fmt: skip
            if not self.behaviour.loses_answers:
                self.answers.append(kept)
            return {"thanks": True}

        @router.get("/forms/{form}/responses")
        async def responses(request: Request, form: str) -> dict[str, Any]:
            self._authorise(request, form)
            return {"items": self.answers[::-1][:1000], "total_items": len(self.answers), "page_count": 1}

        @router.delete("/forms/{form}/responses")
        async def delete(request: Request, form: str) -> Response:
            self._authorise(request, form)
            ids = request.query_params.get("included_response_ids", "").split(",")
            self.answers = [each for each in self.answers if each["response_id"] not in ids]
            return Response(status_code=200)

        return router

    def _authorise(self, request: Request, form: str) -> None:
        if self.account(self.key_of(request)) != PRODUCTION:
            raise self.refuse(401)
        if form != FORM:
            raise self.refuse(404)
