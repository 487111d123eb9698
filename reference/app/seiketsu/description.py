"""What the API says of itself: FastAPI's own description, with errors and what some answers are made of."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from fastapi import FastAPI

ERROR = {
    "type": "object",
    "properties": {
        "detail": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}],
            "description": "What was wrong, in English, or each wrong field",
        }
    },
    "required": ["detail"],
}
LEAD = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "first_name": {"type": "string"},
        "last_name": {"type": "string"},
        "status": {"enum": ["new", "contacted", "qualified", "appointment", "converted", "lost"]},
        "lead_score": {"type": "integer", "minimum": 0, "maximum": 100},
        "is_qualified": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "created_at": {"type": "string", "format": "date-time"},
    },
    "required": ["id", "first_name", "last_name", "status", "lead_score", "created_at"],
}
LEADS = {
    "type": "object",
    "properties": {
        "leads": {"type": "array", "items": {"$ref": "#/components/schemas/LeadShown"}},
        "total": {"type": "integer", "minimum": 0},
        "page": {"type": "integer", "minimum": 1},
        "limit": {"type": "integer", "minimum": 1},
        "has_next": {"type": "boolean"},
    },
    "required": ["leads", "total", "page", "limit", "has_next"],
}
ANSWERS = {
    ("/api/v1/leads", "get", "200"): LEADS,
    ("/api/v1/leads", "post", "201"): {"$ref": "#/components/schemas/LeadShown"},
    ("/api/v1/leads/{lead_id}", "get", "200"): {"$ref": "#/components/schemas/LeadShown"},
}


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return what stands for `app.openapi`."""
    made, known = app.openapi, dict[str, dict[str, Any]]()

    def document() -> dict[str, Any]:
        if not known:
            known["now"] = _whole(deepcopy(made()))
        return known["now"]

    return document


def _whole(document: dict[str, Any]) -> dict[str, Any]:
    document["components"]["schemas"] |= {"Error": ERROR, "LeadShown": LEAD}
    refused = {
        "description": "An error",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = refused
            for status, answer in operation["responses"].items():
                if schema := ANSWERS.get((path, method, status)):
                    answer["content"] = {"application/json": {"schema": schema}}
    return document
