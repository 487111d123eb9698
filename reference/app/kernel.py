"""What both applications are made of: the services of a process, and FastAPI with edge, errors and life cycle."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import psycopg
import structlog
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from redis.exceptions import RedisError
from starlette.requests import HTTPConnection

from reference.app import behaviour, logs, metrics
from reference.app.cache import Cache
from reference.app.database import UNAVAILABLE, Database
from reference.app.edge import Edge
from reference.app.embeddings import Embeddings
from reference.app.objects import Objects, ObjectStoreError
from reference.app.providers import ProviderError, Providers
from reference.app.sessions import Sessions
from reference.app.settings import AppSettings
from reference.app.tokens import Tokens

WARM_UP_SECONDS = 4.0


@dataclass(frozen=True)
class Services:
    settings: AppSettings
    log: structlog.typing.FilteringBoundLogger
    database: Database
    cache: Cache
    providers: Providers
    objects: Objects
    embeddings: Embeddings
    tokens: Tokens
    sessions: Sessions


def make_services(settings: AppSettings, log: structlog.typing.FilteringBoundLogger, owner_setting: str) -> Services:
    database = Database(settings.database_url, owner_setting, settings.database_pool, settings.instance)
    cache = Cache(settings.redis_url, settings.broker_url, settings.instance)
    providers = Providers(settings)
    store = database if settings.product == "aurastudio" else None
    return Services(
        settings=settings,
        log=log,
        database=database,
        cache=cache,
        providers=providers,
        objects=Objects(settings),
        embeddings=Embeddings(providers, store),
        tokens=Tokens(settings),
        sessions=Sessions(cache, database),
    )


def services_of(connection: HTTPConnection) -> Services:
    found: Services = connection.app.state.services
    return found


Using = Annotated[Services, Depends(services_of)]


def assemble(
    settings: AppSettings,
    owner_setting: str,
    title: str,
    work: Sequence[Callable[[Services], Coroutine[Any, Any, None]]] = (),
    **options: Any,
) -> FastAPI:
    """An application without routes but `/metrics` and the behaviour switches. `options` go to FastAPI.

    `work`: what runs beside the requests, for ever.
    """
    behaviour.begin()
    log = logs.configure(settings)
    services = make_services(settings, log, owner_setting)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await services.database.open()
        metrics.INFO.labels(settings.product, settings.version, settings.commit, settings.instance).set(1)
        metrics.STARTED.set(settings.started.timestamp())
        log.info("started")
        warm = threading.Timer(WARM_UP_SECONDS, _warm_up, [services])
        warm.daemon = True
        warm.start()
        tasks = [asyncio.create_task(each(services)) for each in work]
        yield
        warm.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(
            services.providers.close(), services.cache.close(), services.database.close(), return_exceptions=True
        )
        log.info("stopped")

    app = FastAPI(title=title, version=settings.version, lifespan=life, **options)
    app.state.services = services
    app.add_middleware(Edge, settings=settings, log=log)
    app.include_router(behaviour.router(settings.control_token))
    app.add_api_route("/metrics", _metrics, include_in_schema=False)
    _answer_errors(app, log)
    return app


def _warm_up(services: Services) -> None:
    """Load boto3, and set aside what the start left, when its rush is over and before a request has to wait for either.

    Else each whole collection of garbage looks at all of it, for a tenth of a second in the midst of requests.
    """
    services.objects.client()
    gc.collect()
    gc.freeze()


async def _metrics(request: Request) -> Response:
    """For the collector, which asks each instance itself: through the balancer it does not exist."""
    if "x-forwarded-for" in request.headers or behaviour.on("metrics_off"):
        raise HTTPException(404, "Not Found")
    return metrics.exposition()


def _answer_errors(app: FastAPI, log: structlog.typing.FilteringBoundLogger) -> None:
    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        # The input itself is not repeated: it may be a password.
        problems = [{"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]} for item in error.errors()]
        return JSONResponse({"detail": problems}, 422)

    async def refused_data(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, psycopg.errors.UniqueViolation):
            return JSONResponse({"detail": "Already exists"}, 409)
        if isinstance(error, psycopg.errors.ForeignKeyViolation):
            return JSONResponse({"detail": "Refers to something that does not exist"}, 409)
        return JSONResponse({"detail": "Invalid value"}, 422)

    async def away(request: Request, error: Exception) -> JSONResponse:
        name = type(error).__name__
        log.error("dependency_unavailable", request_id=request.state.request_id, error=name, path=request.url.path)
        return JSONResponse({"detail": "A dependency is not available"}, 503, {"Retry-After": "5"})

    async def provider(request: Request, error: Exception) -> JSONResponse:
        log.error("provider_failed", request_id=request.state.request_id, error=str(error), path=request.url.path)
        return JSONResponse({"detail": f"Provider failed: {error}"}, 502)

    app.add_exception_handler(RequestValidationError, invalid)
    handlers: list[tuple[type[Exception], Any]] = [
        (psycopg.errors.IntegrityError, refused_data),
        (psycopg.errors.DataError, refused_data),
        *((kind, away) for kind in (*UNAVAILABLE, RedisError)),
        (ProviderError, provider),
        (ObjectStoreError, provider),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)
