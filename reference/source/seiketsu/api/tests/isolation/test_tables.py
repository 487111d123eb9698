"""The database itself keeps organisations apart, whatever the application asks it."""

from __future__ import annotations

import os
from typing import Any

import psycopg
import pytest

from conftest import Organization

TABLES = (
    "organizations", "users", "voice_agents", "leads", "conversations", "properties", "webhooks", "integrations",
    "analytics_events", "subscriptions", "reports", "clients", "client_provisioning_logs",
    "client_third_party_accounts", "third_party_webhooks", "client_usage_records", "client_billing_records",
    "client_subscriptions", "client_audit_logs", "compliance_reports", "conversation_messages",
    "emotion_detection_logs", "conversation_intents", "objection_handling_logs", "voice_quality_metrics",
    "conversation_flow_analytics", "voice_agent_learning_data", "realtime_conversation_sessions",
    "third_party_usage_logs",
)  # fmt: skip


def as_application(of: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(os.environ["DATABASE_URL"])
    connection.execute("select set_config('app.organization_id', %s, false)", (of,))
    return connection


@pytest.mark.parametrize("table", TABLES)
def test_every_query_is_narrowed_to_the_organisation(table: str, ours: Organization) -> None:
    with as_application(ours.id) as connection:
        plan = connection.execute(f"explain (costs off) select * from {table}").fetchall()  # noqa: S608
    assert "app.organization_id" in str(plan)


@pytest.mark.parametrize("table", ["users", "leads", "conversations", "properties", "conversation_messages"])
def test_rows_of_others_are_not_there(table: str, ours: Organization, theirs: Organization) -> None:
    seen = {}
    for of in (ours, theirs):
        with as_application(of.id) as connection:
            rows = connection.execute(f"select to_jsonb(t)::text from {table} t").fetchall()  # noqa: S608
        seen[of.mark] = str(rows)
    assert ours.mark in seen[ours.mark]
    assert ours.mark not in seen[theirs.mark]


def test_nothing_is_written_for_others(ours: Organization, theirs: Organization) -> None:
    insert = "insert into leads (organization_id, first_name, last_name) values (%s, 'Ann', 'Other')"
    with as_application(theirs.id) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(insert, (ours.id,))
