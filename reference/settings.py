"""What every part of one reference deployment must know: ports, addresses, passwords, paths.

The supervisor makes one `Settings`, writes it to `<folder>/settings.json` (mode 0600) and starts each part with its
path in `REFERENCE_SETTINGS`; parts read it with `Settings.load()`. Every secret is made for the one deployment.

    settings.products["aurastudio"].api_url                 https://localhost:21010   (through nginx)
    settings.products["aurastudio"].database.dsn("app")     TLS, verified; roles owner (no login), app, reader
    settings.products["seiketsu"].cache_url                 rediss://..., the product's database on the primary endpoint
    settings.app_environment("aurastudio", "aurastudio-1")  the environment of that process, in the product's own names
    settings.secret("aurastudio/identity/alice")            a secret by name, the same in all processes of a deployment
    settings.secret_file("aurastudio/identity/alice")       the same in a file, to refer to it as `file:PATH`

Hooks: `reference.schema.seed.seed(settings)` is called once when the databases take connections, before any application
starts (rows that hold this deployment's secrets); `reference.describe.target_toml(settings) -> str` at the end, if it
exists. The files `reference/schema/<product>/*.sql` run in name order, by psql as superuser, in that product's database
(`schema/*.sql` in database postgres). The roles of `Database` exist by then, without passwords, which the supervisor
sets when the server has started.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

ENVIRONMENT_NAME = "REFERENCE_SETTINGS"
SETTINGS_FILE = "settings.json"
STATE_FILE = "state.json"
PRODUCTS = ("aurastudio", "seiketsu")
REGION = "us-east-1"
HOST = "localhost"


class Model(BaseModel):
    """Immutable, and strict about names: a misspelt key in settings.json is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Release(Model):
    """The running release: `version` is semantic, `commit` 40 hex digits."""

    version: str
    commit: str


class Instance(Model):
    """One application process, addressed past the load balancer: `url` is plain http on loopback.

    `database_port`: where PostgreSQL's writer is for this process alone, so that it can be cut off by itself.
    """

    id: str
    url: str
    port: int
    database_port: int


class Database(Model):
    """One product's database. `passwords` by role kind: `app` (row security applies), `reader` (the catalogue),
    `backup` (sees every row and changes none)."""

    name: str
    host: str
    port: int
    replica_port: int
    ca_file: str
    owner_role: str
    app_role: str
    reader_role: str
    passwords: dict[str, str]
    socket_folder: str
    replica_socket_folder: str

    def role(self, kind: str) -> str:
        named = {"owner": self.owner_role, "app": self.app_role, "reader": self.reader_role}
        return {**named, "backup": f"{self.name}_backup"}[kind]

    def dsn(self, kind: str = "app", replica: bool = False, port: int | None = None) -> str:
        """libpq URL over TLS with the server's name verified. `kind`: a key of `passwords`."""
        port = port or (self.replica_port if replica else self.port)
        return (
            f"postgresql://{self.role(kind)}:{quote(self.passwords[kind])}@{self.host}:{port}/{self.name}"
            f"?sslmode=verify-full&sslnegotiation=direct&sslrootcert={quote(self.ca_file)}"
        )


class PostgresServer(Model):
    """Both servers listen on unix sockets only; nginx ends TLS on `port` and `replica_port`."""

    superuser: str
    superuser_password: str
    replication_role: str
    replication_password: str
    port: int
    replica_port: int
    data_folder: str
    replica_data_folder: str
    socket_folder: str
    replica_socket_folder: str
    archive_folder: str
    backup_folder: str

    def superuser_dsn(self, database: str = "postgres", replica: bool = False) -> str:
        """For the supervisor and the faults alone; over the unix socket."""
        folder = self.replica_socket_folder if replica else self.socket_folder
        login = f"{self.superuser}:{quote(self.superuser_password)}"
        return f"postgresql://{login}@/{database}?host={quote(folder, safe='')}"


class RedisNode(Model):
    """`port` is plain and stays on loopback between nodes and Sentinels; clients use `tls_port`."""

    name: str
    port: int
    tls_port: int


class Redis(Model):
    """`port` is the TLS endpoint that follows the primary over failovers. The queue has an instance of its own: what
    waits in it may not be evicted like a cache's values."""

    host: str
    port: int
    plain_port: int = Field(description="where nothing listens: no client needs Redis without TLS")
    password: str
    reader_user: str
    reader_password: str
    app_user: str
    app_password: str
    primary_name: str
    nodes: list[RedisNode]
    sentinels: list[RedisNode]
    sentinel_password: str
    queue: RedisNode
    ca_file: str

    def url(self, database: int, user: str = "app", port: int | None = None) -> str:
        """`user`: `app` (the products), `reader` (Golive), `operator` (all rights)."""
        name, password = {
            "app": (self.app_user, self.app_password),
            "reader": (self.reader_user, self.reader_password),
            "operator": ("", self.password),
        }[user]
        tls = f"ssl_cert_reqs=required&ssl_ca_certs={quote(self.ca_file)}"
        return f"rediss://{name}:{quote(password)}@{self.host}:{port or self.port}/{database}?{tls}"

    def queue_url(self, database: int, user: str = "app") -> str:
        return self.url(database, user, self.queue.tls_port)


class AccessKey(Model):
    id: str
    secret: str


class Account(Model):
    """One AWS account; `keys` by holder: `admin` (seeds, faults), `app` (the product), `reader` (Golive)."""

    id: str
    region: str
    keys: dict[str, AccessKey]


class Aws(Model):
    """The AWS server over HTTP; `accounts` by product."""

    endpoint_url: str
    port: int
    region: str
    accounts: dict[str, Account]


class Provider(Model):
    """One third party: its base URL on the simulators' server, and the key that it accepts."""

    base_url: str
    key: str


class Simulators(Model):
    url: str
    port: int
    providers: dict[str, Provider]

    def __getitem__(self, name: str) -> Provider:
        return self.providers[name]


class Dns(Model):
    """Servers of the product domains' zones and resolvers, by address; all on one port, UDP and TCP."""

    port: int
    name_servers: list[str]
    resolvers: list[str]


class Product(Model):
    """One product. `*_url` is TLS through nginx, `*_http_url` the plain listener that redirects."""

    name: str
    release: Release
    api_url: str
    api_http_url: str
    web_url: str
    web_http_url: str
    assets_url: str
    assets_http_url: str
    assets_host: str = Field(description="the name that the content network knows the assets by")
    web_folder: str
    help_url: str = Field(default="", description="the help centre's first page, at the help desk's provider")
    instances: list[Instance]
    spares: list[Instance] = Field(description="places for what scaling starts")
    database: Database
    cache_database: int
    cache_url: str
    jwt_secret: str
    environment: str


class Celery(Model):
    broker_url: str
    result_backend: str
    queues: list[str]
    metrics_port: int
    spares: list[str] = Field(default=["worker-3", "worker-4"], description="workers that scaling may start")


class Settings(Model):
    """Everything. Times in seconds, paths absolute, URLs without a slash at the end."""

    name: str
    folder: str
    socket_folder: str
    user: str | None = Field(description="unprivileged user for the parts that refuse root; None when not root")
    ca_file: str
    certificate_file: str
    key_file: str
    host: str = HOST
    control_url: str
    control_port: int
    control_token: str
    secret_seed: str
    controller_metrics_port: int
    metadata_port: int = Field(description="a stand-in for the metadata service of a host, which no part may reach")
    nginx_access_log: str
    postgres: PostgresServer
    redis: Redis
    celery: Celery
    aws: Aws
    dns: Dns
    simulators: Simulators
    products: dict[str, Product]

    @property
    def path(self) -> Path:
        return Path(self.folder) / SETTINGS_FILE

    def part_folder(self, part: str) -> Path:
        return Path(self.folder) / part

    def log_file(self, part: str) -> Path:
        """Standard output and error of a part, such as `aurastudio-1`, `worker`, `nginx`, `postgres`."""
        return Path(self.folder) / "logs" / f"{part}.log"

    def secret(self, name: str, length: int = 32) -> str:
        """A secret of up to 43 url-safe characters that belongs to this name in this deployment."""
        digest = hmac.new(self.secret_seed.encode(), name.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")[:length]

    def secret_file(self, name: str, value: str | None = None) -> Path:
        """Write the secret (or `value`, such as a DSN) to a file of mode 0600 and return its path."""
        path = Path(self.folder) / "secrets" / re.sub(r"[^A-Za-z0-9_.-]+", "-", name)
        content = self.secret(name) if value is None else value
        if not path.exists() or path.read_text() != content:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(content)
        return path

    def app_environment(self, product: str, instance: str) -> dict[str, str]:
        """The environment of one process of a product (an API instance, the worker, the beat)."""
        from reference.environment import app_environment

        return app_environment(self, product, instance)

    def process_environment(self) -> dict[str, str]:
        """What every Python part gets: where the settings are, and nothing that points outside the deployment."""
        return {ENVIRONMENT_NAME: str(self.path), "GOLIVE_CA_FILE": self.ca_file, "PYTHONUNBUFFERED": "1"}

    def save(self) -> None:
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self.model_dump_json(indent=2))

    @classmethod
    def load(cls, path: str | Path | None = None) -> Self:
        """Read a file (default: the one in `REFERENCE_SETTINGS`). Raises KeyError, OSError, ValidationError."""
        return cls.model_validate_json(Path(path or os.environ[ENVIRONMENT_NAME]).read_bytes())
