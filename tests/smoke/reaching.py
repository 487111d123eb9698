"""Endpoints and pages that are tried, many at once, and what was wrong with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from fixtures.api import ApiClient
from fixtures.parallel import each
from fixtures.web import Site
from golive.target.api import Instance
from golive.verdict import Unobservable
from tests.judges.endpoints import DOOR, actor, is_plain_read, some_path

T = TypeVar("T")


@dataclass(frozen=True)
class Tried:
    """One endpoint: what is wrong with it ("" when nothing), the seconds that it took, and how to try it again."""

    what: str
    problem: str
    seconds: float
    again: Callable[[], Tried] | None = None


def each_tried(look: Callable[[T], Tried], things: Iterable[T]) -> list[Tried]:
    todo = list(things)
    return [replace(t, again=partial(look, thing)) for t, thing in zip(each(look, todo, workers=4), todo, strict=True)]


def reach(api: ApiClient, name: str, instance: Instance | None = None) -> Tried:
    """Call what only reads; ask for the methods of what writes, needs values or costs money.

    Args:
        instance: of this copy, past the balancer.
    """
    operation = api.settings.operations[name]
    try:
        if is_plain_read(operation):
            answer = api.call(
                name, identity=actor(operation, api.settings.identities, api.settings.roles), instance=instance
            )
            good = answer.status == operation.status
        else:
            answer = api.send("OPTIONS", some_path(operation), name=name, reading=True, instance=instance)
            good = answer.status in DOOR
    except Unobservable as error:
        return Tried(name, error.reason, 0)
    return Tried(answer.call, "" if good else f"{answer}: not reachable as it should be", answer.seconds)


def open_page(site: Site, path: str) -> Tried:
    """A page opens, or sends a visitor who has not signed in elsewhere on the site."""
    try:
        page = site.get(path)
    except Unobservable as error:
        return Tried(path, error.reason, 0)
    good = page.status == 200 or (page.status in (302, 303, 307, 308) and page.location)
    return Tried(str(page), "" if good else f"{page}, want the page", page.seconds)
