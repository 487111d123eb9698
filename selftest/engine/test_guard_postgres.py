"""Nothing that changes a database leaves a check that only reads; and what gets past the parser, the server refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from golive import redaction
from golive.guard import effect
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.guard.postgres import GuardedConnection, connect
from golive.guard.sql import what_it_does
from golive.verdict import Refused, Unobservable
from selftest.engine.postgres_server import postgres_server

READS = [
    "select 1",
    "select count(*), max(pg_database_size(oid)) from pg_database",
    "with recent as (select * from things) select * from recent where id = $1",
    "values (1), (2)",
    "table things",
    "explain insert into things values (1)",
    "explain (analyze, buffers) select * from things",
    "explain (analyze false) delete from things",
    "show server_version",
    "set local app.organization_id = '7'",
    "set role reader",
    "set statement_timeout = '3s'",
    "set enable_seqscan = off",
    "select set_config('app.organization_id', '7', true)",
    "begin read only",
    "begin; select 1; commit",
    "rollback",
    "savepoint x",
    "copy (select 1) to stdout",
    "declare c cursor for select * from things",
    "fetch 10 from c",
    "prepare p as select 1",
    "select now(), random(), gen_random_uuid(), pg_is_in_recovery(), pg_current_wal_lsn()",
    "select embedding <=> $1::vector from things order by 1 limit 5",
    "select 'insert into things values (1)' -- insert",
]
WRITES = [
    "insert into things values (1)",
    "update things set id = 2",
    "delete from things",
    "merge into things using other on true when matched then delete",
    "truncate things",
    "create table x (id int)",
    "create temporary table x (id int)",
    "drop table things",
    "alter table things add x int",
    "grant all on things to public",
    "with gone as (delete from things returning id) select * from gone",
    "select 1; delete from things",
    "select * into x from things",
    "create table x as select 1",
    "select * from things for update",
    "explain analyze delete from things",
    "explain (analyze) insert into things values (1)",
    "prepare p as delete from things",
    "begin read write",
    "set transaction read write",
    "set session characteristics as transaction read write",
    "set default_transaction_read_only = off",
    "set local transaction_read_only to off",
    "reset default_transaction_read_only",
    "reset all",
    "discard all",
    "set session_replication_role = replica",
    "set session authorization postgres",
    "select set_config('default_transaction_read_only', 'off', false)",
    "select set_config('transaction_' || 'read_only', 'off', false)",
    "select pg_catalog.set_config($1, 'off', false)",
    "copy things from stdin",
    "select nextval('s')",
    "select setval('s', 1)",
    "select lo_create(0)",
    "select lo_import('/etc/passwd')",
    "select pg_advisory_lock(1)",
    "select * from dblink('dbname=x', 'delete from things') as t(i int)",
    "select dblink_exec('dbname=x', 'delete from things')",
    "select pg_read_file('postgresql.conf')",
    "select pg_notify('c', 'x')",
    "notify c",
    "listen c",
    "select query_to_xml('select pg_reload_conf()', true, true, '')",
    "select pg_logical_slot_get_changes('s', null, null)",
    "select pg_create_physical_replication_slot('s')",
    "do $$ begin delete from things; end $$",
    "call anything()",
    "refresh materialized view v",
    "analyze things",
    "vacuum",
    "prepare transaction 'x'",
    "commit prepared 'x'",
    "select 1 +",
]
DISRUPTS = [
    "select pg_terminate_backend(1)",
    "select pg_terminate_backend(pid) from pg_stat_activity",
    "select PG_CATALOG.Pg_Cancel_Backend(1)",
    'select "pg_reload_conf"()',
    "select pg_promote()",
    "select pg_switch_wal()",
    "select pg_stat_reset()",
    "select pg_stat_statements_reset()",
    "select 1 where exists (select pg_drop_replication_slot('s'))",
    "copy things to program 'sh'",
    "copy things from program 'sh'",
    "copy things to '/tmp/x'",
    "alter system set work_mem = '1MB'",
    "checkpoint",
    "lock table things",
    "reindex table things",
]


@pytest.mark.parametrize("text", READS)
def test_reads(text: str) -> None:
    assert what_it_does(text).effect is Effect.READS


@pytest.mark.parametrize("text", WRITES)
def test_writes(text: str) -> None:
    assert what_it_does(text).effect is Effect.WRITES


@pytest.mark.parametrize("text", DISRUPTS)
def test_disruptions(text: str) -> None:
    assert what_it_does(text).effect is Effect.DISRUPTS


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server with a table; the DSN of its superuser."""
    with postgres_server() as dsn:
        with psycopg.connect(dsn, autocommit=True) as db:
            db.execute("create table things (id int)")
            db.execute("create function harmless() returns int stable language sql as 'select 1'")
            db.execute("create function sly() returns bool language sql as 'select pg_reload_conf()' security definer")
        yield dsn


@pytest.fixture(autouse=True)
def _reading() -> Iterator[None]:
    effect.restore()
    calls.clear()
    yield
    effect.restore()
    redaction.forget_all()


@pytest.fixture
def db(server: str) -> Iterator[GuardedConnection[Any]]:
    with connect(server) as connection:
        yield connection


def _rows(server: str) -> int:
    with psycopg.connect(server, autocommit=True) as plain:
        row = plain.execute("select count(*) from things").fetchone()
        assert row is not None
        return int(row[0])


def test_every_door_of_a_connection_refuses(db: GuardedConnection[Any], server: str) -> None:
    write = "insert into things values (1)"
    doors = [
        lambda: db.execute(write),
        lambda: db.execute(write.encode()),
        lambda: db.execute(sql.SQL("insert into {} values (%s)").format(sql.Identifier("things")), [1]),
        lambda: db.execute("insert into things values (%(id)s)", {"id": 1}),
        lambda: db.cursor().execute(write),
        lambda: db.cursor().executemany("insert into things values (%s)", [[1], [2]]),
        lambda: list(db.cursor().stream(write)),
        lambda: db.cursor().copy("copy things from stdin").__enter__(),
        lambda: db.cursor("named").execute(write + " returning id"),
        lambda: setattr(db, "read_only", False),
    ]
    before = calls.total()
    for door in doors:
        with pytest.raises(Refused):
            door()
    assert calls.total() == before
    assert _rows(server) == 0


def test_the_server_refuses_what_gets_past_the_parser(db: GuardedConnection[Any], server: str) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        psycopg.Cursor(db).execute("insert into things values (1)")
    assert _rows(server) == 0


@pytest.mark.parametrize("autocommit", [True, False])
@pytest.mark.parametrize("pooled", [False, True])
def test_reading_works_and_writing_only_while_allowed(server: str, autocommit: bool, pooled: bool) -> None:
    with connect(server, autocommit=autocommit, pooled=pooled) as db:
        assert db.execute("select %s::int", [7]).fetchone() == (7,)
        if not db.autocommit:
            db.rollback()
        with effect.allow(Effect.WRITES):
            db.execute("insert into things values (1)")
            assert db.execute("delete from things returning id").fetchall() == [(1,)]
            with pytest.raises(Refused, match="pg_reload_conf"):
                db.execute("select pg_reload_conf()")
            db.commit()
        with pytest.raises(Refused):
            db.execute("insert into things values (1)")
        assert db.execute("show transaction_read_only").fetchone() == ("on",)
    assert _rows(server) == 0


def test_the_product_s_own_functions_are_refused_unless_declared_stable(db: GuardedConnection[Any]) -> None:
    assert db.execute("select harmless()").fetchone() == (1,)
    with pytest.raises(Refused, match="sly"):
        db.execute("select sly()")


def test_statements_have_a_time_out(server: str) -> None:
    with connect(server, statement_timeout=0.2) as db, pytest.raises(psycopg.errors.QueryCanceled):
        db.execute("select pg_sleep(5)")


def test_the_session_says_who_it_is(db: GuardedConnection[Any]) -> None:
    assert db.execute("show application_name").fetchone() == ("golive",)


def test_no_connection_is_unobservable_and_shows_no_password() -> None:
    with pytest.raises(Unobservable, match=r"no connection to PostgreSQL at 127.0.0.1:1") as error:
        connect("postgresql://app:quartz-lantern@127.0.0.1:1/x")
    assert "quartz" not in str(error.value)
    with pytest.raises(psycopg.OperationalError):
        connect("postgresql://app:quartz-lantern@127.0.0.1:1/x", raw=True)
