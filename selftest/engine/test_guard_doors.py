"""Checks and fixtures reach a deployment through the guard's doors only: nothing else in them opens a connection."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DOORS = {
    "requests.get", "requests.head", "requests.options", "requests.post", "requests.put", "requests.patch",
    "requests.delete", "requests.request", "requests.Session", "requests.session",
    "psycopg.connect", "psycopg.Connection.connect", "psycopg.AsyncConnection.connect",
    "redis.Redis", "redis.StrictRedis", "redis.from_url", "redis.Redis.from_url", "redis.sentinel.Sentinel",
    "boto3.client", "boto3.resource",
    "urllib.request.urlopen", "http.client.HTTPConnection", "http.client.HTTPSConnection",
    "websockets.connect", "websockets.sync.client.connect", "smtplib.SMTP", "urllib3.PoolManager",
    "dns.query.udp", "dns.query.tcp", "dns.query.tls", "dns.query.https", "dns.query.udp_with_fallback",
    "dns.resolver.resolve", "dns.resolver.Resolver",
}  # fmt: skip
"""Calls that open a way past the guard, by full name."""
NOT_THE_DEPLOYMENT = {
    "fixtures/postgres/scratch.py": "a scratch server; it refuses one with the deployment's system identifier",
    "fixtures/postgres/server.py": "a PostgreSQL that Golive itself starts on this machine, on a unix socket",
    "fixtures/tenancy/own_tests.py": "copies of the scratch server's database, on that server",
}
MODULES = {"httpx", "aiohttp", "asyncpg", "paramiko", "pycurl", "urllib3", "websocket"}
"""Modules that have no door here."""


def ways_past_the_guard(source: str) -> Iterator[str]:
    """Yield `line: name` for each call or import in a module's source that the guard does not see."""
    names: dict[str, str] = {}
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                if alias.name.partition(".")[0] in MODULES:
                    yield f"{node.lineno}: import {alias.name}"
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            if node.module.partition(".")[0] in MODULES:
                yield f"{node.lineno}: from {node.module} import"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _full_name(node.func, names)) in DOORS:
            yield f"{node.lineno}: {name}()"


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, names)}.{node.attr}"
    return ""


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import requests\nrequests.post('x')", ["2: requests.post()"]),
        ("import requests as r\nr.Session()", ["2: requests.Session()"]),
        ("from psycopg import connect as c\nc('x')", ["2: psycopg.connect()"]),
        ("import redis\nredis.Redis.from_url('x')", ["2: redis.Redis.from_url()"]),
        ("import urllib.request\nurllib.request.urlopen('x')", ["2: urllib.request.urlopen()"]),
        ("import httpx", ["1: import httpx"]),
        ("import boto3\nboto3.Session()\nimport requests\nrequests.ConnectionError", []),
        ("from golive.guard.postgres import connect\nconnect('x')", []),
    ],
)
def test_the_search_itself(source: str, found: list[str]) -> None:
    assert list(ways_past_the_guard(source)) == found


def test_no_check_or_fixture_goes_past_the_guard() -> None:
    modules = [path for folder in ("fixtures", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert modules
    found = [
        f"{path.relative_to(ROOT)}:{way}"
        for path in modules
        if str(path.relative_to(ROOT)) not in NOT_THE_DEPLOYMENT
        for way in ways_past_the_guard(path.read_text(encoding="utf-8"))
    ]
    assert not found, "use golive.guard instead (docs/safety.md):\n" + "\n".join(found)
