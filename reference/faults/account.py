"""Credentials of another account, and a root user who can still act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import amended, changed_records
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-1.1.1.1"


@fault(
    name="aura-account-is-another",
    breaks="the credentials resolve to the account of the other product",
    fails=[LINE],
    message=r"account mismatches is 1.*The credentials are those of account 444455556666",
    touches="aws:aurastudio:sts",
)
def account_is_another(deployment: Deployment) -> Iterator[None]:
    own, other = (deployment.settings.aws.accounts[product].id for product in (PRODUCT, "seiketsu"))
    where = {"Arn": f"arn:aws:iam::{own}:user/golive-reader"}
    identity = {"Account": other, "Arn": f"arn:aws:iam::{other}:user/golive-reader"}
    with amended(deployment, PRODUCT, "sts", "", identity, where, "GetCallerIdentity"):
        yield


@fault(
    name="aura-account-root-has-a-key",
    breaks="the account is right, its root user has an active access key",
    fails=[LINE],
    message=r"root user of AWS account \d+: root access keys is 1",
    touches="aws:aurastudio:root",
    hard=True,
)
def root_has_a_key(deployment: Deployment) -> Iterator[None]:
    with changed_records(deployment, PRODUCT, "root_user", {}, {"access_keys": 1}, {"access_keys": 0}):
        yield


@fault(
    name="aura-account-root-without-second-factor",
    breaks="the account is right, its root user has no second factor",
    fails=[LINE],
    message=r"root user of AWS account \d+: root mfa devices is 0",
    touches="aws:aurastudio:root",
    hard=True,
)
def root_without_second_factor(deployment: Deployment) -> Iterator[None]:
    with changed_records(deployment, PRODUCT, "root_user", {}, {"mfa": 0}, {"mfa": 1}):
        yield
