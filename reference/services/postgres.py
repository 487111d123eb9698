"""PostgreSQL: a primary that archives its WAL, and a streaming replica. Both listen on unix sockets; nginx adds TLS."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from reference.services.part import NotReadyError, Part
from reference.services.postgres_template import BINARIES, copy_cluster, template

# Reached by unix socket (from nginx, on behalf of TLS clients): a password each, and no entry for anyone else.
HBA = """\
local replication replicator scram-sha-256
local all all scram-sha-256
"""
# Only between the start and the moment when the roles have their passwords.
HBA_SETUP = "local all postgres trust\nlocal replication replicator scram-sha-256\n"
SLOT = "replica_1"


class PostgresServer(Part):
    """What primary and replica share."""

    def configure(self, data: Path, sockets: Path, extra: dict[str, str]) -> None:
        values = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "48MB",
            "work_mem": "1MB",
            "random_page_cost": "1.1",
            "max_wal_size": "256MB",
            "min_wal_size": "32MB",
            "wal_level": "replica",
            "hot_standby": "on",
            "dynamic_shared_memory_type": "mmap",
            "password_encryption": "scram-sha-256",
            "shared_preload_libraries": "pg_stat_statements",
            "track_io_timing": "on",
            "log_line_prefix": "%m [%p] %u@%d ",
            "log_min_duration_statement": "500",
            "log_lock_waits": "on",
            "log_statement": "ddl",
            "timezone": "UTC",
            "cluster_name": self.name,
            **extra,
        }
        quoted = {name: value.replace("'", "''") for name, value in values.items()}
        (data / "postgresql.conf").write_text("".join(f"{name} = '{value}'\n" for name, value in quoted.items()))

    def template(self) -> Path:
        workshop = Path(self.settings.folder) / "postgres" / "workshop"
        if self.context.template is None:
            self.context.template = template(workshop, self.settings.user, self.context.spawner.spawn)
        return self.context.template

    def make_folder(self, path: Path) -> Path:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.settings.user:
            shutil.chown(path, self.settings.user)
        return path

    def own(self, *paths: Path) -> None:
        for path in paths:
            path.chmod(0o600)
            if self.settings.user:
                shutil.chown(path, self.settings.user)

    def describe(self, data: Path) -> None:
        self.children.clear()
        # SIGINT: fast shutdown; SIGQUIT: stop at once, what a killed supervisor leaves behind must do.
        self.child(
            [BINARIES / "postgres", "-D", data],
            user=self.settings.user,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
        )


class Primary(PostgresServer):
    @property
    def address(self) -> str:
        return f"{self.settings.host}:{self.settings.postgres.port} (TLS)"

    def prepare(self) -> None:
        postgres = self.settings.postgres
        data, sockets, archive = (
            Path(path) for path in (postgres.data_folder, postgres.socket_folder, postgres.archive_folder)
        )
        data.parent.mkdir(mode=0o711, exist_ok=True)
        sockets.parent.mkdir(mode=0o711, exist_ok=True)
        for folder in (data, sockets, archive):
            self.make_folder(folder)
        copy_cluster(self.template(), data)
        self.configure(
            data,
            sockets,
            {
                "archive_mode": "on",
                # A segment that was closed early is zeros for the most part, and must never be seen half copied.
                "archive_command": f'test ! -f "{archive}/%f" && cp --sparse=always "%p" "{archive}/%f.partial" '
                f'&& mv "{archive}/%f.partial" "{archive}/%f"',
                "archive_timeout": "60",
                "wal_keep_size": "64MB",
            },
        )
        (data / "pg_hba.conf").write_text(HBA_SETUP)
        self.own(data / "postgresql.conf", data / "pg_hba.conf")
        self.describe(data)

    def probe(self) -> None:
        with self.connect() as connection:
            connection.execute("select 1")

    def finish(self) -> None:
        postgres = self.settings.postgres
        passwords = {
            postgres.superuser: postgres.superuser_password,
            postgres.replication_role: postgres.replication_password,
        }
        for product in self.settings.products.values():
            database = product.database
            passwords |= {database.role(kind): password for kind, password in database.passwords.items()}
        with self.connect() as connection:
            connection.execute("set log_statement to none")
            for role, password in passwords.items():
                # Hashed here, so that no log and no pg_stat_statements row sees it.
                hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
                connection.execute(
                    sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(hashed))
                )
            connection.execute("select pg_create_physical_replication_slot(%s, true)", [SLOT])
            hba = Path(postgres.data_folder) / "pg_hba.conf"
            hba.write_text(HBA)
            connection.execute("select pg_reload_conf()")
            connection.execute("select pg_switch_wal()")

    @contextmanager
    def connect(self, database: str = "postgres") -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A superuser session over the socket, in autocommit; for the supervisor and the faults."""
        with psycopg.connect(
            self.settings.postgres.superuser_dsn(database), autocommit=True, connect_timeout=5
        ) as connection:
            yield connection


class Replica(PostgresServer):
    needs = ("postgres",)

    @property
    def address(self) -> str:
        return f"{self.settings.host}:{self.settings.postgres.replica_port} (TLS)"

    def prepare(self) -> None:
        postgres = self.settings.postgres
        data, sockets = Path(postgres.replica_data_folder), Path(postgres.replica_socket_folder)
        for folder in (data, sockets):
            self.make_folder(folder)
        # The primary began as this very copy, so the replica needs no base backup: it replays all WAL since.
        copy_cluster(self.template(), data)
        login = f"host='{postgres.socket_folder}' user={postgres.replication_role}"
        login += f" password='{postgres.replication_password}'"
        self.configure(
            data,
            sockets,
            {
                "primary_conninfo": f"{login} application_name={SLOT}",
                "primary_slot_name": SLOT,
                "restore_command": f'cp "{postgres.archive_folder}/%f" "%p"',
                "hot_standby_feedback": "on",
                "wal_retrieve_retry_interval": "500ms",
            },
        )
        (data / "pg_hba.conf").write_text(HBA)
        (data / "standby.signal").touch()
        self.own(data / "postgresql.conf", data / "pg_hba.conf", data / "standby.signal")
        self.describe(data)

    def probe(self) -> None:
        """Ready when it streams; this very log-in needs the passwords that came that way."""
        with psycopg.connect(
            self.settings.postgres.superuser_dsn(replica=True), autocommit=True, connect_timeout=5
        ) as connection:
            row = connection.execute("select pg_is_in_recovery(), (select status from pg_stat_wal_receiver)").fetchone()
        if row != (True, "streaming"):
            raise NotReadyError(f"in recovery, status of the WAL receiver: {row}")
