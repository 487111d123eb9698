"""api, web, websocket: where nginx listens, and who checks sign in as."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.app.tokens import key_id
from reference.describe.account import data
from reference.describe.secret import reference
from reference.schema.canaries import (
    ADMINISTRATOR,
    AURASTUDIO_USERS,
    ORGANIZATIONS,
    PLATFORM,
    SMALL,
    SMALL_USER,
    SUPER_ADMIN,
    Organization,
    User,
    marker,
    second_factor,
)
from reference.services.site import build_id

if TYPE_CHECKING:
    from reference.settings import Product, Settings

DEPENDENCIES = {
    "aurastudio": (
        "postgres",
        "postgres_replica",
        "redis",
        "celery",
        "s3",
        "openai",
        "pinecone",
        "translation",
        "translation_fallback",
        "elevenlabs",
    ),
    "seiketsu": ("postgres", "postgres_replica", "redis", "celery", "s3", "openai", "elevenlabs"),
}
UNSERVED = ("voice_quality",)
ADDRESSES = ["127.0.0.1", "127.0.0.2"]
"""nginx listens at both: the zones of the balancer."""
ONE_MACHINE = "2026-11-22: the balancer and its instances share one machine, this hop stays on its loopback"
ROLES = {"agent": "", "org_admin": "_admin", "manager": "_manager", "viewer": "_viewer"}
"""Role to the ending of the identity's name in the example: the agent stands for the tenant."""


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    described = settings.products[product]
    section["api"] |= {
        "base_url": described.api_url,
        "http_url": described.api_http_url,
        "ca_file": settings.ca_file,
        "addresses": ADDRESSES,
        "clear_text": dict.fromkeys(_hops(described), ONE_MACHINE),
        "site_origins": [described.web_url],
        "instances": [{"id": instance.id, "url": instance.url} for instance in described.instances],
        "identities": studio_identities(settings) if product == "aurastudio" else organization_identities(settings),
    }
    former = settings.secret(f"{product}/jwt-former")
    section["api"]["token"] |= {
        "secret": reference(settings, f"{product}/jwt", described.jwt_secret),
        "former_keys": {key_id(former): reference(settings, f"{product}/jwt-former")},
        "public_keys": [settings.ca_file],
    }
    if trail := section["api"].get("audit", {}).get("trail"):
        trail["staff"] = [str(PLATFORM.id)]
        section["api"]["audit"]["delay"] = 6  # written in the transaction of the act
    if "second_factor" in section["api"]:
        codes = second_factor(settings.secret(f"{ADMINISTRATOR.secret}/codes"))
        section["api"]["second_factor"] |= {
            "email": ADMINISTRATOR.email,
            "password": reference(settings, ADMINISTRATOR.secret),
            "secret": reference(settings, f"{ADMINISTRATOR.secret}/seed", codes),
        }
    section["web"] |= {
        "base_url": described.web_url,
        "http_url": described.web_http_url,
        "ca_file": settings.ca_file,
        "api_origin": described.api_url,
        "public_paths": ["/", "/login"],
        "private_paths": ["/account"],
        "build_id": build_id(described),
        "addresses": ADDRESSES,
        "deep_path": "/login",
        "throttled_paths": ["/login"],
        "hosts": ["127.0.0.1"],
    }
    # Inside the deployment: another one started with the same target file has had none of these drills.
    section["drills"] |= {"folder": f"{settings.folder}/drills"}
    section["drills"] |= {"isolate": _isolation(settings, "isolate"), "join": _isolation(settings, "join")}
    # Two places beyond the two tasks of a service, and none for the web server.
    if product == "seiketsu":
        section["drills"] |= {"scaled_services": ["api", "worker"], "scaled_to": 4, "call_seconds": 3}
    family, versions = f"{data(product)['prefix']}-api", section["drills"]["versions"]
    versions["other"] = f"{family}:1"
    if "unfit" in versions:
        builds = (build["name"].replace("-", "_") for build in data(product)["unfit_builds"])
        versions["unfit"] = {word: f"{family}-rehearsal:{number}" for number, word in enumerate(builds, 1)}
    if "recovered" in section["drills"]:
        start = _program(settings, "recovered", product, "{name}")
        section["drills"]["recovered"] |= {"start": start, "stop": [*start, "--stop"]}
    for stream in (section["websocket"], *section["websocket"].get("others", {}).values()):
        path = stream["url"].split("/", 3)[3]
        stream |= {"url": f"{described.api_url.replace('https', 'wss', 1)}/{path}", "ca_file": settings.ca_file}
    # The reference's report has more than the products' own; and it leaves one call of theirs out.
    section["api"]["dependencies"] = {name: name for name in DEPENDENCIES[product]}
    section["api"]["operations"]["health_deep"]["fields"]["dependencies"] = "$.dependencies"
    for name in UNSERVED:
        section["api"]["operations"].pop(name, None)


def _isolation(settings: Settings, word: str) -> list[str]:
    """The program that cuts an instance from its database, or joins it again: this package's own command."""
    return _program(settings, word, "{instance}")


def _program(settings: Settings, *words: str) -> list[str]:
    """A command of this package for the deployment."""
    package = f"PYTHONPATH={Path(__file__).parents[2]}"
    return ["env", package, sys.executable, "-m", "reference", *words, "--folder", settings.folder]


def _hops(product: Product) -> list[str]:
    """What lies behind the balancer, as `clear_text` names it."""
    prefix = data(product.name)["prefix"]
    instances = [instance.url.partition("://")[2] for instance in product.instances]
    return [*instances, *(f"target group {prefix}-{kind}" for kind in ("api", "web"))]


def studio_identities(settings: Settings) -> dict[str, dict[str, Any]]:
    return {user.name: identity(settings, user, marker=marker(user)) for user in AURASTUDIO_USERS}


def organization_identities(settings: Settings) -> dict[str, dict[str, Any]]:
    """Each tenant's users by the names of the example, and the platform's administrator."""
    found: dict[str, dict[str, Any]] = {}
    for organization in ORGANIZATIONS:
        name = organization.slug.removeprefix("canary-")
        for user in organization.users:
            found[name + ROLES[user.role]] = identity(
                settings, user, tenant=str(organization.id), marker=organization.marker, extra=rows(organization)
            )
    found["platform"] = identity(settings, SUPER_ADMIN, tenant=str(PLATFORM.id))
    voice = {"voice_agent": str(SMALL.row_id("voice_agents"))}
    found["dune"] = identity(settings, SMALL_USER, tenant=str(SMALL.id), extra=voice)
    return found


def identity(settings: Settings, user: User, **more: Any) -> dict[str, Any]:
    return {
        "email": user.email,
        "password": reference(settings, user.secret),
        "id": str(user.id),
        "role": user.role,
        **more,
    }


def rows(organization: Organization) -> dict[str, str]:
    """Placeholders for rows that are planted for the tenant."""
    tables = {
        "voice_agent": "voice_agents",
        "lead": "leads",
        "conversation": "conversations",
        "property": "properties",
        "webhook": "webhooks",
        "report": "reports",
    }
    return {"slug": organization.slug} | {word: str(organization.row_id(table)) for word, table in tables.items()}
