"""Fills an account with many more resources, by moto's own objects in the process that serves it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.rds.models import rds_backends
from moto.s3.models import s3_backends

from bench.sizes import SEEDED_PORT, Size

PREFIX = "bench"
GROUPS_OF_ONE_INTERFACE = 5
"""AWS's own default quota."""


def names(kind: str, number: int) -> Iterator[str]:
    """The names of `number` seeded things of a kind, such as `bench-bucket-0001`."""
    return (f"{PREFIX}-{kind}-{n:05d}" for n in range(number))


def seed(account: str, region: str, size: Size) -> None:
    """Add the resources. The account has its own database, alarms and networks already."""
    _security_groups(account, region, size.security_groups)
    _buckets(account, region, size.buckets)
    _snapshots(account, region, size.snapshots)
    _alarms(account, region, size.alarms)
    _policies(account, size.policies)


def _security_groups(account: str, region: str, number: int) -> None:
    """A chain: each admits the one before it, and each is worn."""
    ec2 = ec2_backends[account][region]
    vpc = next(iter(v for v in ec2.vpcs.values() if not v.is_default))
    subnet = next(s for zone in ec2.subnets.values() for s in zone.values() if s.vpc_id == vpc.id)
    made: list[Any] = []
    for name in names("group", number):
        group = ec2.create_security_group(name, "seeded", vpc.id, force=True)
        group.egress_rules = []
        admitted = made[-1].id if made else group.id
        ec2.authorize_security_group_ingress(
            group.id, "tcp", SEEDED_PORT, SEEDED_PORT, ip_ranges=[], source_groups=[{"GroupId": admitted}]
        )
        made.append(group)
    groups = iter(made)
    while worn := [group.id for group in islice(groups, GROUPS_OF_ONE_INTERFACE)]:
        ec2.create_network_interface(subnet, private_ip_address=None, group_ids=worn)


def _buckets(account: str, region: str, number: int) -> None:
    s3 = s3_backends[account]["aws"]
    pattern = next(iter(s3.buckets.values()))
    for name in names("bucket", number):
        bucket = s3.create_bucket(name, region)
        for setting in ("encryption", "public_access_block", "versioning_status", "ownership_rule", "policy"):
            if setting != "policy":
                setattr(bucket, setting, getattr(pattern, setting))


def _snapshots(account: str, region: str, number: int) -> None:
    """Copies of the newest one, a day apart."""
    snapshots = rds_backends[account][region].database_snapshots
    newest = max(snapshots.values(), key=lambda s: s.original_snapshot_create_time.replace(tzinfo=UTC))
    zone = newest.original_snapshot_create_time.tzinfo
    for n, name in enumerate(names("snapshot", number)):
        made = copy.copy(newest)
        made.db_snapshot_identifier, made.snapshot_type = name, "manual"
        made.created = made.original_snapshot_create_time = datetime.now(zone) - timedelta(days=n + 40)
        snapshots[name] = made


def _alarms(account: str, region: str, number: int) -> None:
    """Copies of the account's own, in turn."""
    alarms = cloudwatch_backends[account][region].alarms
    own = list(alarms.values())
    for n, name in enumerate(names("alarm", number)):
        made = copy.copy(own[n % len(own)])
        made.alarm_arn = made.alarm_arn.replace(made.name, name)
        made.name = name
        alarms[name] = made


def _policies(account: str, number: int) -> None:
    iam = iam_backends[account]["aws"]
    for name in names("policy", number):
        statement = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::{name}/*"}
        iam.create_policy("seeded", "/", json.dumps({"Version": "2012-10-17", "Statement": [statement]}), name, [])
