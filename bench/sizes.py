"""How large the accounts are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Resources that are added to the reference's own account."""

    security_groups: int
    buckets: int
    snapshots: int
    alarms: int
    policies: int

    def times(self, n: int) -> Size:
        """`n` times as large."""
        return Size(self.security_groups * n, self.buckets * n, self.snapshots * n, self.alarms * n, self.policies * n)


LARGE = Size(security_groups=2000, buckets=500, snapshots=200, alarms=300, policies=1000)
"""The account that has to be verified in 90 s and 600 MiB."""
SERIES = {1: LARGE, 4: LARGE.times(4), 16: LARGE.times(16)}
"""The large account, and larger ones, each four times the one before: what grows faster than they do is seen."""
SECONDS, MEBIBYTES = 90.0, 600.0
"""What the large account may take."""
SMOKE_SECONDS, LATENCY = 30.0, 0.1
"""What smoke may take when every AWS call takes `LATENCY` seconds longer."""
SEEDED_PORT = 8443
"""What the seeded security groups admit from each other; the target declares it."""
READ_SECONDS, CHECK_SECONDS = 60, 600
"""The target's time limits of a call and of a check: moto gives all 32,000 groups of the last size in one answer."""
