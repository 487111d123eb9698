"""The Seiketsu application: health and release are open, everything else needs a token."""

from __future__ import annotations

from typing import Any

import psycopg
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse

from reference.app.database import one
from reference.app.health import Health, now, release, system, version
from reference.app.kernel import Using, assemble
from reference.app.seiketsu import (
    analytics,
    auth,
    billing,
    configuration,
    contacts,
    conversations,
    crm,
    directory,
    leads,
    letters,
    listings,
    members,
    plans,
    provisioning,
    quality,
    rooms,
    site,
    sockets,
    voice,
)
from reference.app.seiketsu.description import described
from reference.app.seiketsu.tenancy import Admin, Platform, Reader
from reference.app.settings import AppSettings

READY = {"postgres", "redis", "celery", "elevenlabs"}


def create_app(settings: AppSettings) -> FastAPI:
    """In production the API description is for signed-in callers only, and its pages are off."""
    shown = settings.environment != "production"
    app = assemble(
        settings,
        "app.organization_id",
        "Seiketsu AI",
        docs_url="/docs" if shown else None,
        redoc_url="/redoc" if shown else None,
        openapi_url="/openapi.json" if shown else None,
    )
    if not shown:

        @app.get("/openapi.json", include_in_schema=False)
        async def description(caller: Reader) -> dict[str, Any]:
            return app.openapi()

    services = app.state.services
    health = Health(services)

    def answered(report: dict[str, Any]) -> JSONResponse:
        return JSONResponse(report, 200 if report["status"] == "ok" else 503)

    @app.get("/")
    async def root() -> dict[str, Any]:
        return {
            "app": app.title,
            "version": version(services),
            "status": "running",
            "environment": settings.environment,
        }

    @app.get("/api/health")
    @app.get("/health")
    async def shallow() -> dict[str, Any]:
        """The balancer's question: is this process able to answer? It says nothing about dependencies."""
        return {
            "status": "healthy",
            "timestamp": now(),
            "version": version(services),
            "environment": settings.environment,
            "instance": settings.instance,
        }

    @app.get("/health/serving")
    async def serving() -> JSONResponse:
        return answered(await health.serving())

    @app.get("/api/health/live")
    @app.get("/liveness")
    @app.get("/health/live")
    async def live() -> dict[str, Any]:
        return {"status": "alive", "timestamp": now(), "instance": settings.instance}

    @app.get("/api/health/ready")
    @app.get("/readiness")
    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        report = await health.report(READY)
        return answered(report | {"ready": report["status"] == "ok"})

    @app.get("/api/health/detailed")
    @app.get("/health/detailed")
    async def detailed() -> JSONResponse:
        report = await health.report()
        checks = report["dependencies"]
        components = {
            "database": checks.get("postgres"),
            "cache": checks.get("redis"),
            "voice_service": checks.get("elevenlabs"),
            "system": system(),
        }
        return answered(report | {"components": components})

    @app.get("/api/v1/voice/streaming/health/detailed")
    async def voice_health(caller: Reader) -> JSONResponse:
        return await detailed()

    @app.get("/health/database")
    async def database_health() -> JSONResponse:
        return answered(await health.report({"postgres", "postgres_replica"}))

    @app.get("/health/cache")
    async def cache_health() -> JSONResponse:
        return answered(await health.report({"redis"}))

    @app.get("/version")
    @app.get("/api/version")
    async def running() -> dict[str, Any]:
        return release(services)

    @app.get("/admin/health/database")
    async def admin_database(caller: Platform) -> JSONResponse:
        return answered(await health.report({"postgres", "postgres_replica"}))

    @app.get("/admin/health/cache")
    async def admin_cache(caller: Platform) -> JSONResponse:
        return answered(await health.report({"redis"}))

    @app.get("/api/v1/admin/system/status")
    async def system_status(services: Using, caller: Admin) -> dict[str, Any]:
        report = await health.report()
        try:
            async with services.database.owner(caller.tenant) as connection:
                revision = await one(connection, "SELECT version_num FROM alembic_version")
        except psycopg.Error:
            raise HTTPException(503, "The database is not available") from None
        return {
            "status": report["status"],
            "database_status": report["dependencies"]["postgres"]["status"],
            "schema_revision": revision and revision["version_num"],
            "system": system(),
            "dependencies": report["dependencies"],
        }

    routers = (
        auth.router,
        auth.users,
        leads.router,
        letters.router,
        contacts.router,
        conversations.router,
        directory.organizations,
        configuration.router,
        directory.agents,
        directory.webhooks,
        directory.admin,
        members.admin,
        members.keys,
        provisioning.tenants,
        provisioning.organizations,
        plans.router,
        listings.router,
        analytics.router,
        voice.router,
        quality.router,
        sockets.router,
        rooms.router,
        billing.router,
        site.router,
        crm.router,
    )
    for router in routers:
        app.include_router(router)
    app.openapi = described(app)  # type: ignore[method-assign]
    return app
