"""Make the settings of a new deployment: find free ports, invent secrets, name the paths.

Ports come from a block below the kernel's ephemeral range, so that no outgoing connection takes one before a
part listens on it; a lock on the block, held as long as the supervisor lives, keeps deployments apart.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import random
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from reference import settings as s

BLOCK, FIRST, LAST = 64, 20_000, 32_000
PRODUCT_VERSIONS = {"aurastudio": "2.0.1", "seiketsu": "1.4.0"}
ACCOUNT_IDS = {"aurastudio": "111122223333", "seiketsu": "444455556666"}
CACHE_DATABASES = {"aurastudio": 0, "seiketsu": 3}
HELP_LOCALE = "en-us"
PROVIDERS = (
    "openai",
    "pinecone",
    "google",
    "deepl",
    "elevenlabs",
    "github",
    "pagerduty",
    "prometheus",
    "sentry",
    "advisories",
    "zendesk",
    "slack",
    "mailchimp",
    "statuspage",
    "typeform",
    "stripe",
    "mandrill",
    "hubspot",
)
KEY_PREFIXES = {
    "openai": "sk-",
    "pinecone": "pcsk_",
    "google": "AIza",
    "deepl": "",
    "elevenlabs": "sk_",
    "github": "ghp_",
}
NAME_SERVERS, RESOLVERS = ["127.0.0.1", "127.0.0.2"], ["127.0.0.3", "127.0.0.4", "127.0.0.5"]
QUEUES = ["analytics", "leads", "voice", "ml"]


class PortBlock:
    """A block of free ports on loopback, reserved until `release` or the end of the process."""

    def __init__(self) -> None:
        self._lock, first = self._reserve()
        self._ports = iter(range(first, first + BLOCK))

    def __next__(self) -> int:
        return next(self._ports)

    def __iter__(self) -> Iterator[int]:
        return self

    @staticmethod
    def _reserve() -> tuple[IO[str], int]:
        folder = Path(tempfile.gettempdir()) / f"golive-reference-ports-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        starts = list(range(FIRST, LAST, BLOCK))
        random.shuffle(starts)
        for first in starts:
            lock = (folder / str(first)).open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if all(_is_free(port) for port in range(first, first + BLOCK)):
                    return lock, first
            except OSError:
                pass
            lock.close()
        raise RuntimeError(f"no block of {BLOCK} free ports between {FIRST} and {LAST} on loopback")

    def release(self) -> None:
        self._lock.close()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def unprivileged_user() -> str | None:
    """The user for parts that refuse to run as root (PostgreSQL); None when this process is not root."""
    if os.getuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError(
        "running as root and there is neither a user nobody nor daemon: PostgreSQL can't run; start as another user"
    )


def _access_key() -> s.AccessKey:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return s.AccessKey(
        id="AKIA" + "".join(secrets.choice(alphabet) for _ in range(16)), secret=secrets.token_urlsafe(30)[:40]
    )


def _commit(product: str) -> str:
    return hashlib.sha256(f"{product} {PRODUCT_VERSIONS[product]}".encode()).hexdigest()[:40]


def plan(folder: Path, ports: PortBlock) -> s.Settings:
    """Settings for a new deployment in `folder` (it exists and is empty). Takes ports from `ports`; writes nothing."""
    folder = folder.resolve()
    # A unix socket's path has 107 bytes at most: a deep folder gets its sockets elsewhere.
    sockets = folder / "sockets" if len(str(folder)) < 60 else Path(tempfile.mkdtemp(prefix="golive-reference-"))
    ca_file = str(folder / "pki" / "ca.pem")
    postgres = _postgres(folder, sockets, ports)
    redis = _redis(ca_file, ports)
    control_port = next(ports)
    aws_port, simulators_port = next(ports), next(ports)
    url = f"http://{s.HOST}:{simulators_port}"
    return s.Settings(
        name=folder.name,
        folder=str(folder),
        socket_folder=str(sockets),
        user=unprivileged_user(),
        ca_file=ca_file,
        certificate_file=str(folder / "pki" / "server.pem"),
        key_file=str(folder / "pki" / "server.key"),
        control_url=f"http://{s.HOST}:{control_port}",
        control_port=control_port,
        control_token=secrets.token_urlsafe(24),
        secret_seed=secrets.token_urlsafe(32),
        controller_metrics_port=next(ports),
        metadata_port=next(ports),
        nginx_access_log=str(folder / "logs" / "nginx-access.jsonl"),
        postgres=postgres,
        redis=redis,
        celery=s.Celery(
            broker_url=redis.queue_url(1), result_backend=redis.queue_url(2), queues=QUEUES, metrics_port=next(ports)
        ),
        aws=s.Aws(
            endpoint_url=f"http://{s.HOST}:{aws_port}",
            port=aws_port,
            region=s.REGION,
            accounts={
                product: s.Account(
                    id=number,
                    region=s.REGION,
                    keys={holder: _access_key() for holder in ("admin", "app", "reader")},
                )
                for product, number in ACCOUNT_IDS.items()
            },
        ),
        dns=s.Dns(port=next(ports), name_servers=NAME_SERVERS, resolvers=RESOLVERS),
        simulators=s.Simulators(
            url=url,
            port=simulators_port,
            providers={
                name: s.Provider(base_url=f"{url}/{name}", key=KEY_PREFIXES.get(name, "") + secrets.token_hex(20))
                for name in PROVIDERS
            },
        ),
        products={
            name: _product(name, folder, ca_file, postgres, redis, ports).model_copy(
                update={"help_url": f"{url}/zendesk/{name}/hc/{HELP_LOCALE}"}
            )
            for name in s.PRODUCTS
        },
    )


def _postgres(folder: Path, sockets: Path, ports: PortBlock) -> s.PostgresServer:
    return s.PostgresServer(
        superuser="postgres",
        superuser_password=secrets.token_urlsafe(24),
        replication_role="replicator",
        replication_password=secrets.token_urlsafe(24),
        port=next(ports),
        replica_port=next(ports),
        data_folder=str(folder / "postgres" / "primary"),
        replica_data_folder=str(folder / "postgres" / "replica"),
        socket_folder=str(sockets / "primary"),
        replica_socket_folder=str(sockets / "replica"),
        archive_folder=str(folder / "postgres" / "archive"),
        backup_folder=str(folder / "postgres" / "backups"),
    )


def _redis(ca_file: str, ports: PortBlock) -> s.Redis:
    def nodes(kind: str) -> list[s.RedisNode]:
        return [s.RedisNode(name=f"{kind}-{number}", port=next(ports), tls_port=next(ports)) for number in (1, 2, 3)]

    return s.Redis(
        host=s.HOST,
        port=next(ports),
        plain_port=next(ports),
        password=secrets.token_urlsafe(24),
        reader_user="reader",
        reader_password=secrets.token_urlsafe(24),
        app_user="application",
        app_password=secrets.token_urlsafe(24),
        primary_name="reference",
        nodes=nodes("redis"),
        sentinels=nodes("sentinel"),
        sentinel_password=secrets.token_urlsafe(24),
        queue=s.RedisNode(name="redis-queue", port=next(ports), tls_port=next(ports)),
        ca_file=ca_file,
    )


def _product(
    name: str, folder: Path, ca_file: str, postgres: s.PostgresServer, redis: s.Redis, ports: PortBlock
) -> s.Product:
    listeners = {key: next(ports) for key in ("api", "api_http", "web", "web_http", "assets", "assets_http")}
    instances = [
        s.Instance(id=f"{name}-{number}", url=f"http://{s.HOST}:{port}", port=port, database_port=next(ports))
        for number, port in ((number, next(ports)) for number in (1, 2, 3, 4))
    ]
    database = CACHE_DATABASES[name]
    return s.Product(
        name=name,
        release=s.Release(version=PRODUCT_VERSIONS[name], commit=_commit(name)),
        api_url=f"https://{s.HOST}:{listeners['api']}",
        api_http_url=f"http://{s.HOST}:{listeners['api_http']}",
        web_url=f"https://{s.HOST}:{listeners['web']}",
        web_http_url=f"http://{s.HOST}:{listeners['web_http']}",
        assets_url=f"https://{s.HOST}:{listeners['assets']}",
        assets_http_url=f"http://{s.HOST}:{listeners['assets_http']}",
        assets_host=f"assets.{name}.test",
        web_folder=str(folder / "web" / name),
        instances=instances[:2],
        spares=instances[2:],
        database=s.Database(
            name=name,
            host=s.HOST,
            port=postgres.port,
            replica_port=postgres.replica_port,
            ca_file=ca_file,
            owner_role=f"{name}_owner",
            app_role=f"{name}_app",
            reader_role=f"{name}_reader",
            passwords={kind: secrets.token_urlsafe(24) for kind in ("app", "reader", "backup")},
            socket_folder=postgres.socket_folder,
            replica_socket_folder=postgres.replica_socket_folder,
        ),
        cache_database=database,
        cache_url=redis.url(database),
        jwt_secret=secrets.token_urlsafe(48),
        environment="production",
    )
