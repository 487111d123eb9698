"""The regions that the reference serves.

moto asks boto3 for every region of each service, for which botocore reads all service models a second time: a second
of CPU and 80 MiB for regions that no deployment here uses.
"""

from __future__ import annotations

from typing import Any

import boto3

SERVED = ("us-east-1", "us-west-2")


def restrict() -> None:
    """Let boto3 know the served regions alone, in this process. To be called before moto is imported."""
    boto3.Session.get_available_regions = _available_regions  # type: ignore[assignment, method-assign]


def _available_regions(_: Any, _service: str, partition_name: str = "aws", **__: Any) -> list[str]:
    return list(SERVED) if partition_name == "aws" else []
