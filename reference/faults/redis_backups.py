"""Redis that saves nothing, whose saves fail, or whose snapshot can't be loaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import redis

from reference.faults import fault
from reference.faults.cache import _client
from reference.faults.database import wait_for
from reference.faults.failover import CLUSTER, primary_of
from reference.redis_primary import snapshot_file

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-6.1.2.2"


@fault(
    name="aura-redis-saves-nothing",
    breaks="no node saves what it holds: neither save points nor an append-only file",
    fails=[LINE, CLUSTER],
    message={LINE: r"no node that is in step with the primary saves its data", CLUSTER: r"saves nothing by itself"},
    touches=["redis:nodes"],
)
def saves_nothing(deployment: Deployment) -> Iterator[None]:
    clients = [_client(deployment, node.port) for node in deployment.settings.redis.nodes]
    try:
        for client in clients:
            client.config_set("save", "")
            client.config_set("appendonly", "no")
        yield
    finally:
        for client in clients:
            client.config_set("save", "300 100")
            client.config_set("appendonly", "yes")
        for client in clients:
            wait_for("its append-only file is written anew", lambda c=client: _rewritten(c))  # type: ignore[misc]
            client.close()


def _rewritten(client: redis.Redis) -> bool:
    info = client.info("persistence")
    return not info["aof_rewrite_in_progress"] and not info["aof_rewrite_scheduled"]


@fault(
    name="aura-redis-save-fails",
    breaks="saving is on, and the primary's saves fail, as on a full disk",
    fails=[LINE, CLUSTER],
    message=r"its last save ended with err",
    touches=["redis:nodes"],
    hard=True,
)
def save_fails(deployment: Deployment) -> Iterator[None]:
    node = primary_of(deployment)
    dump = deployment.settings.part_folder(node.name) / "dump.rdb"
    aside = dump.with_name("dump.aside")
    with _client(deployment, node.port) as client:
        # So that the product can go on writing, as it can with this setting in production.
        client.config_set("stop-writes-on-bgsave-error", "no")
        if dump.exists():
            dump.rename(aside)
        (dump / "in the way").mkdir(parents=True)
        try:
            _save(client, "err")
            yield
        finally:
            shutil.rmtree(dump)
            if aside.exists():
                aside.rename(dump)
            _save(client, "ok")
            client.config_set("stop-writes-on-bgsave-error", "yes")


def _save(client: redis.Redis, outcome: str) -> None:
    wait_for("no other save goes on", lambda: not client.info("persistence")["rdb_bgsave_in_progress"])
    client.bgsave()
    wait_for(f"a save ends with {outcome}", lambda: client.info("persistence")["rdb_last_bgsave_status"] == outcome)


@contextmanager
def snapshots_cut_in_half(deployment: Deployment, product: str) -> Iterator[None]:
    """Inside the block half of each snapshot of a product's cache is missing."""
    settings = deployment.settings
    listed = deployment.aws(product, "elasticache").describe_snapshots()["Snapshots"]
    account, folder = settings.aws.accounts[product].id, Path(settings.folder)
    before: dict[Path, tuple[bytes, float]] = {}
    for snapshot in listed:
        path = snapshot_file(folder, account, snapshot["SnapshotName"])
        before[path] = path.read_bytes(), path.stat().st_mtime
    try:
        for path, (content, made) in before.items():
            path.write_bytes(content[: len(content) // 2])
            os.utime(path, (made, made))
        yield
    finally:
        for path, (content, made) in before.items():
            path.write_bytes(content)
            os.utime(path, (made, made))


@fault(
    name="aura-redis-snapshot-unreadable",
    breaks="snapshots are there and new, and the newest can't be loaded: half of it is missing",
    fails=[LINE],
    message=r"snapshot \S+ \(\d+ bytes\) can't be loaded",
    touches=["redis:snapshots:aurastudio", "redis:nodes"],
    hard=True,
)
def snapshot_unreadable(deployment: Deployment) -> Iterator[None]:
    with snapshots_cut_in_half(deployment, "aurastudio"):
        yield
