"""Google's side of identities: tokens for service accounts and people, whose a token is, and what it may do.

Sources: developers.google.com/identity/protocols/oauth2/service-account, cloud.google.com/resource-manager/reference
(projects.testIamPermissions), cloud.google.com/api-keys/docs/add-restrictions-api-keys.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import APIRouter
from starlette.requests import Request

if TYPE_CHECKING:
    from reference.settings import Settings
    from reference.simulators.google import GoogleTranslation

PROJECT = "aurastudio-production"
SERVICE_ACCOUNT = f"translator@{PROJECT}.iam.gserviceaccount.com"
PERSON = "ada@aurastudio.example"
SECONDS = 3600
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_USER = {"cloudtranslate.generalModels.predict", "cloudtranslate.generalModels.get", "resourcemanager.projects.get"}
_ALL = re.compile(r"[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+")
_ROLES = {
    "roles/cloudtranslate.user": lambda permission: permission in _USER,
    "roles/storage.objectViewer": lambda permission: permission in ("storage.objects.get", "storage.objects.list"),
    "roles/owner": lambda permission: bool(_ALL.fullmatch(permission)),
}


def service_account(settings: Settings) -> dict[str, str]:
    """The key file of the product's service account, the same for every process of a deployment."""
    path = settings.part_folder("google") / "service-account.json"
    if not path.exists():
        _write(path, json.dumps(_new_account(settings)))
    found: dict[str, str] = json.loads(path.read_text())
    return found


def personal(settings: Settings) -> dict[str, str]:
    """What `gcloud auth application-default login` leaves on a person's machine."""
    return {
        "type": "authorized_user",
        "client_id": f"{settings.secret('google/client', 12)}.apps.googleusercontent.com",
        "client_secret": settings.secret("google/client-secret", 24),
        "refresh_token": "1//" + settings.secret("google/refresh", 40),
    }


def _new_account(settings: Settings) -> dict[str, str]:
    pem = "xxxx"
    while re.search(r"x{4}", pem, re.IGNORECASE):  # which checks of settings take for a gap to be filled
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": settings.secret("google/key-id", 40),
        "private_key": pem,
        "client_email": SERVICE_ACCOUNT,
        "token_uri": "https://oauth2.googleapis.com/token",
    }


def _write(path: Path, text: str) -> None:
    """The first of several processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    own.write_text(text)
    own.chmod(0o644)
    with suppress(FileExistsError):
        os.link(own, path)
    own.unlink()


def allowed_from(addresses: list[str], host: str) -> bool:
    """Whether a key that is bound to these networks may be used from an address; any, when there are none."""
    return not addresses or any(ipaddress.ip_address(host) in ipaddress.ip_network(a) for a in addresses)


def identity_router(google: GoogleTranslation) -> APIRouter:
    router = APIRouter()
    tokens: dict[str, tuple[str, float]] = {}

    def issued(email: str) -> dict[str, Any]:
        token = f"ya29.{google.settings.secret(f'google/token/{email}/{len(tokens)}', 43)}"
        tokens[token] = (email, time.time() + SECONDS)
        return {"access_token": token, "expires_in": SECONDS, "token_type": "Bearer", "scope": _SCOPE}

    def holder(token: str) -> str | None:
        email, until = tokens.get(token, ("", 0.0))
        return email if until > time.time() else None

    @router.post("/token")
    async def token(request: Request) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form.get("grant_type") == "refresh_token":
            person = personal(google.settings)
            if all(form.get(name) == person[name] for name in ("client_id", "client_secret", "refresh_token")):
                return issued(PERSON)
        elif form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            account = service_account(google.settings)
            public = serialization.load_pem_private_key(account["private_key"].encode(), None).public_key()
            with suppress(jwt.InvalidTokenError):
                claims = jwt.decode(
                    form.get("assertion", ""), public, ["RS256"],  # type: ignore[arg-type]
                    audience=[account["token_uri"], f"{google.base_url}/token"], options={"require": ["exp", "iat"]},
                )  # fmt: skip
                if claims.get("iss") == account["client_email"] and claims.get("scope"):
                    return issued(SERVICE_ACCOUNT)
        raise google.refuse(400, "Invalid JWT Signature.", reason="invalid_grant")

    @router.get("/v1/userinfo")
    async def userinfo(request: Request) -> dict[str, Any]:
        email = holder(request.headers.get("authorization", "").removeprefix("Bearer "))
        if email is None:
            raise google.refuse(401, "Request had invalid authentication credentials.", reason="authError")
        return {"sub": google.settings.secret(f"google/{email}", 21), "email": email, "email_verified": True}

    @router.post("/v3/projects/{project}:testIamPermissions")
    async def permissions(request: Request, project: str) -> dict[str, Any]:
        email = holder(request.headers.get("authorization", "").removeprefix("Bearer "))
        if email is None:
            raise google.refuse(401, "Request had invalid authentication credentials.", reason="authError")
        if project != PROJECT:
            raise google.refuse(403, "The caller does not have permission", reason="forbidden")
        roles = google.behaviour.identity_roles if email == SERVICE_ACCOUNT else ["roles/owner"]
        asked = (await google.json_object(request)).get("permissions") or []
        held = [p for p in asked if any(_ROLES[role](p) for role in roles)]
        return {"permissions": held} if held else {}

    @router.get("/youtube/v3/i18nLanguages")
    async def other_service(request: Request) -> dict[str, Any]:
        """Another of Google's interfaces, free of charge, that is enabled in the project."""
        google.authorise(request)
        if google.behaviour.key_services:
            message = "Requests to this API youtube method youtube.api.v3.V3DataI18nLanguageService.List are blocked."
            raise google.refuse(403, message, reason="API_KEY_SERVICE_BLOCKED")
        return {"kind": "youtube#i18nLanguageListResponse", "items": [{"id": "en", "snippet": {"hl": "en"}}]}

    return router
