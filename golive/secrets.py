"""Secrets stand in a target file by reference: `env:NAME`, `file:PATH`, `aws-secret:ARN` (`#key` for one of a JSON).

A `Secret` is resolved when its value is first needed. Whatever was resolved is registered with `golive.redaction`, so
that it can't show in any output; the `Secret` itself prints as its reference.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from golive import redaction

SCHEMES = ("env", "file", "aws-secret")
HOW = "write env:NAME, file:PATH or aws-secret:ARN (with #key for one value of a JSON secret)"

_folder: contextvars.ContextVar[Path | None] = contextvars.ContextVar("golive_secret_folder", default=None)


class SecretError(Exception):
    """A reference could not be resolved. The message names the reference and the remedy, never a value."""


@contextlib.contextmanager
def resolving(folder: Path) -> Iterator[None]:
    """Take `file:` references of secrets made in the body as relative to `folder` (that of the target file)."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def beside_target(path: str) -> str:
    """Return `path` as an absolute one: relative ones start at the target file's folder."""
    folder = _folder.get()
    expanded = Path(path).expanduser()
    return str(expanded if folder is None else (folder / expanded).resolve())


class Secret:
    """A secret by reference. `str()` and `repr()` show the reference; `reveal()` gives the value.

    Two secrets are equal when they are the same reference. As a pydantic field it takes a string such as
    `"env:DATABASE_URL"`; a value in the clear is an error that does not repeat it.
    """

    __slots__ = ("_folder", "_lock", "_value", "reference")

    def __init__(self, reference: str, folder: Path | None = None) -> None:
        scheme, separator, rest = reference.partition(":")
        if scheme not in SCHEMES or not separator or not rest.strip():
            redaction.register(reference)  # most likely a value in the clear
            raise ValueError(f"a secret stands here by reference only: {HOW}")
        self.reference = reference
        self._folder = folder or _folder.get() or Path()
        self._value: str | None = None
        self._lock = threading.Lock()

    def reveal(self) -> str:
        """Return the value. It is fetched once.

        Raises:
            SecretError: the reference leads to nothing.
        """
        with self._lock:
            if self._value is None:
                value = self._fetch()
                register_value(value)
                self._value = value
            return self._value

    def _fetch(self) -> str:
        scheme, _, rest = self.reference.partition(":")
        if scheme == "env":
            return _from_environment(self.reference, rest)
        if scheme == "file":
            return _from_file(self.reference, self._folder / Path(rest).expanduser())
        return _from_aws(self.reference, rest)

    def __str__(self) -> str:
        return self.reference

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self.reference, self._folder) == (other.reference, other._folder)

    def __hash__(self) -> int:
        return hash((self.reference, self._folder))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Secret, (self.reference, self._folder))  # the value is never pickled

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def make(value: object) -> Secret:
            if isinstance(value, Secret):
                return value
            if isinstance(value, str):
                return cls(value)
            raise ValueError(f"a secret stands here by reference only: {HOW}")

        return core_schema.no_info_plain_validator_function(
            make, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({'|'.join(SCHEMES)}):.+"}


def register_value(value: str) -> None:
    """Register a secret value with redaction, and the secrets inside it: URL passwords, libpq keywords, JSON leaves."""
    redaction.register(value)
    if "://" in value:
        with contextlib.suppress(ValueError):
            password = urlsplit(value).password
            if password:
                redaction.register(password)
                redaction.register(unquote(password))
    elif "password=" in value:
        with contextlib.suppress(Exception):
            import psycopg.conninfo

            redaction.register(str(psycopg.conninfo.conninfo_to_dict(value).get("password", "")))
    elif value.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            _register_leaves(json.loads(value))


def _register_leaves(value: object) -> None:
    """Register what in a JSON secret is secret: strings, but not the plain facts (`host`, `username`) beside them."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(item, str) and str(key).lower() in _PLAIN_FACTS):
                _register_leaves(item)
    elif isinstance(value, list):
        for item in value:
            _register_leaves(item)
    elif isinstance(value, str):
        register_value(value)


_PLAIN_FACTS = {
    "host", "hostname", "port", "engine", "dbname", "database", "username", "user", "region", "dbinstanceidentifier",
    "dbclusteridentifier", "masterarn", "type", "name", "description", "environment", "project_id", "client_email",
}  # fmt: skip


def _from_environment(reference: str, name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        state = "is empty" if name in os.environ else "is not set"
        raise SecretError(f"{reference}: the environment variable {name} {state}. Export it before the run")
    return value


def _from_file(reference: str, path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SecretError(
            f"{reference}: {path} can't be read: {why}. Paths are relative to the target file's folder"
        ) from None
    if not value:
        raise SecretError(f"{reference}: {path} is empty. Write the secret into it")
    return value


GetSecretString = Callable[[str], str]
"""Takes a secret's ARN or name, returns its SecretString. Raises whatever the client raises."""

_get_secret_string: GetSecretString | None = None


def fetch_aws_secrets_by(get: GetSecretString | None) -> None:
    """Fetch `aws-secret:` references by `get`, such as by the target's AWS session. None: by boto3's defaults."""
    global _get_secret_string
    _get_secret_string = get


def _from_aws(reference: str, rest: str) -> str:
    arn, _, key = rest.partition("#")
    try:
        value = (_get_secret_string or _by_default_session)(arn)
    except Exception as error:
        code = getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__)
        raise SecretError(
            f"{reference}: Secrets Manager answered {code}. Check the ARN, the region, and that the run's credentials "
            "may call secretsmanager:GetSecretValue on it"
        ) from None
    if not key:
        return value
    register_value(value)
    try:
        found = json.loads(value)[key]
    except (ValueError, KeyError, TypeError):
        raise SecretError(
            f"{reference}: the secret is not a JSON object that has {key!r}. Correct the part after #"
        ) from None
    return found if isinstance(found, str) else json.dumps(found)


def _by_default_session(arn: str) -> str:
    import boto3
    from botocore.config import Config

    from golive.guard import aws

    parts = arn.split(":")
    session = aws.guard(boto3.Session(region_name=parts[3] if arn.startswith("arn:") and len(parts) > 3 else None))
    client = session.client("secretsmanager", config=Config(connect_timeout=3, read_timeout=10))
    answer = client.get_secret_value(SecretId=arn)
    if "SecretString" not in answer:
        raise ValueError("a binary secret")
    return str(answer["SecretString"])
