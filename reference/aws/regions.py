"""The regions that the reference serves. Import it before moto.

moto asks boto3 for every region of each service, for which botocore reads all service models a second time: a second of CPU and
80 MiB for regions that no deployment here uses.
"""

from __future__ import annotations

from typing import Any

import boto3

SERVED = ("us-east-1", "us-west-2")


def _available_regions(_: Any, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False) -> list[str]:
    return list(SERVED) if partition_name == "aws" else []


boto3.Session.get_available_regions = _available_regions  # type: ignore[method-assign]
