"""Says what an SQL text does, by PostgreSQL's own parser (pglast): reads, writes or disrupts.

A read only session stops changes of tables, but not of all else: `pg_terminate_backend`, `pg_advisory_lock`, `COPY ...
TO PROGRAM`, `SET default_transaction_read_only = off` run in it. Volatility does not tell either (`now()` is not
volatile, `random()` is). So statements are on a list of those that read, settings on a list of those that are harmless,
and functions of PostgreSQL that do more than compute are on a list of those that do not. Functions of the product are
judged by the session, which can look them up (`golive.guard.postgres`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pglast.parser import ParseError, parse_sql_json

from golive.guard.effect import Effect

_READING_STATEMENTS = {
    "SelectStmt", "ExplainStmt", "VariableShowStmt", "VariableSetStmt", "TransactionStmt", "DeclareCursorStmt",
    "FetchStmt", "ClosePortalStmt", "CopyStmt", "PrepareStmt", "ExecuteStmt", "DeallocateStmt",
}  # fmt: skip
_DISRUPTING_STATEMENTS = {
    "AlterSystemStmt", "CheckPointStmt", "DropdbStmt", "AlterDatabaseStmt", "ReindexStmt", "LockStmt", "LoadStmt",
    "DropRoleStmt", "DropTableSpaceStmt", "AlterSubscriptionStmt", "DropSubscriptionStmt",
}  # fmt: skip
_HARMLESS_SETTINGS = re.compile(
    r"(?:search_path|timezone|datestyle|intervalstyle|bytea_output|extra_float_digits|row_security|role|statement_timeout"
    r"|lock_timeout|idle_in_transaction_session_timeout|client_min_messages|application_name|work_mem|jit|plan_cache_mode"
    r"|enable_[a-z_]+|[a-z_]*_cost|max_parallel_workers_per_gather|transaction_isolation|transaction_deferrable"
    r"|constraint_exclusion|(?!pg_|session_preload|dblink|cron|auto_explain|plpgsql|pgaudit)[a-z_][a-z0-9_]*\.[a-z0-9_.]+)"
)
"""Settings of a session that neither change data nor lift the read only mode; those with a dot are the product's."""

_DISRUPTING_FUNCTIONS = re.compile(
    r"pg_(?:terminate_backend|cancel_backend|reload_conf|rotate_logfile.*|promote|switch_(?:wal|xlog)|wal_replay_\w+"
    r"|create_restore_point|backup_(?:start|stop)|(?:start|stop)_backup|drop_replication_slot|replication_\w+"
    r"|buffercache_evict\w*|log_backend_memory_contexts|stat_reset\w*|replication_slot_advance|sync_replication_slots)"
    r"|pg_stat_statements_reset|pg_wal_replay_\w+"
)
_WRITING_FUNCTIONS = re.compile(
    r"nextval|setval|lo_\w+|lowrite|lo(?:_)?unlink|pg_notify|pg_(?:try_)?advisory_\w+|dblink\w*|pg_file_\w+"
    r"|pg_read_(?:binary_)?file\w*|pg_logical_slot_get_\w+|pg_logical_emit_message"
    r"|pg_create_(?:physical|logical)_replication_slot|pg_copy_(?:physical|logical)_replication_slot|pg_export_snapshot"
    r"|pg_import_system_collations|pg_extension_config_dump|pg_(?:restore|clear)_\w*stats|pg_set_\w*stats|brin_\w*summarize\w*"
    r"|gin_clean_pending_list|pg_prewarm|autoprewarm\w*|pg_truncate_visibility_map|heap_force_\w+|pg_nextoid"
    r"|query_to_xml\w*|cursor_to_xml\w*|crosstab\w*|connectby|xpath_table|ts_stat|ts_rewrite|pg_drop_\w+"
    r"|http_(?:get|post|put|patch|delete|head)|http|set_curlopt|pg_stat_force_next_flush|pg_rotate_\w+|currval_or_next"
)
_WRITING_SCHEMAS = {"dblink", "cron", "net", "aws_s3", "aws_lambda", "aws_commons", "http", "partman", "vault", "pgmq"}


@dataclass(frozen=True, slots=True)
class Doing:
    """What an SQL text does: the least effect that covers it, the part that needs it, and the functions it calls."""

    effect: Effect
    what: str
    functions: frozenset[str]


@lru_cache(maxsize=2048)
def what_it_does(sql: str) -> Doing:
    """Judge an SQL text (one or several statements, parameters as `$1`).

    Text that PostgreSQL's grammar does not know is taken for a write, since it can't be shown to only read.
    """
    try:
        tree = json.loads(parse_sql_json(sql))
    except ParseError as error:
        return Doing(Effect.WRITES, f"SQL that can't be parsed ({error.args[0]})", frozenset())
    effect, what = Effect.READS, ""
    functions: set[str] = set()
    for found, name in _walk(tree.get("stmts", []), functions):
        if found > effect:
            effect, what = found, name
    return Doing(effect, what, frozenset(functions))


def _walk(node: Any, functions: set[str]) -> Iterator[tuple[Effect, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, functions)
        return
    if not isinstance(node, dict):
        return
    for kind, value in node.items():
        if kind == "intoClause":
            yield Effect.WRITES, "SELECT INTO"
        elif kind == "lockingClause":
            yield Effect.WRITES, "SELECT ... FOR UPDATE or SHARE"
        elif kind == "FuncCall":
            yield _function(value, functions)
        elif kind.endswith("Stmt") and isinstance(value, dict):
            yield _statement(kind, value)
            if kind == "ExplainStmt" and not _analyzes(value):
                continue  # planned, not run
        yield from _walk(value, functions)


def _statement(kind: str, node: dict[str, Any]) -> tuple[Effect, str]:
    words = "SQL " + re.sub(r"(?<!^)(?=[A-Z])", " ", kind.removesuffix("Stmt")).upper()
    if kind in _DISRUPTING_STATEMENTS:
        return Effect.DISRUPTS, words
    if kind not in _READING_STATEMENTS:
        return Effect.WRITES, words
    if kind == "VariableSetStmt" and not _harmless_setting(node):
        return Effect.WRITES, f"SQL SET {node.get('name', 'ALL')}"
    if kind == "TransactionStmt" and (_reads_and_writes(node.get("options", [])) or "PREPARE" in node["kind"]):
        return Effect.WRITES, "SQL of a transaction that writes"
    if kind == "CopyStmt":
        if node.get("is_program") or node.get("filename"):
            return Effect.DISRUPTS, "SQL COPY with a program or a file of the server"
        if node.get("is_from"):
            return Effect.WRITES, "SQL COPY FROM"
    return Effect.READS, ""


def _harmless_setting(node: dict[str, Any]) -> bool:
    kind, name = node["kind"], str(node.get("name", "")).lower()
    if kind == "VAR_SET_MULTI":
        return not _reads_and_writes(node.get("args", []))
    return kind != "VAR_RESET_ALL" and _HARMLESS_SETTINGS.fullmatch(name) is not None


def _reads_and_writes(options: list[dict[str, Any]]) -> bool:
    """Whether transaction options ask for READ WRITE, or import a snapshot."""
    for option in options:
        element = option.get("DefElem", {})
        if element.get("defname") == "transaction_read_only" and not element["arg"]["A_Const"].get("ival"):
            return True
    return False


def _analyzes(node: dict[str, Any]) -> bool:
    for option in node.get("options", []):
        element = option.get("DefElem", {})
        if element.get("defname", "").lower() == "analyze":
            shown = json.dumps(element.get("arg", {})).lower()
            return not re.search(r'"(?:false|off|0)"|"ival": \{\}|"boolval": \{\}', shown)
    return False


def _function(node: dict[str, Any], functions: set[str]) -> tuple[Effect, str]:
    parts = [part["String"]["sval"].lower() for part in node.get("funcname", [])]
    name = parts[-1] if parts else ""
    functions.add(name)
    if name == "set_config":
        first = node.get("args", [{}])[0].get("A_Const", {}).get("sval", {}).get("sval", "")
        harmless = _HARMLESS_SETTINGS.fullmatch(first.lower()) is not None
        return (Effect.READS, "") if harmless else (Effect.WRITES, f"SQL set_config({first or '...'})")
    if _DISRUPTING_FUNCTIONS.fullmatch(name):
        return Effect.DISRUPTS, f"SQL {name}()"
    if _WRITING_FUNCTIONS.fullmatch(name) or (len(parts) > 1 and parts[0] in _WRITING_SCHEMAS):
        return Effect.WRITES, f"SQL {'.'.join(parts)}()"
    return Effect.READS, ""
