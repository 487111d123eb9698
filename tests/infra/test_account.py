"""The account itself: the one that this environment declares, and nobody works as its root user."""

from __future__ import annotations

import pytest

from fixtures.aws.account import Account
from fixtures.aws.iam import Iam
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies


@verifies("AURA-1.1.1.1")
@pytest.mark.smoke
def test_credentials_are_of_the_declared_account(line: Line, aws: Account, iam: Iam) -> None:
    caller, summary, region = iam.caller, iam.summary, aws.settings.region
    of_arn = caller["Arn"].split(":")[4:5]
    other = sorted({account for account in (caller["Account"], *of_arn) if account != aws.id})
    zones = aws.read("ec2", "describe_availability_zones")["AvailabilityZones"]
    regions = sorted({str(z.get("RegionName")) for z in zones})
    observed(aws, "regions of its zones", regions, source="ec2:DescribeAvailabilityZones")
    whose = f"The credentials are those of account {', '.join(other)} ({caller['Arn']})"
    hint = f"{whose}. Correct keys, profile or account_id"
    conclude(
        [
            line.limit("account_mismatches").problem(len(other), of=aws, hint=hint if other else ""),
            None
            if regions == [region]
            else f"{aws}: the zones are in {', '.join(regions) or 'no region'}, want {region}",
            line.limit("root_mfa_devices").problem(
                summary.get("AccountMFAEnabled", 0), of=f"root user of {aws}", hint="Give it a second factor"
            ),
            line.limit("root_access_keys").problem(
                summary.get("AccountAccessKeysPresent", 0), of=f"root user of {aws}", hint="Delete its access keys"
            ),
        ]
    )
