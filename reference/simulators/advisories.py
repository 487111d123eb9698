"""Known vulnerabilities: OSV's API (`/v1/query`, `/v1/vulns/ID`; osv.dev/docs) and what `npm audit` asks of a registry
(`/-/npm/v1/security/advisories/bulk`, packuments). Both answer from one dated excerpt of published advisories.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from importlib.resources import files
from typing import Any

from fastapi import APIRouter
from packaging.version import InvalidVersion, Version
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import Simulator


class AdvisoriesBehaviour(Behaviour):
    """Further ways in which the service can be wrong."""

    withdrawn: list[str] = Field(default=[], description="ids of advisories that it does not give")


class Advisories(Simulator):
    name = "advisories"
    behaviour_type = AdvisoriesBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        read = tomllib.loads(files(__package__).joinpath("advisories.toml").read_text("utf-8"))
        self.known: list[dict[str, Any]] = read["advisory"]

    def key_of(self, connection: HTTPConnection) -> str | None:  # noqa: ARG002  everybody may ask
        return None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        return JSONResponse({"code": details.get("code", status), "message": message or "The request failed."}, status)

    def of(self, ecosystem: str, package: str, version: str) -> list[dict[str, Any]]:
        """The advisories that concern this version of a package."""
        return [
            a
            for a in self.known
            if (a["ecosystem"], a["package"]) == (ecosystem, package)
            and a["id"] not in self.behaviour.withdrawn
            and _within(version, a["introduced"], a["fixed"])
        ]

    def router(self) -> APIRouter:
        router = APIRouter()

        @router.post("/v1/query")
        async def query(request: Request) -> dict[str, Any]:
            asked = await self.json_object(request)
            package = asked.get("package") or {}
            found = self.of(str(package.get("ecosystem")), str(package.get("name")), str(asked.get("version")))
            return {"vulns": [_osv(a) for a in found]} if found else {}

        @router.get("/v1/vulns/{id_}")
        async def vulnerability(id_: str) -> dict[str, Any]:
            for a in self.known:
                if id_ in (a["id"], *a["aliases"]):
                    return _osv(a)
            raise self.refuse(404, "Bug not found.", code=5)

        @router.post("/-/npm/v1/security/advisories/bulk")
        async def bulk(request: Request) -> dict[str, Any]:
            body = await request.body()
            asked = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
            found: dict[str, list[dict[str, Any]]] = {}
            for package, versions in asked.items():
                concerned = {a["id"]: a for v in versions for a in self.of("npm", package, v)}
                if concerned:
                    found[package] = [_npm(a) for a in concerned.values()]
            return found

        return router


def _within(version: str, introduced: str, fixed: str) -> bool:
    try:
        return Version(introduced) <= Version(version) < Version(fixed)
    except InvalidVersion:
        return False


def _osv(a: dict[str, Any]) -> dict[str, Any]:
    events = [{"introduced": a["introduced"]}, {"fixed": a["fixed"]}]
    package = {"name": a["package"], "ecosystem": a["ecosystem"]}
    return {
        "id": a["id"],
        "schema_version": "1.7.3",
        "aliases": a["aliases"],
        "summary": a["summary"],
        "modified": "2026-10-30T00:00:00Z",
        "published": "2024-02-05T00:00:00Z",
        "severity": [{"type": "CVSS_V3", "score": a["score"]}],
        "database_specific": {"severity": a["severity"], "github_reviewed": True},
        "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
    }


def _npm(a: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": a["number"],
        "url": f"https://github.com/advisories/{a['id']}",
        "title": a["summary"],
        "severity": a["severity"].lower(),
        "vulnerable_versions": f">={a['introduced']} <{a['fixed']}",
        "cwe": [],
        "cvss": {"score": 9.8 if a["severity"] == "CRITICAL" else 7.2, "vectorString": a["score"]},
    }
