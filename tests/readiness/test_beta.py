"""Those who try what is new are people from outside, who agreed and do try it; nobody else can."""

from __future__ import annotations

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.postgres.asked import asked
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.audience import Beta
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges import beta as judge

KEY = "[PRODUCT.beta]"
REFUSED = (401, 403, 404)


@verifies("AURA-10.2.2.3")
def test_people_from_outside_try_what_is_new(
    line: Line, target: ProductTarget, api: ApiClient, all_rows: Database
) -> None:
    settings = configured(target.beta, f"{line.product}.beta")
    columns = {"email", "consented", "enabled", "last_seen"}
    rows = asked(all_rows, settings.members, columns, f"{KEY} members")
    group = [judge.Member(str(r["email"]), bool(r["consented"]), bool(r["enabled"]), r["last_seen"]) for r in rows]
    people = judge.real(group, settings.ours)
    members = judge.admitted(people)
    shown = {"in the group": len(group), "from outside": len(people), "who agreed and can use it": len(members)}
    observed(all_rows, "members", shown, source="SQL")
    days = line.limit("activity_window").value
    assert isinstance(days, (int, float))
    conclude(
        [
            line.limit("users").problem(
                len(members), of=f"{len(people)} people from outside among {len(group)} members",
                hint="Staff, test addresses and those who did not agree are none: invite users",
            ),
            line.limit("active").problem(
                judge.active(members, clock.now(), days), of=f"members who were there in {days:g} days"
            ) if members else None,
            _everybody(settings, all_rows, len(group)),
            _kept_to_members(settings, api),
        ]
    )  # fmt: skip


def _everybody(settings: Beta, all_rows: Database, count: int) -> str | None:
    """Whether the group is so large that it is none."""
    rows = asked(all_rows, settings.accounts, {"accounts"}, f"{KEY} accounts")
    if len(rows) != 1 or not rows[0]["accounts"]:
        raise Unobservable(f"{KEY} accounts does not count the accounts", f"Correct {KEY} accounts")
    share = 100 * count / int(rows[0]["accounts"])
    observed(all_rows, "members among all accounts", round(share, 1), source="SQL", unit="percent")
    if share <= settings.most:
        return None
    return f"{share:.0f} % of all accounts are members, want <= {settings.most:g} %: it is on for everybody"


def _kept_to_members(settings: Beta, api: ApiClient) -> str | None:
    """Whether somebody who is no member is refused what a member can use."""
    inside = api.call(settings.operation, identity=settings.member)
    wanted = api.operation(settings.operation).status
    if inside.status != wanted:
        return f"{inside}: {settings.member}, a member, can't use what is new, want {wanted}"
    outside = api.call(settings.operation, identity=settings.outsider)
    if outside.status in REFUSED:
        return None
    return f"{outside}: {settings.outsider}, who is no member, is not refused what only members may use"
