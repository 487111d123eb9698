"""A database server that is old, the wrong one, or unwell; vectors that the application can't search."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from reference.amending import amended, distorted
from reference.faults import fault
from reference.faults.schema import changed, run

if TYPE_CHECKING:
    from reference.deployment import Deployment

AURA_INSTANCE = {"DBInstanceIdentifier": "aurastudio"}
SEI_INSTANCE = {"DBInstanceIdentifier": "seiketsu-production"}
VITALS = "AURA-13.1.5"
STORES = "SEI-3.1.1.1.4"
CLASS = "SEI-1.1.1.3.1"
REPLICA = "AURA-1.1.2.4"
SERVER = "postgres:server"
NO_REPLICA = r"0 of 1 replicas stream from the primary"


def wait_for(what: str, holds: Callable[[], bool], seconds: float = 60) -> None:
    """Raises RuntimeError when it does not come to hold in time, which is long: the machine may be busy."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not after {seconds:.0f} s")
        time.sleep(0.1)


@fault(
    name="aura-database-old-engine",
    breaks="the managed database is of PostgreSQL 13, says the provider",
    fails=["AURA-1.1.2.1"],
    message=r"EngineVersion of database instance aurastudio: major version is 13",
    touches=["aws:aurastudio:rds:instance"],
)
def old_engine(deployment: Deployment) -> Iterator[None]:
    with amended(deployment, "aurastudio", "rds", "DBInstances", {"EngineVersion": "13.14"}, AURA_INSTANCE):
        yield


@fault(
    name="aura-database-endpoint-leads-to-replica",
    breaks="after a failover the writer's name leads whoever connects anew to the server that is a replica now",
    fails=["AURA-1.1.2.1", VITALS, STORES, "AURA-10.3.1.2", CLASS],
    message={
        "AURA-1.1.2.1": r"is a replica in recovery",
        CLASS: r"leads to localhost:\d+, while database instance \S+ is at localhost:\d+",
        VITALS: r"is a replica in recovery",
        STORES: r"is a replica in recovery",
        "AURA-10.3.1.2": r"it is in recovery, so it takes no writes",
    },
    touches=["*"],  # no check that writes can tell anything meanwhile
    hard=True,
)
def endpoint_leads_to_replica(deployment: Deployment) -> Iterator[None]:
    # In the target alone: the applications' pools would come over one by one, and other lines turn by chance.
    settings = deployment.settings
    databases = {product: settings.products[product].database for product in settings.products}

    def lead(replica: bool) -> None:
        for product, database in databases.items():
            for kind in ("reader", "app"):
                settings.secret_file(f"{product}/postgres/{kind}", database.dsn(kind, replica=replica))

    lead(replica=True)
    try:
        yield
    finally:
        lead(replica=False)


@fault(
    name="aura-vectors-outdated",
    breaks="the vector extension was never updated after the server was",
    fails=["AURA-1.1.2.2"],
    message=r"vector in database aurastudio .*: extension version is 0\.4\.4",
    touches=["postgres:aurastudio:extension:vector"],
)
def vectors_outdated(deployment: Deployment) -> Iterator[None]:
    with deployment.sql("aurastudio") as connection:
        row = connection.execute("select extversion from pg_extension where extname = 'vector'").fetchone()
    assert row
    set_version = "update pg_extension set extversion = '{}' where extname = 'vector'"
    with changed(deployment, "aurastudio", [set_version.format("0.4.4")], [set_version.format(row[0])]):
        yield


@fault(
    name="aura-vectors-out-of-the-applications-sight",
    breaks="the vector extension is in a schema that the reader's search_path has and the application's has not",
    fails=["AURA-1.1.2.2"],
    message=r"vector search fails: type \"vector\" does not exist",
    touches=["postgres:aurastudio:extension:vector"],
    hard=True,
)
def vectors_out_of_sight(deployment: Deployment) -> Iterator[None]:
    reader = "alter role aurastudio_reader in database aurastudio"
    there = [
        "create schema vectors",
        "grant usage on schema vectors to public",
        "alter extension vector set schema vectors",
        f"{reader} set search_path = public, vectors",
    ]
    back = [f"{reader} reset search_path", "alter extension vector set schema public", "drop schema vectors"]
    with changed(deployment, "aurastudio", there, back):
        yield


@fault(
    name="aura-vitals-no-replica-no-vacuum",
    breaks="the replica may not log in to the primary any more, and autovacuum is off",
    fails=[VITALS, STORES, REPLICA],
    message={
        VITALS: rf"{NO_REPLICA}(.|\n)*autovacuum is off",
        STORES: NO_REPLICA,
        REPLICA: NO_REPLICA,
    },
    touches=[SERVER],
)
def no_replica_no_vacuum(deployment: Deployment) -> Iterator[None]:
    role = deployment.settings.postgres.replication_role
    reload = "select pg_reload_conf()"
    ended = "select pg_terminate_backend(pid) from pg_stat_replication"
    run(deployment, "postgres", f"alter role {role} nologin", "alter system set autovacuum = off", reload, ended)
    try:
        wait_for("the replica is cut off", lambda: not _streaming(deployment))
        yield
    finally:
        run(deployment, "postgres", f"alter role {role} login", "alter system reset autovacuum", reload)
        wait_for("the replica streams again", lambda: _streaming(deployment))


def _streaming(deployment: Deployment) -> bool:
    with deployment.sql() as connection:
        row = connection.execute("select count(*) from pg_stat_replication where state = 'streaming'").fetchone()
    return row is not None and row[0] == 1


@fault(
    name="aura-vitals-corrupt-page",
    breaks="a page on the disk is not what was written: all other signs are good",
    fails=[VITALS],
    message=r"pages of scratch_copy: checksum failures is [1-9]",
    touches=["postgres:database:scratch"],
    hard=True,
)
def corrupt_page(deployment: Deployment) -> Iterator[None]:
    run(deployment, "postgres", "create database scratch")
    try:
        run(deployment, "scratch", "create table kept as select n, repeat('x', 100) from generate_series(1, 500) n")
        # A copy by files has no page in memory yet, so the next reading is of the disk.
        run(deployment, "postgres", "create database scratch_copy template scratch strategy file_copy")
        with deployment.sql("scratch_copy") as connection:
            row = connection.execute("select pg_relation_filepath('kept')").fetchone()
            assert row
            with (Path(deployment.settings.postgres.data_folder) / str(row[0])).open("r+b") as file:
                file.seek(5000)
                file.write(b"\0" * 64)
            with suppress(psycopg.errors.DataCorrupted):
                connection.execute("select count(*) from kept")
        wait_for("the failure is counted", lambda: _corrupt(deployment) > 0)
        yield
    finally:
        run(deployment, "postgres", "drop database if exists scratch_copy", "drop database if exists scratch")


def _corrupt(deployment: Deployment) -> int:
    with deployment.sql() as connection:
        row = connection.execute("select sum(checksum_failures) from pg_stat_database").fetchone()
    return int(str(row[0] or 0)) if row else 0


@fault(
    name="aura-vitals-forgotten-slot",
    breaks="a replication slot is left of a replica that is gone, and retains the log until the disk is full",
    fails=[VITALS],
    message=r"replication slot moved_away is read by nobody",
    touches=["postgres:slots"],
    hard=True,
)
def forgotten_slot(deployment: Deployment) -> Iterator[None]:
    run(deployment, "postgres", "select pg_create_physical_replication_slot('moved_away', true)")
    try:
        yield
    finally:
        run(deployment, "postgres", "select pg_drop_replication_slot('moved_away')")


@fault(
    name="sei-database-small",
    breaks="the database was made with a quarter of the agreed memory",
    fails=[CLASS],
    message=r"database instance seiketsu-production: instance class is db\.r6g\.large",
    touches=["aws:seiketsu:rds:instance"],
)
def small(deployment: Deployment) -> Iterator[None]:
    rds = deployment.aws("seiketsu", "rds")
    rds.modify_db_instance(**SEI_INSTANCE, DBInstanceClass="db.r6g.large", ApplyImmediately=True)
    try:
        yield
    finally:
        rds.modify_db_instance(**SEI_INSTANCE, DBInstanceClass="db.r6g.2xlarge", ApplyImmediately=True)


@fault(
    name="sei-database-dsn-leads-elsewhere",
    breaks="the agreed instance is there, and the application uses a second and smaller one",
    fails=[CLASS],
    message=r"\(primary as the application at .*\): leads to .*, while database instance seiketsu-production is at",
    touches=["aws:seiketsu:rds:instance"],
    hard=True,
)
def dsn_leads_elsewhere(deployment: Deployment) -> Iterator[None]:
    rds, first = deployment.aws("seiketsu", "rds"), "seiketsu-first"
    database = deployment.settings.products["seiketsu"].database
    found = rds.describe_db_instances(**SEI_INSTANCE)["DBInstances"][0]
    alike = {name: found[name] for name in ("Engine", "EngineVersion", "AllocatedStorage", "MasterUsername")}
    rds.create_db_instance(
        DBInstanceIdentifier=first,
        DBInstanceClass="db.r6g.large",
        MasterUserPassword=secrets.token_urlsafe(),
        DBSubnetGroupName=found["DBSubnetGroup"]["DBSubnetGroupName"],
        VpcSecurityGroupIds=[group["VpcSecurityGroupId"] for group in found["VpcSecurityGroups"]],
        **alike,
    )
    used = {"Endpoint.Address": database.host, "Endpoint.Port": database.port}
    unused = {"Endpoint.Address": "seiketsu-production.c1.us-east-1.rds.amazonaws.com", "Endpoint.Port": 5432}
    try:
        with (
            amended(deployment, "seiketsu", "rds", "DBInstances", used, {"DBInstanceIdentifier": first}),
            amended(deployment, "seiketsu", "rds", "DBInstances", unused, SEI_INSTANCE),
        ):
            yield
    finally:
        rds.delete_db_instance(DBInstanceIdentifier=first, SkipFinalSnapshot=True)


@fault(
    name="sei-database-change-pending",
    breaks="a smaller class waits for the next maintenance window",
    fails=[CLASS],
    message=r"pending modifications is 1.*DBInstanceClass to db\.r6g\.large",
    touches=["aws:seiketsu:rds:instance"],
    hard=True,
)
def change_pending(deployment: Deployment) -> Iterator[None]:
    waiting = {"PendingModifiedValues": {"DBInstanceClass": "db.r6g.large"}}
    with amended(deployment, "seiketsu", "rds", "DBInstances", waiting, SEI_INSTANCE):
        yield


@fault(
    name="sei-stores-sessions-read-only",
    breaks="the application's new sessions begin read only",
    fails=[STORES],
    message=r"new sessions have default_transaction_read_only on",
    touches=["postgres:seiketsu:role:app"],
)
def sessions_read_only(deployment: Deployment) -> Iterator[None]:
    role, since = "alter role seiketsu_app in database seiketsu", datetime.now(UTC).isoformat()
    run(deployment, "seiketsu", f"{role} set default_transaction_read_only = on")
    try:
        yield
    finally:
        made = f"usename = 'seiketsu_app' and backend_start > '{since}'"
        ended = f"select pg_terminate_backend(pid) from pg_stat_activity where {made}"  # noqa: S608
        run(deployment, "seiketsu", f"{role} reset default_transaction_read_only", ended)


@fault(
    name="sei-stores-disk-nearly-full",
    breaks="three percent of the database's storage are free: it still takes writes",
    fails=[STORES, "SEI-3.1.1.3.3"],
    message={
        STORES: r"database instance seiketsu-production: free disk is \d(\.\d+)? percent",
        "SEI-3.1.1.3.3": r"database instance seiketsu-production: disk is 97 percent",
    },
    touches=["aws:seiketsu:series:free-storage"],
    hard=True,
)
def disk_nearly_full(deployment: Deployment) -> Iterator[None]:
    pattern = f"AWS/RDS/FreeStorageSpace?{SEI_INSTANCE['DBInstanceIdentifier']}"
    with distorted(deployment, "seiketsu", pattern, "set", value=0.03 * 1000 * 2**30, since=3600):
        yield
