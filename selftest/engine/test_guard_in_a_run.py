"""A whole run of checks that try to write by every door: nothing arrives, each line is unverified and says why.

And what the target refers to by secrets is in none of the run's files, nor on its terminal.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selftest.engine.dummy_server import dummy_server

ROOT = Path(__file__).parents[2]
CANARIES = {"CANARY_DSN": "postgresql://app:quartz-dsn-1@127.0.0.1:1/x", "CANARY_KEY": "quartz-key-22"}

CHECKS = """
import os

import boto3
import pytest
import requests

from golive.guard.http import GuardedSession
from golive.guard.postgres import connect
from golive.observation import observed
from golive.plugin import verifies

URL = os.environ["DUMMY"]


@pytest.fixture
def s3():
    return boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1").client(
        "s3", endpoint_url=URL)


@verifies("AURA-1.1.1.1")
def test_that_puts_an_object(s3):
    s3.put_object(Bucket="b", Key="k", Body=b"x")


@verifies("AURA-1.1.1.2")
def test_that_posts():
    GuardedSession([URL]).post(URL + "/leads", json={})


@verifies("AURA-1.1.1.3")
def test_that_swallows_the_refusal(s3):
    observed("bucket", "exists", True, source="made up")
    with pytest.raises(Exception):
        s3.delete_bucket(Bucket="b")


@verifies("AURA-1.1.2.3")
def test_that_reads():
    assert observed("api", "status", GuardedSession([URL]).get(URL).status_code, source="GET /") == 200


@verifies("AURA-1.1.2.4")
def test_that_fails_with_secrets(target):
    dsn = target.postgres.dsn.reveal()
    headers = {"X-Api-Key": target.postgres.app_dsn.reveal()}
    observed("database", "dsn", dsn, source="made up")
    print(dsn, headers)
    assert dsn == "x", f"connected to {dsn} with {headers}"


@verifies("AURA-1.1.2.5")
def test_that_can_t_connect(target):
    connect(target.postgres.dsn.reveal())


@pytest.mark.writes
@verifies("AURA-1.1.4.3")
def test_that_writes_and_was_not_allowed(s3):
    s3.put_object(Bucket="b", Key="k", Body=b"x")
"""

TARGET = """
name = "made up"
allow = ["reads", "writes"]

[aurastudio.release]
version = "1.0.0"
commit = "0123456"

[aurastudio.aws]
account_id = "111122223333"
region = "us-east-1"

[aurastudio.postgres]
dsn = "env:CANARY_DSN"
app_dsn = "env:CANARY_KEY"
app_role = "app"
owner_role = "owner"
"""


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["one process", "xdist"])
def test_a_run_that_tries_to_write(tmp_path: Path, workers: list[str]) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\nmarkers = writes: changes things\n")
    (tmp_path / "test_made_up.py").write_text(CHECKS)
    (tmp_path / "target.toml").write_text(TARGET)
    with dummy_server() as dummy:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "--target=target.toml", "--reports=reports", "test_made_up.py", "-vv",
             "--showlocals", "-rA", *workers],
            cwd=tmp_path, env=environment | {"PYTHONPATH": str(ROOT), "DUMMY": dummy.url} | CANARIES, text=True,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        terminal = run.stdout + run.stderr
        assert dummy.methods == ["GET"], terminal
    results = json.loads((tmp_path / "reports" / "results.json").read_text())
    found = {row["id"]: (row["verdict"], row["message"]) for row in results["lines"]}
    assert found["AURA-1.1.1.1"][0] == "unverified", terminal
    assert "s3:PutObject writes" in found["AURA-1.1.1.1"][1]
    assert "--allow writes" in found["AURA-1.1.1.1"][1]
    assert found["AURA-1.1.1.2"][0] == "unverified"
    assert "POST http://" in found["AURA-1.1.1.2"][1]
    assert found["AURA-1.1.1.3"][0] == "unverified"
    assert "s3:DeleteBucket" in found["AURA-1.1.1.3"][1]
    assert found["AURA-1.1.2.3"] == ("passed", "")
    assert found["AURA-1.1.2.4"][0] == "failed"
    assert found["AURA-1.1.2.5"][0] == "unverified"
    assert "no connection to PostgreSQL at 127.0.0.1:1" in found["AURA-1.1.2.5"][1]
    assert found["AURA-1.1.4.3"][0] == "unverified"
    assert "did not opt in" in found["AURA-1.1.4.3"][1]
    assert "quartz" not in terminal
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name == "reports"]
    assert {path.name for path in written} >= {"report.html", "results.json", "junit.xml", "checklist.md"}
    for path in written:
        assert b"quartz" not in path.read_bytes(), path
