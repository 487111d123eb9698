"""What each running copy of the API says of itself."""

from __future__ import annotations

import requests

from fixtures.api.client import ApiClient
from fixtures.parallel import each
from golive.target.api import Instance
from golive.verdict import NotConfigured, Unobservable

TRIES = 12
"""Calls through the balancer, where the target names no instances."""


def reported(api: ApiClient, operation: str, *fields: str) -> dict[str, tuple[str, ...] | str]:
    """Return instance to the fields of its answer, or to a sentence why there is no such answer.

    Raises:
        NotConfigured: the target names neither instances nor the header that tells which one answered.
        Unobservable: the answers through the balancer do not say which instance gave them.
    """
    if api.settings.instances:
        return {i.id: said for i, said in each(lambda i: (i, _ask(api, i, operation, fields)), api.settings.instances)}
    header = api.settings.instance_header
    if not header:
        raise NotConfigured("the target has neither api.instances nor api.instance_header", "Add one of them")
    found: dict[str, tuple[str, ...] | str] = {}
    for answer in each(lambda _: api.call(operation), range(TRIES), workers=4):
        if not answer.instance:
            raise Unobservable(f"{answer} without the header {header}", "Correct api.instance_header")
        found[answer.instance] = tuple(str(answer.field(f)) for f in fields)
    return found


def _ask(api: ApiClient, instance: Instance, operation: str, fields: tuple[str, ...]) -> tuple[str, ...] | str:
    try:
        answer = api.call(operation, instance=instance, raw=True)
    except requests.RequestException as error:
        return f"instance {instance.id} does not answer {operation}: {type(error).__name__}. Is it running?"
    if answer.status != api.operation(operation).status:
        return f"instance {instance.id}: {answer}"
    return tuple(str(answer.field(f)) for f in fields)
