"""Secrets are found by reference, and never show."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from golive import redaction, secrets
from golive.secrets import Secret, SecretError


class Holder(BaseModel):
    key: Secret


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    redaction.forget_all()
    yield
    redaction.forget_all()
    secrets.fetch_aws_secrets_by(None)


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLIVE_TEST_KEY", "quartz-lantern-71")
    holder = Holder.model_validate({"key": "env:GOLIVE_TEST_KEY"})
    assert holder.key.reveal() == "quartz-lantern-71"
    for shown in (str(holder), repr(holder), f"{holder.key}", holder.model_dump_json()):
        assert "quartz" not in shown
        assert "env:GOLIVE_TEST_KEY" in shown
    assert redaction.redact("sent quartz-lantern-71 away") == "sent [redacted] away"


def test_from_a_file_beside_the_target(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("quartz-lantern-72\n", encoding="utf-8")
    with secrets.resolving(tmp_path):
        holder = Holder.model_validate({"key": "file:key.txt"})
    assert holder.key.reveal() == "quartz-lantern-72"


def test_from_secrets_manager_whole_and_by_key() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
    secrets.fetch_aws_secrets_by(lambda _: json.dumps({"username": "reporting", "password": "quartz-lantern-73"}))
    assert Secret(f"aws-secret:{arn}#password").reveal() == "quartz-lantern-73"
    assert "quartz-lantern-73" in Secret(f"aws-secret:{arn}").reveal()
    assert redaction.redact("reporting uses quartz-lantern-73") == "reporting uses [redacted]"
    with pytest.raises(SecretError, match="'token'"):
        Secret(f"aws-secret:{arn}#token").reveal()


def test_the_password_inside_a_dsn_is_a_secret_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLIVE_DSN", "postgresql://report:qu%40rtz-74@db:5432/app")
    Secret("env:GOLIVE_DSN").reveal()
    assert redaction.redact("password authentication with qu@rtz-74 failed") == (
        "password authentication with [redacted] failed"
    )
    monkeypatch.setenv("GOLIVE_DSN", "host=db user=report password='quartz 75' dbname=app")
    Secret("env:GOLIVE_DSN").reveal()
    assert redaction.redact("tried quartz 75 in vain") == "tried [redacted] in vain"


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("env:GOLIVE_NOT_SET", "GOLIVE_NOT_SET is not set"),
        ("file:absent.txt", "No such file"),
        ("aws-secret:arn:aws:secretsmanager:us-east-1:123456789012:secret:x", "GetSecretValue"),
    ],
)
def test_errors_name_the_reference_and_the_remedy(reference: str, says: str) -> None:
    def refuse(_: str) -> str:
        raise PermissionError("quartz")

    secrets.fetch_aws_secrets_by(refuse)
    with pytest.raises(SecretError) as error:
        Secret(reference).reveal()
    assert reference in str(error.value)
    assert says in str(error.value)
    assert "quartz" not in str(error.value)


@pytest.mark.parametrize("pasted", ["sk-live-quartz-lantern-76", "env:", "ftp:host", ""])
def test_a_value_in_the_clear_is_an_error(pasted: str) -> None:
    with pytest.raises(ValidationError, match="by reference only") as error:
        Holder.model_validate({"key": pasted})
    assert "quartz" not in redaction.redact(str(error.value))


def test_the_value_is_not_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLIVE_TEST_KEY", "quartz-lantern-77")
    secret = Secret("env:GOLIVE_TEST_KEY")
    secret.reveal()
    copy = pickle.dumps(secret)
    assert b"quartz" not in copy
    assert pickle.loads(copy) == secret  # noqa: S301
