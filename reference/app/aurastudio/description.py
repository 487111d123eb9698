"""What the API says of itself: FastAPI's own description, with examples, errors and what each parameter is for."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from fastapi import FastAPI

from reference.app import behaviour

ERROR = {
    "type": "object",
    "properties": {"detail": {"type": "string", "description": "What was wrong, in English"}},
    "required": ["detail"],
}
PARAMETERS = {
    "limit": "How many are given at the most",
    "search": "A part of the title",
    "sort": "The column to sort by",
    "user_id": "Whose they are: one's own id, or nothing",
    "project_id": "Which project",
    "memory_id": "Which memory",
    "session_id": "Which live session",
    "product_id": "Which product",
    "legacy_id": "Which legacy",
    "group": "A group of operations: physique, persona, agency, security",
    "name": "The name of an avatar",
    "query": "What is looked for, in one's own words",
    "top_k": "How many of the nearest",
    "user_message": "What the user says",
    "query_embedding": "The numbers of a vector, separated by commas",
    "context": "What it is needed for",
}
NOTHING = "5f0c1f0e-0000-4000-8000-000000000000"
PHRASE = "a-long-pass-phrase"
EXAMPLES: dict[str, Any] = {
    "POST /api/auth/signup": {"email": "ada@example.com", "name": "Ada", "password": PHRASE},
    "POST /api/auth/login": {"email": "ada@example.com", "password": PHRASE},
    "POST /api/auth/refresh": {"refresh_token": "the one that signing in gave"},
    "POST /api/auth/logout": {"refresh_token": "the one that signing in gave"},
    "POST /api/projects/": {"title": "A walk by the sea", "description": "Two voices", "script_text": "Look, a gull!"},
    "PUT /api/projects/{project_id}": {"title": "A walk by the lake"},
    "POST /api/projects/{project_id}/exports": {"format": "mp4", "resolution": "1080p"},
    "POST /api/advanced/memory/store": {"summary": "Likes tea", "full_text": "Likes tea with milk, and no sugar"},
    "POST /api/advanced/memory/batch": {"memories": [{"summary": "Likes tea"}, {"summary": "Has a cat called Tom"}]},
    "POST /api/advanced/translate": {"text": "Good morning", "source_language": "en", "target_language": "ta"},
    "POST /api/advanced/analyze-sentiment": {"text": "What a lovely day"},
    "PUT /api/advanced/bonding-status": {"relationship_level": 3},
    "POST /api/advanced/mode/switch": {"new_mode": "companion"},
    "POST /api/audio/trickster": {"audio_url": "https://files.example.com/users/ID/audio/take.wav", "pitch_shift": 3.5},
    "POST /api/audio/speech/stream": {"text": "Good morning"},
    "POST /api/advanced/speech-to-speech": {
        "audio_url": "https://files.example.com/users/ID/audio/take.wav",
        "source_language": "en",
        "target_language": "ta",
    },
    "POST /api/v3/persona/memory/store": {"content": "Likes tea", "embedding": [0.1] * 1536, "memory_type": "note"},
    "POST /api/v3/persona/health/analyze": {"heart_rate": 72, "hrv": 55},
    "POST /api/v3/physique/object-interaction": {"object_id": "cup", "interaction_type": "lift"},
    "POST /api/v3/physique/environmental-update": {"rain": 0.2, "wind": 0.1, "cloth": "cotton"},
    "POST /api/v3/physique/enhance-speech": {"text": "Good morning", "emotion": "calm", "pace": 1.0},
    "POST /api/v3/security/memory/protect": {"memory_content": "Where the key lies", "privacy_level": "private"},
    "POST /api/v3/security/voice-dna/register": {
        "f0": 120.0,
        "formants": [500.0, 1500.0, 2500.0],
        "mfcc": [1.0, 0.5],
        "prosody": {"rate": 1.0},
    },
    "POST /api/v3/security/content/authorize": {
        "voice_dna_id": NOTHING,
        "content_hash": "sha256-of-what-was-recorded",
        "audio_verification": [1.0, 0.5],
    },
    "POST /api/v3/security/content/verify": {"voice_dna_id": NOTHING, "content_hash": "sha256-of-what-was-recorded"},
    "POST /api/v3/agency/schedule-post": {"platform": "youtube", "content": "A walk by the sea"},
    "POST /api/v3/agency/go-live": {"platform": "twitch"},
    "POST /api/v3/agency/chat/{session_id}": {"message": "Hello, everyone"},
    "POST /api/v3/agency/products/add": {"product_name": "A mug", "price": 12.5, "commission": 0.1},
    "POST /api/v3/agency/sales/{product_id}": {"buyer": "Ada"},
    "POST /api/v3/agency/legacy/create": {"legacy_mode": "story", "life_data": {"story": "Born by the sea"}},
    "POST /api/v3/agency/legacy/{legacy_id}/interact": {"message": "Where were you born?"},
    "PUT /api/account": {"name": "Ada"},
    "PUT /api/account/password": {"current_password": PHRASE, "new_password": f"another-{PHRASE}"},
    "DELETE /api/account": {"confirm_email": "ada@example.com"},
    "POST /api/account/feedback": {"rating": 5, "message": "The gull was very good"},
    "PUT /api/account/consents": {"purpose": "newsletter", "granted": True},
    "POST /api/account/objections": {"purpose": "proactive"},
    "POST /api/verification/error": {"marker": "verify-2026-11-22"},
}
"""Operation to a body that it takes."""
RENAMED = ("NewProject", "title", "name")
"""A field as the release before last called it, where the description was not made anew."""


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return what stands for `app.openapi`."""
    made, known = app.openapi, dict[str, dict[str, Any]]()

    def document() -> dict[str, Any]:
        if not known:
            known["now"] = _whole(deepcopy(made()))
        found = known["now"]
        if behaviour.on("description_stale"):
            found = _renamed(deepcopy(found))
        hidden = behaviour.value("undescribed")
        return {**found, "paths": {p: o for p, o in found["paths"].items() if p != hidden}} if hidden else found

    return document


def _whole(document: dict[str, Any]) -> dict[str, Any]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", []):
                parameter.setdefault("description", PARAMETERS.get(parameter["name"], ""))
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                example = EXAMPLES.get(f"{method.upper()} {path}")
                if kind == "application/json" and example is not None:
                    content["example"] = example
            for status, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    if not content.get("schema") and status.startswith("2"):
                        content["schema"] = {"type": "object" if kind == "application/json" else "string"}
            operation["responses"]["default"] = {
                "description": "An error",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }
    document["components"]["schemas"]["Error"] = ERROR
    return document


def _renamed(document: dict[str, Any]) -> dict[str, Any]:
    schema, now, before = RENAMED
    fields = document["components"]["schemas"][schema]
    fields["properties"] = {before if k == now else k: v for k, v in fields["properties"].items()}
    fields["required"] = [before if k == now else k for k in fields["required"]]
    for methods in document["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if str(content.get("schema", {}).get("$ref", "")).endswith(f"/{schema}"):
                content["example"] = {before if k == now else k: v for k, v in content["example"].items()}
    return document
