"""A survey that was not sent, or whose answers come to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.simulators.mailchimp import SURVEY
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "SEI-3.2.1.2.3"
MAIL = "mailchimp:survey"


@fault(
    name="sei-survey-left-in-draft",
    breaks="the survey was written and never sent",
    fails=[LINE],
    message=r"campaign 'Survey on this release' is a draft \(save\), it was never sent",
    touches=MAIL,
)
def left_in_draft(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mailchimp", {"drafts": [SURVEY]}, {"drafts": []})


@fault(
    name="sei-survey-link-expired",
    breaks="the survey went to all, and its link leads to nothing",
    fails=[LINE],
    message=r"the mail's link to the survey answers 404: \S+/to/former",
    touches=MAIL,
    hard=True,
)
def link_expired(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mailchimp", {"survey_link": "former"}, {"survey_link": None})


@fault(
    name="sei-survey-sent-to-who-opted-out",
    breaks="the survey went to somebody, too, who wants no mail",
    fails=[LINE],
    message=r"campaign 'Survey on this release' went to 1 people who want no mail",
    touches=MAIL,
    hard=True,
)
def sent_to_who_opted_out(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mailchimp", {"mailed_opted_out": True}, {"mailed_opted_out": False})


@fault(
    name="sei-survey-loses-answers",
    breaks="the survey thanks for answers, and keeps none",
    fails=[LINE],
    message=r"survey \S+ at \S+: accepted test answers is 0, want >= 1",
    touches="typeform:answers",
    hard=True,
)
def loses_answers(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "typeform", {"loses_answers": True}, {"loses_answers": False})
