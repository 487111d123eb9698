"""Newcomers who stay behind: stuck, on one way in, at the payment, late, or counted as others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from reference.faults import fault
from reference.faults.schema import changed
from reference.faults.tenant_creation import MAKING
from reference.schema.canaries import PLATFORM, SMALL
from reference.schema.newcomers import BEFORE, ENDED_AFTER, LATELY, STEPS, event_id, properties, way
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, TODAY, RATE = "seiketsu", "SEI-3.2.2.1.3", "SEI-5.2.1.1.2"
READY, CREATION = "SEI-5.2.1.1.1", "SEI-2.2.1.1.1"
EVENTS = f"postgres:{PRODUCT}:table:analytics_events:onboarding"
OTHERS = [n for n in BEFORE if n not in ENDED_AFTER]


@contextmanager
def _lost(deployment: Deployment, numbers: Iterable[int], steps: Iterable[str]) -> Iterator[None]:
    """The events of some organisations are of another kind, which is nobody's beginning."""
    ids = ", ".join(f"'{event_id(n, step)}'" for n in numbers for step in steps)
    rename = f"update analytics_events set event_type = '{{}}' where id in ({ids})"  # noqa: S608
    with changed(deployment, PRODUCT, [rename.format("lost")], [rename.format("onboarding")]):
        yield


@fault(
    name="sei-onboarding-two-stuck",
    breaks="two tenants are being made ready for fifty minutes",
    fails=[TODAY],
    message=r"making tenants ready: stuck tenants is 2, want == 0.*tenant \w{8} waits for \d+(\.\d)? min",
    touches=[f"postgres:{PRODUCT}:table:clients", *MAKING],
)
def two_stuck(deployment: Deployment) -> Iterator[None]:
    whose = f"where id in ('{PLATFORM.id}', '{SMALL.id}')"
    move = f"update clients set provisioning_step = '{{}}', created_at = created_at {{}} interval '50 minutes' {whose}"  # noqa: S608
    with changed(deployment, PRODUCT, [move.format("storage", "-")], [move.format("active", "+")]):
        yield


@fault(
    name="sei-onboarding-own-sign-in-fails",
    breaks="who comes by an own sign-in can't bring leads along since the deployment; a synthetic newcomer has none",
    fails=[TODAY],
    message=r"step data: 67% of 12 newcomers since the deployment take it, 97% before: conversion to baseline is 0\.6",
    touches=[EVENTS, *MAKING],
    hard=True,
)
def own_sign_in_fails(deployment: Deployment) -> Iterator[None]:
    with _lost(deployment, [n for n in LATELY if way(n) == "sso"], ["data", "call"]):
        yield


@fault(
    name="sei-onboarding-untold",
    breaks="newcomers get through, and the product writes none of their steps any more",
    fails=[TODAY],
    message=r"a synthetic organisation did all, and the events do not have its started, .*call: the funnel is blind",
    touches=[f"app:{PRODUCT}:behaviour:onboarding", *MAKING],
    hard=True,
)
def untold(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "onboarding_untold")


@fault(
    name="sei-set-up-fails-at-payment",
    breaks="one sign-up in ten fails at the payment",
    fails=[RATE],
    message=r"52 of 60 organisations .*: success rate is 86\.67 percent, want > 95.*7 stayed behind between started",
    touches=[EVENTS, *MAKING],
)
def fails_at_payment(deployment: Deployment) -> Iterator[None]:
    with _lost(deployment, OTHERS[::10], list(STEPS)[1:]):
        yield


@fault(
    name="sei-set-up-counted-twice",
    breaks="one organisation in ten does not get through, and others do it again and again",
    fails=[RATE],
    message=r"52 of 60 organisations .*: success rate is 86\.67 percent, want > 95",
    touches=[EVENTS, *MAKING],
    hard=True,
)
def counted_twice(deployment: Deployment) -> Iterator[None]:
    behind = OTHERS[::10]
    ids = [event_id(n, step, attempt) for n in OTHERS for step in STEPS for attempt in (3, 4, 5, 6)]
    copy = "insert into analytics_events (id, organization_id, event_type, properties, created_at) select %s,"
    copy += " organization_id, event_type, %s, created_at + interval '1 hour' * %s from analytics_events where id = %s"
    try:
        with _lost(deployment, behind, list(STEPS)[2:]), deployment.sql(PRODUCT) as connection:
            connection.cursor().executemany(
                copy,
                [
                    (event_id(n, step, attempt), Jsonb(properties(n, step)), attempt, event_id(n, step))
                    for n in OTHERS
                    if n not in behind
                    for step in STEPS
                    for attempt in (3, 4, 5, 6)
                ],
            )
            yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute("delete from analytics_events where id = any(%s)", (ids,))


@fault(
    name="sei-set-up-takes-days",
    breaks="one organisation in ten gets through a day and a half after it began",
    fails=[RATE],
    message=r"5\d of 60 organisations .*: success rate is 8\d(\.\d+)? percent, want > 95.*between data and call",
    touches=[EVENTS, *MAKING],
    hard=True,
)
def takes_days(deployment: Deployment) -> Iterator[None]:
    ids = ", ".join(f"'{event_id(n, 'call')}'" for n in OTHERS[4::9])
    move = f"update analytics_events set created_at = created_at {{}} interval '36 hours' where id in ({ids})"  # noqa: S608
    with changed(deployment, PRODUCT, [move.format("+")], [move.format("-")]):
        yield


@fault(
    name="sei-set-up-seldom-and-broken",
    breaks="few have come, so that their share says nothing, and the largest plan waits for somebody's approval",
    fails=[RATE, READY, CREATION],
    message={
        RATE: r"a tenant on enterprise is not at work .*(.|\n)*20 synthetic runs: synthetic failures is 6, want == 0",
        READY: r"a tenant on enterprise is not at work 30 s after it was asked for: it is said to be organization",
        CREATION: r"was answered 201, but it is said to be organization",
    },
    touches=[EVENTS, f"app:{PRODUCT}:behaviour:provisioning:admin-of-plan", *MAKING],
    hard=True,
)
def seldom_and_broken(deployment: Deployment) -> Iterator[None]:
    with _lost(deployment, BEFORE[::2], STEPS):
        yield from switched(deployment, PRODUCT, "plans_with_approval", ["enterprise"])
