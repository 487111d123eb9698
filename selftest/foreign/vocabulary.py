"""What the reference calls its own: every name that a check could take from it instead of from the target.

From the example targets (which the reference is described by), the schema's SQL and the accounts' data. Words of Golive
(operations, fields, capabilities) and of third parties are not among them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PRODUCTS = ("aurastudio", "seiketsu")
WORD = re.compile(r"\$\{(\w+)\}")
# Where a target holds the product's own names: the whole value, by key, at any depth below the section.
OWN_KEYS = {
    "api": ("instance_header", "request_id_header", "tenant_header", "openapi", "path", "issuer", "audience", "email",
            "id", "tenant", "marker", "slug", "site_origins", "base_url", "http_url", "roles"),
    "websocket": ("url", "token_parameter"),
    "web": ("base_url", "http_url", "public_paths", "private_paths", "deep_path", "login_path", "hosts", "api_origin"),
    "postgres": ("app_role", "owner_role", "tenant_column", "tenant_setting", "shared_tables", "migrations", "table",
                 "column", "index", "version_table", "version_column", "head", "demo_logins", "sql", "where", "media"),
    "celery": ("queues", "heartbeat_key", "heartbeat_field"),
    "aws": ("account_id", "dashboards", "alarms", "log_groups", "certificates", "hosted_zones", "web_acl", "namespace",
            "ci_roles", "cluster", "registry", "instance", "replicas", "replication_group", "name", "trail"),
    "pinecone": ("index",),
    "elevenlabs": ("voices",),
    "oncall": ("services", "schedules"),
    "ci": ("repository", "required_checks", "workflow", "digest_artifact"),
    "source": ("settings_model",),
}  # fmt: skip
# Tables of a target whose every value (or key) is the product's own name.
OWN_VALUES = {"aws": ("target_groups", "buckets", "secrets", "topics", "tiers", "services")}
OWN_NAMES = {"postgres": ("tenant_columns", "roles"), "api": ("identities",), "dns": ("hosts",)}


def vocabulary() -> dict[str, str]:
    """Name to where it comes from."""
    found: dict[str, str] = {}
    for product in PRODUCTS:
        for name in _of_target(product):
            found.setdefault(name, f"targets/{product}.example.toml")
        for name in _of_account(product):
            found.setdefault(name, f"the account of {product}")
    for name in _of_schema():
        found.setdefault(name, "the schema")
    return found


@cache
def _target(product: str) -> dict[str, Any]:
    section: dict[str, Any] = tomllib.loads((ROOT / "targets" / f"{product}.example.toml").read_text())[product]
    return section


def _of_target(product: str) -> Iterator[str]:
    target, ours = _target(product), {word for each in PRODUCTS for word in _words_of_golive(_target(each))}
    for section, keys in OWN_KEYS.items():
        for path, value in _strings(target.get(section, {})):
            names = {part for part in path if isinstance(part, str)}
            # The columns of a tenant are told by table; `id` is that of a row, not of a kind of thing.
            if path and (_last(path) in keys or names & set(OWN_VALUES.get(section, ()))):
                yield from _pieces(value)
            for table in set(OWN_NAMES.get(section, ())) & names:
                following = path[path.index(table) + 1 : path.index(table) + 2]
                yield from (str(name) for name in following)
            if "fields" in names and value.startswith("$"):
                # Of a place in an answer, the parts that no other API need have.
                yield from (part for part in re.findall(r"\w+", value) if "_" in part and part not in ours)


def _words_of_golive(target: dict[str, Any]) -> Iterator[str]:
    """Names of fields and placeholders, which a product's own may happen to be like."""
    for path, value in _strings(target):
        if "fields" in path:
            yield str(path[-1])
        yield from re.findall(r"\{(?:identity\.)?(\w+)\}", value)


def _of_schema() -> Iterator[str]:
    for path in sorted((ROOT / "reference" / "schema").rglob("*.sql")):
        text = path.read_text()
        yield from re.findall(r"CREATE (?:TABLE|VIEW) (\w+)", text)
        yield from re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+)", text)
        yield from re.findall(r"CREATE FUNCTION (\w+)", text)
        yield from re.findall(r"CREATE POLICY (\w+)", text)
        yield from re.findall(rf"\b(?:{'|'.join(PRODUCTS)})_\w+", text)
        yield from re.findall(r"current_setting\('+([\w.]+)", text)


def _of_account(product: str) -> Iterator[str]:
    """Names that are made of the account's own words."""
    folder = ROOT / "reference" / "aws" / "accounts"
    values = tomllib.loads((folder / f"{product}.toml").read_text())["values"]
    own = {word: values[word] for word in ("prefix", "cluster", "bucket", "owner", "metric_namespace")}
    own |= {"product": product, "domain": f"{product}.test"}
    yield from own.values()
    for path in sorted((folder / "parts").glob("*.toml")):
        for _, text in _strings(tomllib.loads(path.read_text())):
            if set(WORD.findall(text)) & set(own) and set(WORD.findall(text)) <= set(own):
                yield WORD.sub(lambda match: own[match[1]], text)


def _strings(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every string below, with the keys and positions that lead to it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _strings(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _strings(each, (*path, number))
    elif isinstance(value, str):
        yield path, value


def _last(path: tuple[str | int, ...]) -> str | None:
    """The innermost key, over positions in lists."""
    return next((part for part in reversed(path) if isinstance(part, str)), None)


def _pieces(value: str) -> Iterator[str]:
    """The name; of a route also the part before its first placeholder, of an address its host."""
    yield value
    if value.startswith("/") and "{" in value:
        yield value.split("{")[0].rstrip("/")
    if "://" in value:
        yield value.split("://")[1].split("/")[0]
