"""The AuraStudio application: open routes, and everything else behind a token."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from reference.app.aurastudio import (
    account,
    accounts,
    agency,
    companion,
    consents,
    memory,
    projects,
    speech,
    studio,
    translation,
    verification,
)
from reference.app.aurastudio.accounts import Me
from reference.app.aurastudio.description import described
from reference.app.aurastudio.retention import keep_no_longer
from reference.app.health import Health, now, release, version
from reference.app.kernel import assemble
from reference.app.settings import AppSettings


def create_app(settings: AppSettings) -> FastAPI:
    app = assemble(
        settings,
        "app.user_id",
        "AuraStudio AI",
        [keep_no_longer],
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    services = app.state.services
    health = Health(services)

    @app.get("/health", tags=["health"])
    async def shallow() -> dict[str, Any]:
        """The balancer's question: is this process able to answer? It says nothing about dependencies."""
        return {
            "status": "healthy",
            "version": version(services),
            "environment": settings.environment,
            "instance": settings.instance,
            "timestamp": now(),
        }

    @app.get("/health/serving", tags=["health"])
    async def serving() -> JSONResponse:
        report = await health.serving()
        return JSONResponse(report, 200 if report["status"] == "ok" else 503)

    @app.get("/health/deep", tags=["health"])
    @app.get("/api/health/deep", tags=["health"])
    async def deep() -> JSONResponse:
        report = await health.report()
        return JSONResponse(report, 200 if report["status"] == "ok" else 503)

    @app.get("/", tags=["health"])
    async def root() -> dict[str, Any]:
        return {
            "app": app.title,
            "version": version(services),
            "status": "running",
            "environment": settings.environment,
            "documentation": app.docs_url,
        }

    @app.get("/version", tags=["health"])
    @app.get("/api/version", tags=["health"])
    async def running() -> dict[str, Any]:
        return release(services)

    @app.get("/api/info", tags=["health"])
    async def info() -> dict[str, Any]:
        return {
            "app": app.title,
            "version": version(services),
            "environment": settings.environment,
            "debug": app.debug,
            "features": {
                "memory": bool(settings.openai_key),
                "vector_index": bool(settings.pinecone_index),
                "translation": bool(settings.google_key or settings.deepl_key),
                "speech_to_speech": bool(settings.elevenlabs_key and settings.openai_key),
                "voice_effects": True,
                "object_storage": bool(settings.bucket),
                "rate_limits": bool(settings.redis_url),
            },
            "configuration": {
                "vector_db": settings.vector_store,
                "embedding_model": settings.embedding_model,
                "memory_vector_dimension": settings.embedding_dimension,
                "audio_sample_rate": 44100,
            },
        }

    @app.get("/api/dependencies", tags=["health"])
    async def dependencies(me: Me) -> dict[str, Any]:
        """The same report for signed-in clients, always 200."""
        return await health.report()

    for module in (
        accounts,
        projects,
        memory,
        translation,
        companion,
        speech,
        studio,
        agency,
        account,
        consents,
        verification,
    ):
        app.include_router(module.router)
    app.include_router(projects.library)
    app.openapi = described(app)  # type: ignore[method-assign]
    return app
