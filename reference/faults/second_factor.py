"""A second factor that is not asked for, comes too late, counts twice, or that somebody does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-1.1.2.3.2", "seiketsu"
TOUCHES = "app:seiketsu:second-factor"


@fault(
    name="sei-second-factor-not-asked",
    breaks="administrators of the product are not asked for a second factor any more",
    fails=[LINE],
    message=r"single factor sessions is 1.*administrator \S+: the password alone",
    touches=TOUCHES,
)
def not_asked(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "second_factor_not_asked")


@fault(
    name="sei-second-factor-after-the-session",
    breaks="the site asks for the code, but the API's first answer has the session's tokens already",
    fails=[LINE],
    message=r"single factor sessions is 1.*administrator \S+: the password alone",
    touches=TOUCHES,
    hard=True,
)
def after_the_session(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "second_factor_after_session")


@fault(
    name="sei-second-factor-code-twice",
    breaks="a code that was used is taken again while its time lasts",
    fails=[LINE],
    message=r"single factor sessions is 1.*the password and a code that was used before",
    touches=TOUCHES,
    hard=True,
)
def code_twice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "second_factor_code_again")


@fault(
    name="sei-console-user-without-second-factor",
    breaks="somebody with a console password has no second factor any more; the policy that denies is still there",
    fails=[LINE],
    message=r"people with second factor is 50.*IAM user \w+: a password and no second factor",
    touches="aws:seiketsu:users",
    hard=True,
)
def console_user_without(deployment: Deployment) -> Iterator[None]:
    iam = deployment.aws(PRODUCT, "iam")
    user = sorted(
        u["UserName"] for u in iam.list_users()["Users"] if iam.list_mfa_devices(UserName=u["UserName"])["MFADevices"]
    )[-1]
    device = iam.list_mfa_devices(UserName=user)["MFADevices"][0]["SerialNumber"]
    iam.deactivate_mfa_device(UserName=user, SerialNumber=device)
    try:
        yield
    finally:
        iam.enable_mfa_device(
            UserName=user, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
        )
