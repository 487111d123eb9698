"""The ASGI application: all simulators below their prefixes, with traffic control around them."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.settings import Settings
from reference.simulators.blobs import blobs_router
from reference.simulators.control import control_router
from reference.simulators.providers import PROVIDERS
from reference.simulators.simulator import RefusedError, Simulator
from reference.simulators.traffic import RequestLog, Traffic


def create_app(settings: Settings) -> FastAPI:
    """A fresh world: state in memory, seeded from `settings`."""
    simulators: dict[str, Simulator] = {kind.name: kind(settings) for kind in PROVIDERS}
    log = RequestLog()
    app = FastAPI(title="Reference simulators", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.simulators, app.state.log = simulators, log
    app.include_router(control_router(settings, simulators, log))
    app.include_router(blobs_router(settings))
    for simulator in simulators.values():
        app.include_router(simulator.router(), prefix=f"/{simulator.name}")

    async def refused(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RefusedError)
        return error.response

    async def failed(request: Request, error: Exception) -> Response:
        """Unknown paths and methods are answered in the provider's shape, as everything below its prefix."""
        assert isinstance(error, HTTPException)
        simulator = simulators.get(request.url.path.lstrip("/").partition("/")[0])
        if simulator is None:
            return JSONResponse({"detail": error.detail}, error.status_code)
        return simulator.error(error.status_code, f"{request.method} {request.url.path}: {error.detail}")

    app.add_exception_handler(RefusedError, refused)
    app.add_exception_handler(HTTPException, failed)
    app.add_middleware(Traffic, simulators=simulators, log=log)
    return app
