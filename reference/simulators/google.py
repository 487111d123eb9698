"""Google Cloud Translation: v2 (`/language/translate/v2`, API key) and v3 REST (`/v3/projects/...`, API key or access
token).
"""

from __future__ import annotations

import html
import json
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.google_identity import PROJECT, allowed_from, identity_router
from reference.simulators.simulator import Simulator, note
from reference.simulators.translation import LANGUAGES, detect, translate

LARGEST_CHARACTERS = 30_000
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    413: "INVALID_ARGUMENT",
}
_STATUS |= {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
_MESSAGES = {
    429: "Quota exceeded for quota metric 'Translate requests' of service 'translate.googleapis.com'.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}
_ALIASES = {
    "zh": "zh-CN",
    "zh-cn": "zh-CN",
    "zh-tw": "zh-TW",
    "iw": "he",
    "tl": "fil",
    "nb": "no",
    "pt-br": "pt",
    "pt-pt": "pt",
}


class TranslationBehaviour(Behaviour):
    """Further ways in which a translation provider can be wrong."""

    service_disabled: bool = Field(default=False, description="403 SERVICE_DISABLED for everything")
    billing_disabled: bool = Field(default=False, description="403 for translations; lists still work")
    broken_languages: list[str] = Field(default=[], description="target languages that fail with 500")
    mapped_languages: dict[str, str] = Field(default={}, description="target -> language that is written instead")
    untranslated: bool = Field(default=False, description="the text comes back as it is")
    drop_negations: bool = False


class GoogleBehaviour(TranslationBehaviour):
    """Further ways in which the project and its key can be wrong."""

    identity_roles: list[str] = Field(
        default=["roles/cloudtranslate.user"], description="roles of the service account in the project"
    )
    key_services: list[str] = Field(
        default=["translate.googleapis.com"], description="the interfaces that the key is restricted to; none: all"
    )
    key_addresses: list[str] = Field(
        default=["127.0.0.0/25"], description="the networks that the key may be used from; none: any"
    )


def language_code(value: str) -> str | None:
    """A key of LANGUAGES for a code as callers write it, None when unknown."""
    lowered = value.lower().replace("_", "-")
    return next((code for code in LANGUAGES if code.lower() == lowered), _ALIASES.get(lowered))


class GoogleTranslation(Simulator):
    name = "google"
    behaviour_type = GoogleBehaviour

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        bearer = token if scheme.lower() == "bearer" else None
        return connection.query_params.get("key") or connection.headers.get("x-goog-api-key") or bearer or None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        message = message or _MESSAGES.get(status, "Request contains an invalid argument.")
        reason = details.get(
            "reason", {429: "rateLimitExceeded", 500: "backendError", 503: "backendError"}.get(status, "badRequest")
        )
        error: dict[str, Any] = {"code": status, "message": message, "status": _STATUS.get(status, "UNKNOWN")}
        error["errors"] = [{"message": message, "domain": "global", "reason": reason}]
        if reason.isupper():
            metadata = {"service": "translate.googleapis.com"}
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": reason,
                    "domain": "googleapis.com",
                    "metadata": metadata,
                }
            ]
        headers = {"retry-after": f"{details['retry_after']:g}"} if details.get("retry_after") is not None else {}
        return JSONResponse({"error": error}, status, headers)

    def authorise(self, request: Request) -> None:
        key = self.key_of(request)
        if key is None:
            raise self.refuse(403, "The request is missing a valid API key.", reason="forbidden")
        if self.account(key) is None:
            raise self.refuse(400, "API key not valid. Please pass a valid API key.", reason="API_KEY_INVALID")
        host = request.client.host if request.client else "127.0.0.1"
        if not allowed_from(self.behaviour.key_addresses, host):
            message = (
                f"The provided API key has an IP address restriction. The originating IP address {host} violates it."
            )
            raise self.refuse(403, message, reason="API_KEY_IP_ADDRESS_BLOCKED")
        if self.behaviour.service_disabled:
            message = f"Cloud Translation API has not been used in project {PROJECT} before or it is disabled."
            raise self.refuse(403, message, reason="SERVICE_DISABLED")

    def require_language(self, value: Any, role: str) -> str:
        code = language_code(value) if isinstance(value, str) else None
        if code is None:
            raise self.refuse(400, f"Invalid Value: {role} language {value!r}", reason="invalid")
        return code

    def translate(
        self, request: Request, texts: list[str], target: str, source: str | None
    ) -> list[tuple[str, str | None]]:
        """Each text's translation and, when no source was given, the detected language. Raises RefusedError."""
        behaviour = self.behaviour
        if behaviour.billing_disabled:
            message = f"This API method requires billing to be enabled. Please enable billing on project {PROJECT}."
            raise self.refuse(403, message, reason="BILLING_DISABLED")
        if target in behaviour.broken_languages:
            raise self.refuse(500)
        characters = sum(len(text) for text in texts)
        if characters > LARGEST_CHARACTERS:
            raise self.refuse(413, "Request payload size exceeds the limit.", reason="uploadTooLarge")
        self.usage["characters"] += characters
        self.usage[f"characters_to_{target}"] += characters
        written = behaviour.mapped_languages.get(target, target)
        spoken = [source or detect(text)[0] for text in texts]
        results = [
            text if behaviour.untranslated else translate(text, written, language, behaviour.drop_negations)
            for text, language in zip(texts, spoken, strict=True)
        ]
        note(request, characters=characters, source=source, target=target, results=results[:50])
        return [(result, None if source else language) for result, language in zip(results, spoken, strict=True)]

    def router(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self.authorise)])
        two, three = "/language/translate/v2", "/v3/projects/{project}"

        @router.api_route(two, methods=["GET", "POST"])
        async def translate_v2(request: Request) -> dict[str, Any]:
            fields = await self._fields(request)
            texts = fields.get("q") or []
            if not texts:
                raise self.refuse(400, "Required Text", reason="required")
            if not fields.get("target"):
                raise self.refuse(400, "Missing: target language", reason="required")
            source = (
                self.require_language(fields["source"][0], "source")
                if fields.get("source") and fields["source"][0]
                else None
            )
            kind = (fields.get("format") or ["html"])[0] or "html"
            plain = [html.unescape(text) if kind == "html" else text for text in texts]
            found = self.translate(request, plain, self.require_language(fields["target"][0], "target"), source)
            escaped = [(html.escape(text) if kind == "html" else text, language) for text, language in found]
            escaped = [(text.replace("&#x27;", "&#39;"), language) for text, language in escaped]
            return {
                "data": {
                    "translations": [
                        _translation(text, language, "detectedSourceLanguage") for text, language in escaped
                    ]
                }
            }

        @router.api_route(f"{two}/detect", methods=["GET", "POST"])
        async def detect_v2(request: Request) -> dict[str, Any]:
            texts = (await self._fields(request)).get("q") or []
            if not texts:
                raise self.refuse(400, "Required Text", reason="required")
            found = [detect(text) for text in texts]
            return {
                "data": {
                    "detections": [
                        [{"language": code, "confidence": sure, "isReliable": False}] for code, sure in found
                    ]
                }
            }

        @router.api_route(f"{two}/languages", methods=["GET", "POST"])
        async def languages_v2(request: Request) -> dict[str, Any]:
            target = ((await self._fields(request)).get("target") or [""])[0]
            named = bool(target)
            if named:
                self.require_language(target, "target")
            return {
                "data": {
                    "languages": [
                        {"language": code} | ({"name": LANGUAGES[code]} if named else {}) for code in sorted(LANGUAGES)
                    ]
                }
            }

        @router.post(f"{three}:translateText")
        @router.post(f"{three}/locations/{{location}}:translateText")
        async def translate_v3(request: Request, project: str) -> dict[str, Any]:
            self._own_project(project)
            body = await self.json_object(request)
            contents = body.get("contents")
            if not isinstance(contents, list) or not contents or not all(isinstance(text, str) for text in contents):
                raise self.refuse(400, "Content is empty or missing.")
            source = (
                self.require_language(body["sourceLanguageCode"], "source") if body.get("sourceLanguageCode") else None
            )
            target = self.require_language(body.get("targetLanguageCode"), "target")
            found = self.translate(request, contents, target, source)
            return {"translations": [_translation(text, language, "detectedLanguageCode") for text, language in found]}

        @router.post(f"{three}:detectLanguage")
        @router.post(f"{three}/locations/{{location}}:detectLanguage")
        async def detect_v3(request: Request, project: str) -> dict[str, Any]:
            self._own_project(project)
            content = (await self.json_object(request)).get("content")
            if not isinstance(content, str) or not content:
                raise self.refuse(400, "Content is empty or missing.")
            code, sure = detect(content)
            return {"languages": [{"languageCode": code, "confidence": sure}]}

        @router.get(f"{three}/supportedLanguages")
        @router.get(f"{three}/locations/{{location}}/supportedLanguages")
        async def languages_v3(request: Request, project: str) -> dict[str, Any]:
            self._own_project(project)
            named = bool(request.query_params.get("displayLanguageCode"))
            names = ((code, {"displayName": LANGUAGES[code]} if named else {}) for code in sorted(LANGUAGES))
            return {
                "languages": [
                    {"languageCode": code, "supportSource": True, "supportTarget": True} | name for code, name in names
                ]
            }

        outer = APIRouter()
        outer.include_router(identity_router(self))
        outer.include_router(router)
        return outer

    def _own_project(self, project: str) -> None:
        if project != PROJECT:
            resource = f"//cloudresourcemanager.googleapis.com/projects/{project}"
            message = f"Permission 'cloudtranslate.generalModels.predict' denied on resource '{resource}'."
            raise self.refuse(403, message, reason="IAM_PERMISSION_DENIED")

    async def _fields(self, request: Request) -> dict[str, list[str]]:
        """Query, form and JSON fields together, each a list, as v2 takes them all."""
        fields = {name: request.query_params.getlist(name) for name in request.query_params}
        body = await request.body()
        if "json" in request.headers.get("content-type", "") or body.lstrip()[:1] == b"{":
            try:
                values = json.loads(body or b"{}")
            except ValueError as error:
                raise self.refuse(400, "Invalid JSON payload received.", reason="parseError") from error
            return fields | {
                k: [str(i) for i in v] if isinstance(v, list) else [str(v)] for k, v in values.items() if v is not None
            }
        return fields | parse_qs(body.decode(errors="replace"), keep_blank_values=True)


def _translation(text: str, language: str | None, name: str) -> dict[str, str]:
    return {"translatedText": text} | ({name: language} if language else {})
