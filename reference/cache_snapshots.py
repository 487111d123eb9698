"""Takes the snapshots that the AWS accounts speak of: a replica saves its data, and the file is kept for the account.

A snapshot that the accounts were built with is taken when the deployment starts; one that is made later, at once.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from reference.aws.changes import Followed
from reference.clients import aws_client
from reference.redis_primary import HOST, snapshot_file
from reference.settings import Settings

PATIENCE = 15.0


@dataclass
class Snapshots:
    settings: Settings
    accounts: Followed

    def __post_init__(self) -> None:
        self.clients = {
            product: aws_client(self.settings, product, "elasticache") for product in self.settings.products
        }

    def take(self) -> None:
        """Save what no file holds yet. Raises redis.RedisError, OSError, TimeoutError, botocore's errors."""
        folder, saved = Path(self.settings.folder), None
        for product, client in self.clients.items():
            account = self.settings.aws.accounts[product].id
            known = self.accounts.read(("snapshots", product), client.describe_snapshots)
            for snapshot in known["Snapshots"]:
                path = snapshot_file(folder, account, snapshot["SnapshotName"])
                if path.exists():
                    continue
                saved = saved or self._save()
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                partial = path.with_suffix(".partial")
                shutil.copyfile(saved, partial)
                partial.rename(path)
                print(f"snapshot {snapshot['SnapshotName']} of {product} is {path.stat().st_size} bytes", flush=True)

    def _save(self) -> Path:
        """Have the last node save, as the cloud takes snapshots of a replica; where it wrote to."""
        node = self.settings.redis.nodes[-1]
        with redis.Redis(HOST, node.port, password=self.settings.redis.password, socket_timeout=5) as client:
            before = client.info("persistence")["rdb_saves"]
            client.bgsave()
            deadline = time.monotonic() + PATIENCE
            while client.info("persistence")["rdb_saves"] == before:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{node.name} has not saved within {PATIENCE:.0f} s")
                time.sleep(0.1)
        return self.settings.part_folder(node.name) / "dump.rdb"
