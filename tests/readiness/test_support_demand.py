"""Users ask support no more than at this time of other weeks, and what they ask arrives."""

from __future__ import annotations

from datetime import timedelta

from fixtures.helpdesk import Helpdesk
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import Unobservable
from tests.judges.support_demand import WEEK, by_matter, demand, silent, weeks_known

SHORTEST, LONGEST = timedelta(hours=4), timedelta(hours=24)
"""Of the time since the deployment that is looked at."""


@verifies("SEI-3.2.1.2.2")
def test_support_is_asked_no_more_than_usual(line: Line, target: ProductTarget, helpdesk: Helpdesk) -> None:
    now, deployed = clock.now(), deployed_at(target.release, line.product)
    if now - deployed < SHORTEST:
        raise Unobservable(
            f"it was deployed {deployed:%d %b %H:%M}Z, which is less than four hours ago", "Run it later"
        )
    since = max(deployed, now - LONGEST)
    span, quiet = line.limit("baseline_span"), line.limit("silence_expected_at_most")
    assert isinstance(span.value, (int, float))
    assert isinstance(quiet.value, (int, float))
    tickets = helpdesk.tickets(since - span.value * WEEK)
    weeks = weeks_known(tickets, since, int(span.value))
    enough = line.limit("baseline")
    if enough.problem(weeks, of=helpdesk):
        raise Unobservable(f"{helpdesk} tells of {weeks} weeks before the deployment", "Wait for more of them")
    whole, of = demand(tickets, since, now, weeks), f"{helpdesk} since {since:%d %b %H:%M}Z"
    matters, dumb = by_matter(tickets, since, now, weeks), silent(tickets, since, now, weeks)
    observed(helpdesk, "demand", {"all": str(whole), **{k: str(v) for k, v in matters.items()}}, source="tickets")
    above = line.limit("volume_above_mean")
    problems = [above.problem(whole.above, of=of, hint=str(whole))]
    problems += [above.problem(each.above, of=f"{of}, {tag}", hint=str(each)) for tag, each in matters.items()]
    for channel, each in [("all channels", whole)] if not whole.now else list(dumb.items()):
        hint = f"Nothing comes by {channel} any more: {each}"
        problems.append(quiet.problem(round(each.mean, 1), of=f"{of}, {channel}, tickets expected", hint=hint))
    conclude(problems)
