"""What faults change in the AWS accounts beyond the accounts' own interface, each with its way back.

AWS's own calls come first. These are for what nobody can order: the digest that a task runs, a snapshot's age.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from reference.deployment import Deployment


def _call(deployment: Deployment, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    settings = deployment.settings
    answer = httpx.request(
        method,
        f"{settings.aws.endpoint_url}/__reference__/{path}",
        json=body,
        headers={"X-Control-Token": settings.control_token},
        timeout=10,
        trust_env=False,
    )
    if answer.is_error:
        raise RuntimeError(f"{method} {path} {body}: {answer.status_code} {answer.text[:300]}")
    found: dict[str, Any] = answer.json()
    return found


@contextmanager
def amended(
    deployment: Deployment,
    account: str,
    service: str,
    kind: str,
    values: dict[str, Any],
    where: dict[str, Any] | None = None,
    operation: str = "",
) -> Iterator[None]:
    """Inside the block, answers of `service` show `values` at the things of `kind` that match `where`.

    See reference/aws/amendments.py for the words. Raises RuntimeError when the accounts refuse.
    """
    body = {"account": account, "service": service, "kind": kind, "set": values, "where": where or {}}
    number = _call(deployment, "POST", "amendments", body | {"operation": operation})["id"]
    try:
        yield
    finally:
        _call(deployment, "DELETE", f"amendments/{number}")


@contextmanager
def recorded(deployment: Deployment, account: str, collection: str, record: dict[str, Any], key: str) -> Iterator[None]:
    """Inside the block a collection of ours (`scaling_activities`) has one record more, known by its field `key`."""
    _call(deployment, "POST", "records", {"account": account, "collection": collection, "record": record})
    try:
        yield
    finally:
        where = {key: record[key]}
        _call(deployment, "DELETE", "records", {"account": account, "collection": collection, "where": where})


@contextmanager
def changed_records(
    deployment: Deployment,
    account: str,
    collection: str,
    where: dict[str, Any],
    values: dict[str, Any],
    before: dict[str, Any],
) -> Iterator[None]:
    """Inside the block the records that match `where` hold `values`, after it `before`."""
    body = {"account": account, "collection": collection, "where": where}
    changed = _call(deployment, "PATCH", "records", body | {"set": values})["changed"]
    if not changed:
        raise RuntimeError(f"no record of {collection} matches {where}")
    try:
        yield
    finally:
        _call(deployment, "PATCH", "records", body | {"set": before})


def set_model(
    deployment: Deployment, account: str, model: str, values: dict[str, Any], region: str | None = None
) -> None:
    """Set attributes that the account keeps but lets nobody set: `rds/database_snapshots/NAME`."""
    where = {"region": region} if region else {}
    _call(deployment, "POST", "model", {"account": account, "model": model, "set": values, **where})


def delete_model(deployment: Deployment, account: str, model: str, key: str) -> None:
    """Remove a thing that the account's own interface would not: an automated snapshot."""
    _call(deployment, "DELETE", "model", {"account": account, "model": model, "key": key})


@contextmanager
def distorted(deployment: Deployment, account: str, pattern: str, effect: str, **how: float) -> Iterator[None]:
    """Inside the block points of the series that fit `pattern` are seen otherwise: see reference/aws/distortions.py."""
    body = {"account": account, "pattern": pattern, "effect": effect, **how}
    number = _call(deployment, "POST", "distortions", body)["id"]
    try:
        yield
    finally:
        _call(deployment, "DELETE", f"distortions/{number}")


def remember_logs(deployment: Deployment, account: str, group: str) -> None:
    """Write the old events of a log group again, whose stream was deleted."""
    _call(deployment, "POST", "history", {"account": account, "group": group})


@contextmanager
def unshipped(deployment: Deployment, streams: list[str]) -> Iterator[None]:
    """Inside the block the lines of these streams are lost."""
    _call(deployment, "POST", "shipper", {"pause": streams})
    try:
        yield
    finally:
        _call(deployment, "POST", "shipper", {"resume": streams})


def keep_record(deployment: Deployment, account: str, collection: str, record: dict[str, Any]) -> None:
    """Add to a collection of ours."""
    _call(deployment, "POST", "records", {"account": account, "collection": collection, "record": record})


def forget_records(deployment: Deployment, account: str, collection: str, where: dict[str, Any]) -> None:
    """Remove the records of a collection of ours that match: what a fault made happen never happened."""
    _call(deployment, "DELETE", "records", {"account": account, "collection": collection, "where": where})
