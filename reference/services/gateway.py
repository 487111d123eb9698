"""TLS in front of PostgreSQL and Redis, and the proof that a client gets through it."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis

from reference.redis_primary import follow_file
from reference.services.nginx import Nginx
from reference.services.part import Probed
from reference.settings import Settings

TIERS = {"api": "127.0.1.1", "web": "127.0.1.2", "worker": "127.0.1.3"}
"""The address from which a part of the tier connects when paths are tried; the parts' own work comes from 127.0.0.1."""


def barred(settings: Settings) -> dict[str, list[int]]:
    """Tier to the ports of the gateway at which it is refused."""
    postgres, redis = settings.postgres, settings.redis
    stores = [postgres.port, postgres.replica_port, redis.port, *(n.tls_port for n in (*redis.nodes, redis.queue))]
    hidden = [settings.metadata_port]
    return {"api": hidden, "worker": hidden, "web": [*stores, *hidden]}


class Gateway(Nginx):
    """TLS in front of PostgreSQL and Redis, and the network's rules on who may come there."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.isolated: list[int] = []
        self.admitted: list[tuple[str, int]] = []

    def defaults(self) -> dict[str, Any]:
        return {
            **super().defaults(),
            # Where the writer's endpoint leads; a fault has it lead to the replica, as a stale DNS name would.
            "postgres_sockets": self.settings.postgres.socket_folder,
            "forged": {},  # hop (`postgres`, `redis`) to the certificate that an impostor shows; its key lies beside it
        }

    @property
    def address(self) -> str:
        return f"TLS in front of PostgreSQL and Redis, {self.settings.host}"

    def prepare(self) -> None:
        super().prepare()
        follow_file(self.folder.parent).write_text(f"127.0.0.1:{self.settings.redis.nodes[0].port}\n")
        self._write_rules()
        for name, file in (("primary.js", follow_file(self.folder.parent)), ("isolation.js", self.isolated_file)):
            script = self.folder / name
            text = (Path(__file__).parent / "templates" / name).read_text()
            script.write_text(text.replace("FILE", str(file)))
            for path in (script, file):
                path.chmod(0o644)

    @property
    def isolated_file(self) -> Path:
        """Rules, one a line, for whom no connection is taken: a port, or an address and a port."""
        return self.folder / "isolated"

    def isolate(self, ports: Iterable[int]) -> None:
        """From now on new connections at these ports are refused, whoever asks."""
        self.isolated = sorted(ports)
        self._write_rules()

    @contextmanager
    def admitting(self, tier: str, port: int) -> Iterator[None]:
        """Inside the block connections from a tier are taken at a port at which they are refused in health."""
        self.admitted.append((tier, port))
        self._write_rules()
        try:
            yield
        finally:
            self.admitted.remove((tier, port))
            self._write_rules()

    def _write_rules(self) -> None:
        rules = [str(port) for port in self.isolated]
        for tier, ports in barred(self.settings).items():
            rules += [f"{TIERS[tier]} {port}" for port in ports if (tier, port) not in self.admitted]
        partial = self.isolated_file.with_suffix(".partial")
        partial.write_text("".join(f"{rule}\n" for rule in rules))
        partial.chmod(0o644)
        partial.rename(self.isolated_file)

    def probe(self) -> None:
        """Ready when every listener accepts; that TLS and what is behind it work is for `DataPath` to prove."""
        postgres, redis = self.settings.postgres, self.settings.redis
        nodes = [*redis.nodes, *redis.sentinels, redis.queue]
        for port in (
            postgres.port,
            postgres.replica_port,
            redis.port,
            *(node.tls_port for node in nodes),
        ):
            socket.create_connection(("127.0.0.1", port), timeout=2).close()


class DataPath(Probed):
    """No process of its own: proves the way a client goes, TLS to the roles' sessions and the Redis primary."""

    needs = ("gateway", "postgres", "replica", "redis", "queue")

    def probe(self) -> None:
        for product in self.settings.products.values():
            for kind in ("app", "reader"):
                for replica in (False, True):
                    with psycopg.connect(product.database.dsn(kind, replica=replica), connect_timeout=5) as connection:
                        connection.execute("select 1")
            for url in (product.cache_url, self.settings.celery.broker_url):
                with redis.Redis.from_url(url, socket_timeout=3) as client:
                    client.ping()
        settings = self.settings.redis
        tls: dict[str, Any] = {"ssl": True, "ssl_ca_certs": settings.ca_file, "socket_timeout": 3}
        ways: list[tuple[int, str | None, str]] = [(settings.port, settings.reader_user, settings.reader_password)]
        ways += [(node.tls_port, None, settings.password) for node in settings.nodes]
        ways += [(node.tls_port, None, settings.sentinel_password) for node in settings.sentinels]
        for port, user, password in ways:
            with redis.Redis(settings.host, port, username=user, password=password, **tls) as client:
                client.ping()

    @property
    def address(self) -> str:
        return "log-ins through TLS as app and reader, PING"
