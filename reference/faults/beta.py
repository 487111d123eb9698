"""A group of testers that is empty, is the staff, is everybody, or is asleep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed
from reference.schema.testers import NAMES, user_id
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-10.2.2.3"
TESTERS = "(" + ", ".join(f"'{user_id(number)}'" for number in range(len(NAMES))) + ")"
GROUP = f"postgres:{PRODUCT}:table:user_profiles:testers"


@fault(
    name="aura-beta-empty",
    breaks="nobody from outside is in the group of testers",
    fails=[LINE],
    message=r"0 people from outside among 2 members: users is 0 users, want >= 10",
    touches=[GROUP],
)
def empty(deployment: Deployment) -> Iterator[None]:
    move = f"update user_profiles set is_beta = {{}} where id in {TESTERS}"  # noqa: S608
    with changed(deployment, PRODUCT, [move.format("false")], [move.format("true")]):
        yield


@fault(
    name="aura-beta-is-staff",
    breaks="the group of testers is as large as it should be, and all of it are staff",
    fails=[LINE],
    message=r"0 people from outside among 13 members: users is 0 users, want >= 10",
    touches=[GROUP],
    hard=True,
)
def is_staff(deployment: Deployment) -> Iterator[None]:
    move = f"update user_profiles set email = replace(email, '@{{}}', '@{{}}') where id in {TESTERS}"  # noqa: S608
    there, back = ("post.example", "aurastudio.example"), ("aurastudio.example", "post.example")
    with changed(deployment, PRODUCT, [move.format(*there)], [move.format(*back)]):
        yield


@fault(
    name="aura-beta-for-everybody",
    breaks="what only testers may use is on for everybody",
    fails=[LINE],
    message=r"carla, who is no member, is not refused what only members may use",
    touches=[f"app:{PRODUCT}:behaviour:beta"],
    hard=True,
)
def for_everybody(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "beta_for_everybody")


@fault(
    name="aura-beta-asleep",
    breaks="most testers have not signed in for a month",
    fails=[LINE],
    message=r"members who were there in 14 days: active is 9\.1 percent, want >= 50",
    touches=[f"postgres:{PRODUCT}:table:audit_log:testers"],
    hard=True,
)
def asleep(deployment: Deployment) -> Iterator[None]:
    whose = f"where actor_id in {TESTERS} and actor_id <> '{user_id(0)}' and action = 'auth.login'"
    move = f"update audit_log set created_at = created_at {{}} interval '30 days' {whose}"  # noqa: S608
    with changed(deployment, PRODUCT, [move.format("-")], [move.format("+")]):
        yield
