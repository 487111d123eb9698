"""Deep health: each dependency is really used, at once and within two seconds, and its latency measured."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import psutil

from reference.app import behaviour
from reference.app.database import one, probe
from reference.app.kernel import Services
from reference.app.objects import ObjectStoreError
from reference.app.providers import ProviderError

LIMIT_SECONDS = 2.0
HEARTBEAT_LIMIT_SECONDS = 12.0
Probe = Callable[[], Awaitable[str]]
"""Returns what is wrong, or "". May raise anything."""


def now() -> str:
    return datetime.now(UTC).isoformat()


async def look(name: str, check: Probe) -> tuple[str, dict[str, Any]]:
    started, problem = time.perf_counter(), ""
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            problem = await check()
    except TimeoutError:
        problem = f"no answer within {LIMIT_SECONDS:g} s"
    except ProviderError as error:
        problem = error.reason
    except ObjectStoreError as error:
        problem = str(error)
    except Exception as error:
        # Drivers put addresses and users into their messages: the class says enough.
        problem = type(error).__name__
    report = {
        "status": "down" if problem else "ok",
        "latency_ms": round((time.perf_counter() - started) * 1000, 2),
        "checked_at": now(),
    }
    return name, report | ({"error": problem} if problem else {})


class Health:
    def __init__(self, services: Services) -> None:
        self.services = services
        self._constant: dict[str, Any] | None = None

    async def serving(self) -> dict[str, Any]:
        """The balancer's question: has this process what every request needs? A third party that is down is no reason
        to take a process out; the database is, unless the database is just read-only for all of them."""
        if behaviour.on("serving_constant"):
            return self._head("ok")
        _, result = await look("postgres", quiet(self.reached))
        return self._head(result["status"]) | {"dependencies": {"postgres": result}}

    async def reached(self) -> None:
        async with self.services.database.nobody() as connection:
            await one(connection, "SELECT 1 AS one")

    def probes(self) -> dict[str, Probe]:
        """By dependency. Translation counts as up while one of its two providers is; both are listed."""
        settings, providers = self.services.settings, self.services.providers
        checks: dict[str, Probe] = {
            "postgres": self.postgres,
            "redis": self.redis,
            "celery": self.celery,
            "s3": quiet(self.services.objects.check),
        }
        if settings.replica_url:
            checks["postgres_replica"] = self.replica
        if settings.openai_key:
            checks["openai"] = quiet(providers.check_openai)
        if settings.pinecone_index:
            checks["pinecone"] = self.pinecone
        if settings.product == "aurastudio":
            if settings.google_key:
                checks["translation"] = quiet(providers.check_google)
            if settings.deepl_key:
                checks["translation_fallback"] = quiet(providers.check_deepl)
        checks["elevenlabs"] = self.elevenlabs
        return checks

    async def report(self, names: set[str] | None = None) -> dict[str, Any]:
        """`status`, `timestamp`, release, `dependencies`: name -> status, latency_ms, checked_at, error."""
        if behaviour.on("health_constant"):
            return self.constant()
        checks = self.probes()
        wanted = {name: check for name, check in checks.items() if names is None or name in names}
        results = dict(await asyncio.gather(*(look(name, check) for name, check in wanted.items())))
        down = [name for name, result in results.items() if result["status"] != "ok"]
        return self._head("degraded" if down else "ok") | {"dependencies": results}

    def _head(self, status: str) -> dict[str, Any]:
        return {
            "status": status,
            "timestamp": now(),
            "version": version(self.services),
            "commit": commit(self.services),
            "instance": self.services.settings.instance,
        }

    def constant(self) -> dict[str, Any]:
        """What the switch `health_constant` answers: fine, without having looked, ever the same."""
        if self._constant is None:
            fine = {"status": "ok", "latency_ms": 1.0, "checked_at": now()}
            self._constant = self._head("ok") | {"dependencies": dict.fromkeys(self.probes(), fine)}
        return self._constant

    async def postgres(self) -> str:
        async with self.services.database.nobody() as connection:
            found = await one(
                connection,
                "SELECT pg_is_in_recovery() AS recovery, current_setting('transaction_read_only') AS read_only",
            )
        assert found is not None
        return "read-only" if found["recovery"] or found["read_only"] == "on" else ""

    async def replica(self) -> str:
        return await probe(self.services.settings.replica_url, writer=False)

    async def redis(self) -> str:
        role = await self.services.cache.role()
        return "" if role == "master" else f"the cache endpoint leads to a {role}"

    async def celery(self) -> str:
        """A heartbeat goes from beat through the queue to a worker and back: its age proves all three."""
        beat = await self.services.cache.heartbeat()
        if beat is None:
            return "no worker has handled a heartbeat"
        age = time.time() - float(beat["handled"])
        return "" if age <= HEARTBEAT_LIMIT_SECONDS else f"newest heartbeat is {age:.0f} s old"

    async def pinecone(self) -> str:
        status = (await self.services.providers.describe_index(LIMIT_SECONDS)).get("status", {})
        return "" if status.get("ready") else f"index is {status.get('state', 'not ready')}"

    async def elevenlabs(self) -> str:
        subscription = await self.services.providers.subscription()
        if subscription.get("status") not in ("active", "trialing", "free"):
            return f"subscription is {subscription.get('status')}"
        return ""


def quiet(check: Callable[[], Awaitable[None]]) -> Probe:
    async def wrapped() -> str:
        await check()
        return ""

    return wrapped


def version(services: Services) -> str:
    return "2.0.0-rc.1" if behaviour.on("wrong_version") else services.settings.version


def commit(services: Services) -> str:
    return "0" * 40 if behaviour.on("wrong_version") else services.settings.commit


def release(services: Services) -> dict[str, Any]:
    settings = services.settings
    return {
        "version": version(services),
        "commit": commit(services),
        "environment": settings.environment,
        "instance": settings.instance,
        "started_at": settings.started.isoformat(),
    }


def system() -> dict[str, Any]:
    """Percent of this machine in use, with the limits above which it is a warning."""
    used = {
        "cpu_percent": psutil.cpu_percent(),
        "memory_percent": psutil.virtual_memory().percent,
        "disk_percent": round(100 * shutil.disk_usage("/").used / shutil.disk_usage("/").total, 1),
    }
    limits = {"cpu_percent": 85, "memory_percent": 85, "disk_percent": 90}
    return {"status": "warning" if any(used[name] > limit for name, limit in limits.items()) else "ok", **used}
