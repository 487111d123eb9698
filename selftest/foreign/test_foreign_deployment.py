"""Golive verifies somebody else's deployment: other routes, tables, headers, tenants and resources, told by its target.

The reference is copied under other names (`names.toml`), started, and verified by the very checks of this repository.
"""

from __future__ import annotations

import os
import re
import signal
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis

from reference.clients import aws_client
from reference.session import Session
from reference.settings import Settings
from selftest.foreign.renaming import copy_renamed, names_left
from selftest.proofs.runner import Verdicts, run_checks

FEWEST = 40  # smoke checks: below this the run has not verified a deployment
PRODUCTS = ("aurastudio", "seiketsu")
pytestmark = pytest.mark.xdist_group("foreign")


@dataclass
class Foreign:
    """The renamed deployment, and what the smoke checks say of it in health."""

    session: Session
    verdicts: Verdicts

    @property
    def settings(self) -> Settings:
        return self.session.settings

    @property
    def target(self) -> Path:
        assert self.session.target_file is not None
        return self.session.target_file


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    project = copy_renamed(tmp_path_factory.mktemp("project"))
    target = tmp_path_factory.mktemp("foreign") / "target.toml"
    with Session(target_file=target, project=project) as session:
        yield Foreign(session, run_checks(target, "tests", "-m", "smoke"))


@pytest.mark.timeout(400)
def test_every_smoke_check_passes(foreign: Foreign) -> None:
    assert not foreign.verdicts.not_passed()
    assert len(foreign.verdicts.lines) >= FEWEST


@pytest.mark.timeout(400)
def test_its_target_names_nothing_of_the_reference(foreign: Foreign) -> None:
    text = foreign.target.read_text()
    assert not names_left(text)
    assert "/crm/v2/prospects" in text


@pytest.mark.timeout(400)
def test_routes_and_headers_are_others(foreign: Foreign) -> None:
    trust = ssl.create_default_context(cafile=foreign.settings.ca_file)
    with httpx.Client(verify=trust, trust_env=False, timeout=10) as client:
        for product in PRODUCTS:
            base = foreign.settings.products[product].api_url
            assert client.get(f"{base}/health").status_code == 404
            answer = client.get(f"{base}/alive")
            assert answer.status_code == 200
            assert "X-Served-By" in answer.headers
            assert "X-Trace-Token" in answer.headers
            assert not {"X-Instance-Id", "X-Request-ID"} & {name.title() for name in answer.headers}
            assert "x-instance-id" not in answer.headers
            assert "x-request-id" not in answer.headers
        login = {"email": "nobody@example.com", "password": "wrong"}
        assert client.post(f"{base}/api/v1/auth/login", json=login).status_code == 404
        assert client.post(f"{base}/session/v9/open", json=login).status_code == 401


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("product", "gone", "there"),
    [
        ("aurastudio", ("user_memory", "actor_dna", "effect_library"), ("remembrances", "performers", "sound_presets")),
        ("seiketsu", ("leads", "conversations", "organizations"), ("prospects", "calls", "workspaces")),
    ],
)
def test_tables_tenants_and_roles_are_others(
    foreign: Foreign, product: str, gone: tuple[str, ...], there: tuple[str, ...]
) -> None:
    with psycopg.connect(foreign.settings.products[product].database.dsn("reader")) as connection:

        def all_of(query: str) -> set[Any]:
            return {row[0] for row in connection.execute(query.encode())}

        tables = all_of("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        columns = all_of("SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public'")
        roles = all_of("SELECT rolname FROM pg_roles")
        policies = " ".join(all_of("SELECT qual FROM pg_policies"))
    assert not set(gone) & tables
    assert set(there) <= tables
    assert not {"organization_id", "user_id"} & columns
    assert {"workspace_id", "person_id"} & columns
    assert not {f"{product}_app", f"{product}_owner", f"{product}_reader"} & roles
    assert f"{product}_runtime" in roles
    assert not re.search(r"app\.(user_id|organization_id)", policies)
    assert re.search(r"tenancy\.person|deal\.workspace", policies)


@pytest.mark.timeout(400)
def test_keys_and_resources_are_others(foreign: Foreign) -> None:
    broker = redis.Redis.from_url(foreign.settings.celery.broker_url)
    assert not broker.exists("celery:heartbeat")
    assert broker.exists("pulse:workers")
    found = {
        product: {bucket["Name"] for bucket in aws_client(foreign.settings, product, "s3").list_buckets()["Buckets"]}
        for product in PRODUCTS
    }
    assert not {name for name in found["aurastudio"] if name.startswith("aurastudio")}
    assert "starling-blobs" in found["aurastudio"]
    assert not {name for name in found["seiketsu"] if name.startswith("seiketsu")}
    assert aws_client(foreign.settings, "seiketsu", "ecs").list_clusters()["clusterArns"] == [
        "arn:aws:ecs:us-east-1:888800002222:cluster/heron-live"
    ]


@pytest.mark.timeout(400)
def test_what_is_broken_is_named_in_its_own_words(foreign: Foreign) -> None:
    """Last, for it breaks the deployment: as any client could, past the registry of faults."""
    stopped = next(part for part in foreign.session.status()["parts"] if part["part"] == "aurastudio-2")
    os.kill(stopped["pids"][0], signal.SIGKILL)
    with psycopg.connect(foreign.settings.postgres.superuser_dsn("seiketsu"), autocommit=True) as connection:
        connection.execute("DROP TABLE prospects CASCADE")
    ec2 = aws_client(foreign.settings, "seiketsu", "ec2")
    by_name = {group["GroupName"]: group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]}
    ec2.authorize_security_group_ingress(
        GroupId=by_name["heron-live-database"], IpProtocol="tcp", FromPort=5432, ToPort=5432, CidrIp="0.0.0.0/0"
    )

    under = run_checks(foreign.target, "tests", "-m", "smoke")

    broken = under.having("failed")
    assert set(under.lines) == set(foreign.verdicts.lines)
    assert {i: why for i, why in under.not_passed().items() if i not in broken} == {}, "neither passed nor failed"
    assert names(broken, r"aurastudio-2 does not answer") >= {"AURA-5.2.1.2", "AURA-5.2.2.2"}
    assert names(broken, r"table prospects does not exist") == {"SEI-2.1.1.2.2"}
    assert names(broken, r"list_leads \(GET /crm/v2/prospects\) answered 500") >= {"SEI-3.1.1.1.1"}
    assert names(broken, r"heron-live-database.*(internet|0\.0\.0\.0/0)"), broken
    calm = {i for i in broken if i.startswith("AURA-") and not re.search("aurastudio-2|starling-api", broken[i])}
    assert not calm, "lines of the product that lost an instance only, and do not speak of it"


def names(broken: dict[str, str], pattern: str) -> set[str]:
    """The failed lines whose message matches."""
    return {i for i, why in broken.items() if re.search(pattern, why, re.S)}
