"""DeepL: /v2/translate, /v2/usage, /v2/languages. Quota counts up with every translated character."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators.google import TranslationBehaviour, language_code
from reference.simulators.simulator import Simulator, note
from reference.simulators.translation import LANGUAGES, detect, translate

CHARACTER_LIMIT = 1_000_000
USED_BEFORE = 120_000
# Languages of `LANGUAGES` that this provider has, by its own codes; a target may need the regional form.
_SHARED = "ar cs da de el en es fi fr he hu id it ja ko nl pl pt ro ru sv th tr vi"
SOURCES = {code.upper(): code for code in _SHARED.split()} | {"NB": "no", "ZH": "zh-CN"}
TARGETS = SOURCES | {"EN-GB": "en", "EN-US": "en", "PT-BR": "pt", "PT-PT": "pt", "ZH-HANS": "zh-CN", "ZH-HANT": "zh-TW"}
_VARIANTS = {
    "EN-GB": "English (British)",
    "EN-US": "English (American)",
    "PT-BR": "Portuguese (Brazilian)",
    "PT-PT": "Portuguese (European)",
}
_VARIANTS |= {"ZH-HANS": "Chinese (simplified)", "ZH-HANT": "Chinese (traditional)", "ZH": "Chinese"}
# Formality changes how a person is addressed: (informal, formal).
_ADDRESS = {
    "DE": ("wie geht es dir", "wie geht es Ihnen"),
    "ES": ("cómo estás", "cómo está usted"),
    "FR": ("comment vas-tu", "comment allez-vous"),
    "IT": ("come stai", "come sta"),
    "NL": ("hoe gaat het", "hoe maakt u het"),
    "PL": ("jak się masz", "jak się pan miewa"),
    "PT-BR": ("como vai você", "como vai o senhor"),
    "PT-PT": ("como estás", "como está"),
    "RU": ("как дела", "как у вас дела"),
}
_MESSAGES = {
    403: "Forbidden",
    429: "Too many requests",
    456: "Quota Exceeded",
    500: "Internal server error",
    503: "Resource currently unavailable",
}


class DeepLBehaviour(TranslationBehaviour):
    """Further ways in which the account can be wrong."""

    character_count: int | None = Field(
        default=None, ge=0, description="characters used so far, instead of the real count"
    )
    character_limit: int | None = Field(default=None, ge=0)


class DeepL(Simulator):
    name = "deepl"
    behaviour_type = DeepLBehaviour

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, key = connection.headers.get("authorization", "").partition(" ")
        return key or None if scheme == "DeepL-Auth-Key" else None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        headers = {"retry-after": f"{details['retry_after']:g}"} if details.get("retry_after") is not None else {}
        return JSONResponse({"message": message or _MESSAGES.get(status, "Bad request")}, status, headers)

    def authorise(self, request: Request) -> None:
        if self.account(self.key_of(request)) is None or self.behaviour.service_disabled:
            raise self.refuse(403)

    @property
    def character_count(self) -> int:
        fixed = self.behaviour.character_count
        return int(USED_BEFORE + self.usage["characters"] if fixed is None else fixed)

    @property
    def character_limit(self) -> int:
        fixed = self.behaviour.character_limit
        return int(CHARACTER_LIMIT if fixed is None else fixed)

    def report(self) -> dict[str, Any]:
        return super().report() | {"character_count": self.character_count, "character_limit": self.character_limit}

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v2", dependencies=[Depends(self.authorise)])

        @router.post("/translate")
        async def translate_texts(request: Request) -> dict[str, Any]:
            return self._translate(request, await self._fields(request))

        @router.api_route("/usage", methods=["GET", "POST"])
        async def usage() -> dict[str, int]:
            return {"character_count": self.character_count, "character_limit": self.character_limit}

        @router.api_route("/languages", methods=["GET", "POST"])
        async def languages(request: Request) -> list[dict[str, Any]]:
            fields = await self._fields(request)
            kind = (fields.get("type") or [request.query_params.get("type", "source")])[0]
            if kind not in ("source", "target"):
                raise self.refuse(400, "Value for 'type' not supported.")
            if kind == "source":
                return [{"language": code, "name": _name(code)} for code in SOURCES]
            codes = sorted(code for code in TARGETS if code not in ("EN", "PT"))
            return [{"language": code, "name": _name(code), "supports_formality": code in _ADDRESS} for code in codes]

        return router

    def _translate(self, request: Request, fields: dict[str, list[str]]) -> dict[str, Any]:
        behaviour = self.behaviour
        texts = fields.get("text") or []
        if not texts:
            raise self.refuse(400, "Parameter 'text' not specified.")
        if len(texts) > 50:
            raise self.refuse(400, "Too many texts: at most 50 in one request.")
        code = (fields.get("target_lang") or [""])[0].upper()
        target = TARGETS.get(code)
        if target is None:
            raise self.refuse(400, "Value for 'target_lang' not supported.")
        given = (fields.get("source_lang") or [""])[0].upper()
        if given and given not in SOURCES:
            raise self.refuse(400, "Value for 'source_lang' not supported.")
        formality = (fields.get("formality") or ["default"])[0]
        if formality in ("more", "less") and code not in _ADDRESS:
            raise self.refuse(400, "'formality' is not supported for given 'target_lang'.")
        if target in behaviour.broken_languages:
            raise self.refuse(500)
        characters = sum(len(text) for text in texts)
        if behaviour.billing_disabled or self.character_count + characters > self.character_limit:
            raise self.refuse(456)
        self.usage["characters"] += characters
        results: list[dict[str, Any]] = []
        for text in texts:
            source = SOURCES[given] if given else detect(text)[0]
            written = behaviour.mapped_languages.get(target, target)
            said = text if behaviour.untranslated else translate(text, written, source, behaviour.drop_negations)
            results.append({"detected_source_language": _own_code(source), "text": _addressed(said, code, formality)})
            if (fields.get("show_billed_characters") or [""])[0].lower() in ("1", "true"):
                results[-1]["billed_characters"] = len(text)
        note(
            request,
            characters=characters,
            source=given or None,
            target=code,
            formality=formality,
            results=[r["text"] for r in results],
        )
        return {"translations": results}

    async def _fields(self, request: Request) -> dict[str, list[str]]:
        body = await request.body()
        if "json" in request.headers.get("content-type", ""):
            values = await self.json_object(request)
            return {
                k: [str(i) for i in v] if isinstance(v, list) else [str(v)] for k, v in values.items() if v is not None
            }
        return parse_qs(body.decode(errors="replace"), keep_blank_values=True)


def _own_code(language: str) -> str:
    return next((code for code, known in SOURCES.items() if known == language), language.upper())


def _name(code: str) -> str:
    return _VARIANTS.get(code) or LANGUAGES[language_code(code) or SOURCES[code]]


def _addressed(text: str, code: str, formality: str) -> str:
    """The text with people addressed in the wanted way: `more`, `prefer_more`, `less`, `prefer_less`, `default`."""
    if code not in _ADDRESS or formality == "default":
        return text
    informal, formal = _ADDRESS[code]
    wanted = formal if formality in ("more", "prefer_more") else informal
    for form in sorted((informal, formal), key=len, reverse=True):
        at = text.lower().find(form.lower())
        if at >= 0:
            wanted = wanted[:1].upper() + wanted[1:] if text[at].isupper() else wanted
            return text[:at] + wanted + text[at + len(form) :]
    return text
