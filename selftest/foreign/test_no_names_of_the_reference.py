"""Checks, fixtures and engine know a deployment by its target alone: no name of the reference stands in their code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from selftest.foreign.vocabulary import ROOT, vocabulary

FOLDERS = ("tests", "fixtures", "golive")
FILES = sorted(path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
DISTINCT = re.compile(r"[-_/.:@]")

# Names that are not the reference's alone, each with the reason.
SHARED = {
    "/": "the root of any site or file system",
    "name": "any table's column",
    "token": "our word for a token",
    "api": "our word for a service",
    "web": "our word for a service",
    "worker": "our word for a service",
    "version": "our word for a release's version",
    "version_num": "alembic's own column, the default of golive.target",
    "properties": "a key of CloudWatch dashboards and of JUnit reports",
    "feedback": "our word for a call",
    "agent": "who wrote an entry of PagerDuty's log",
    "reports": "the folder of Golive's own files",
    "integrations": "a folder of tests/",
    "public": "PostgreSQL's default schema and its role for everybody",
    "user_id": "a field of ElevenLabs' account",
    "voice_id": "a field of ElevenLabs' voices",
    "model_id": "a field of ElevenLabs' models",
    "websocket": "a capability",
    "aurastudio": "a product, as targets and the catalogue name it",
    "seiketsu": "a product, as targets and the catalogue name it",
    "true": "SQL's and JSON's",
    "created_at": "a field of PagerDuty's incidents",
    "total_count": "a field of GitHub's lists",
    "jti": "a claim of JSON web tokens, RFC 7519",
    "unit": "of a number or a series",
    "projects": "a key of infracost's estimates",
    "security": "a folder of tests/",
    "admin": "an administrator, in general",
    "users": "a list of PagerDuty's API",
    "subscriptions": "a list of Stripe's API",
    "/openapi.json": "where FastAPI serves its description by itself",
    "voice": "our word for a condition of a rollback",
}


@cache
def own() -> dict[str, str]:
    return {name: source for name, source in vocabulary().items() if name not in SHARED}


@cache
def distinct() -> tuple[str, ...]:
    """Names that no sentence holds by chance, to be found within a longer text as well, such as SQL or an address."""
    return tuple(name for name in own() if DISTINCT.search(name) and len(name) > 5)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string in code, parts of f-strings among them; documentation is not code."""
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def names_in(text: str) -> set[str]:
    within = {name for name in distinct() if name in text}
    whole = {name for name in within if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)}
    return whole | ({text} & own().keys())


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_name_of_the_reference(path: Path) -> None:
    found = [
        f"{path}:{number}: {name!r} is a name of {own()[name]}; take it from the target"
        for number, text in literals(_parsed(path))
        for name in sorted(names_in(text))
    ]
    assert not found, "\n".join(found)


def test_no_import_of_the_reference() -> None:
    strays = []
    for path in FILES:
        for node in ast.walk(_parsed(path)):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            strays += [f"{path}: {name}" for name in modules if name.split(".")[0] in ("reference", "selftest")]
    assert not strays


def test_the_vocabulary_holds_what_it_should() -> None:
    wanted = {
        "/api/v1/leads", "/api/auth/login", "/health", "/api/advanced/memory/recall",
        "leads", "user_memory", "idx_user_memory_vector", "user_isolation",
        "organization_id", "app.organization_id", "seiketsu_app", "aurastudio_owner", "X-Instance-Id", "X-Tenant-ID",
        "amber", "alice", "CANARY-amber", "memory_id", "access_token", "celery:heartbeat", "handled",
        "aurastudio-assets", "seiketsu-production", "seiketsu-production-critical", "seiketsu-production-database",
        "111122223333", "api.app.example.com", "super_admin", "/portal/properties",
    }  # fmt: skip
    assert wanted <= set(vocabulary())


def test_it_sees_names_in_sql_and_addresses() -> None:
    code = 'sql = f"SELECT id FROM user_memory WHERE {column} = 1"\nurl = f"{base}/api/v1/leads?limit=1"\nt = "leads"'
    seen = {name for _, text in literals(ast.parse(code)) for name in names_in(text)}
    assert seen == {"user_memory", "/api/v1/leads", "leads"}
