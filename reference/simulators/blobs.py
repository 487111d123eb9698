"""Where the registry's signed addresses lead: the store of blobs, which looks at the signature alone."""

from __future__ import annotations

import hmac

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reference.aws.operations.registry import FOLDER, signature
from reference.settings import Settings


def blobs_router(settings: Settings) -> APIRouter:
    router = APIRouter()

    @router.get("/blobs/{digest}")
    async def blob(request: Request, digest: str) -> Response:
        given = request.query_params.get("signature", "")
        if not digest.isalnum() or not hmac.compare_digest(given, signature(settings, digest)):
            return Response("AccessDenied", 403)
        return Response((settings.part_folder(FOLDER) / digest).read_bytes(), media_type="application/octet-stream")

    return router
