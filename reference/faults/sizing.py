"""Things that are paid for and not used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-5.1.2.1.3"
FORTNIGHT = 16 * 86_400


@fault(
    name="sei-volume-forgotten",
    breaks="a volume of 500 GB is attached to nothing",
    fails=[LINE],
    message=r"vol-\w+: volume of 500 GB that is attached to nothing",
    touches="aws:seiketsu:ec2:volumes",
)
def volume_forgotten(deployment: Deployment) -> Iterator[None]:
    ec2 = deployment.aws(PRODUCT, "ec2")
    zone = ec2.describe_subnets()["Subnets"][0]["AvailabilityZone"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=500, VolumeType="gp3", Encrypted=True)["VolumeId"]
    try:
        yield
    finally:
        ec2.delete_volume(VolumeId=volume)


@fault(
    name="sei-memory-unused",
    breaks="the API's tasks use a fifth of their memory; by the processor they look right",
    fails=[LINE],
    message=r"ECS service api memory: use of limit is 0\.2 ratio, want 0\.5 to 1 ratio",
    touches="aws:seiketsu:metrics:ECS:memory",
    hard=True,
)
def memory_unused(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, "AWS/ECS/MemoryUtilization?api", "set", value=20, since=FORTNIGHT):
        yield
