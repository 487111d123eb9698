"""Secrets, as judged on made-up observations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.judges.secrets import (
    SecretSeen,
    exemption_problem,
    placeholder_in,
    secret_in_clear,
    secret_problems,
    wildcards,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOUND = SecretSeen(
    key_manager="CUSTOMER",
    deleted=None,
    rotates=True,
    last_rotated=NOW - timedelta(days=9),
    next_rotation=NOW + timedelta(days=21),
    stages={"v2": ["AWSCURRENT"], "v1": ["AWSPREVIOUS"]},
    tags={"Owner": "team"},
    statements=[{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/execution"]}}],
)


def test_sound_secret_has_no_problem() -> None:
    assert secret_problems(SOUND, NOW) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key_manager": "AWS"}, "encrypted with a key of AWS"),
        ({"deleted": NOW}, "marked for deletion"),
        ({"rotates": False}, "does not rotate"),
        ({"last_rotated": None}, "never rotated"),
        ({"next_rotation": NOW - timedelta(days=1)}, "should have rotated"),
        ({"stages": {"v2": ["AWSCURRENT"], "v3": ["AWSPENDING"]}}, "is pending"),
        ({"stages": {"v1": ["AWSPREVIOUS"]}}, "no current version"),
        ({"tags": {"owner": ""}}, "no tag owner"),
        ({"statements": [{"Effect": "Allow", "Principal": "*"}]}, "lets anybody in"),
    ],
)
def test_each_defect_is_named(change: dict[str, object], said: str) -> None:
    problems = secret_problems(replace(SOUND, **change), NOW)  # type: ignore[arg-type]
    assert len(problems) == 1
    assert said in problems[0]


def test_pending_version_that_became_current_is_no_problem() -> None:
    """AWS leaves both stages on the version when a rotation ends well."""
    assert secret_problems(replace(SOUND, stages={"v3": ["AWSCURRENT", "AWSPENDING"]}), NOW) == []


def test_exemption_spares_rotation_and_needs_a_date() -> None:
    assert secret_problems(replace(SOUND, rotates=False, exemption="by hand; reviewed 2026-10-01"), NOW) == []
    assert exemption_problem("by hand; reviewed 2026-10-01") is None
    assert exemption_problem("by hand") is not None
    assert exemption_problem(None) is None


def test_wildcards_of_policies() -> None:
    assert wildcards([{"Effect": "Deny", "Principal": "*"}]) == []
    assert wildcards([{"Effect": "Allow", "Principal": {"AWS": ["*"]}}]) == ["anybody"]
    assert wildcards([{"Effect": "Allow", "NotPrincipal": {"AWS": "a"}}]) == ["everybody but a few"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "hunter2x"),
        ("SENTRY_DSN", "https://abc.ingest.example.test/1"),
        ("STRIPE_APIKEY", "plain"),
        ("CACHE", "redis://:pa55word@cache.internal:6379/0"),
        ("HARMLESS", "postgresql://app:pw@db/x"),
        ("SETTING", "q7Zt0aX9mB3kLw5RvPc2"),
        ("SETTING", "3f9a1c7be2d84056a1b9c3d7e5f60812"),
        ("SETTING", "eW9-x_72hAq_Zp0LmN4rT8sV-bQk3cYd"),
    ],
)
def test_secrets_in_clear_are_found(name: str, value: str) -> None:
    assert secret_in_clear(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JWT_ALGORITHM", "HS256"),
        ("TOKEN_EXPIRE_MINUTES", "30"),
        ("GIT_SHA", "8f2b6c1de0a94f7c3b5d2e1a0f9c8b7a6d5e4f3c"),
        ("NEXT_PUBLIC_API_KEY", "public-site-key"),
        ("CORS_ORIGINS", "https://app.product.test,https://www.product.test"),
        ("OPENAI_MODEL_EMBEDDINGS", "text-embedding-3-small"),
        ("AWS_S3_BUCKET", "product-production-recordings-2026"),
        ("IMAGE", f"111122223333.dkr.ecr.us-east-1.amazonaws.com/product-api:2.0.1@sha256:{'0a1b' * 16}"),
        ("HOST", "product-db.cluster-cabc1def2ghi.us-east-1.rds.amazonaws.com"),
        ("ROLE", "arn:aws:iam::111122223333:role/product-api-task-9f8e7d6c5b4a"),
    ],
)
def test_ordinary_variables_are_none(name: str, value: str) -> None:
    assert secret_in_clear(name, value) is None


@pytest.mark.parametrize(
    "value", ["CHANGE_ME", "changeme", "your-api-key", "", "  ", "https://api.example.com", "xxxxxx"]
)
def test_placeholders_are_found(value: str) -> None:
    assert placeholder_in(value)


def test_local_addresses_count_where_asked() -> None:
    assert placeholder_in("http://localhost:3000")
    assert placeholder_in("redis://127.0.0.1:6379/0", local=False) is None
    assert placeholder_in("https://app.product.test") is None
    assert placeholder_in("exchange-rates") is None
