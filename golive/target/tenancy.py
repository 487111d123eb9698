"""Whose is what: the things of tenants, and where else their data lies. What is not described here is a finding."""

from __future__ import annotations

from pydantic import Field

from golive.target.base import Section


class Thing(Section):
    """`[PRODUCT.tenancy.things.WORD]`: a kind of thing that belongs to one tenant, and has an id."""

    table: str | None = None
    """Where its row is."""
    id_column: str = "id"
    """The column of its row that holds the id."""
    create: str | None = None
    """The operation that makes one; None: the identities' standing ones are used."""
    id_field: str = "id"
    """The field of that operation's answer with the id."""
    standing: str | None = None
    """The identities' word for a standing one (`id`, or a key of `extra`), where none is made."""
    also: dict[str, str] = {}
    """Rows that `create` makes besides: a field of its answer to the `TABLE.COLUMN` that holds it."""
    values: dict[str, str | int] = {}
    """What placeholders of `create` and of `operations` stand for, where it is more than a name or a text."""
    operations: dict[str, str] = {}
    """Operation to the placeholder that takes the id, such as `{get_lead = "id"}`. Ending in `s`: a list."""
    streams: dict[str, str] = {}
    """Stream (`main`, or a key of `websocket.others`) to the placeholder that takes the id."""
    remove: str | None = None
    """That one of `operations` which takes the thing away; tried last."""
    counted: list[str] = []
    """Operations whose field `total` counts a tenant's things."""
    alive: str = "true"
    """SQL condition on the rows that are counted."""


class Tenancy(Section):
    """`[PRODUCT.tenancy]`."""

    things: dict[str, Thing] = {}
    unattacked: dict[str, str] = {}
    """Operations that take an id and are not tried with another tenant's, each with the reason; reviewed."""
    keys: dict[str, str] = {}
    """Families of Redis keys: a pattern in which `{tenant}` stands for the tenant's id, `{user}` for a user's and `*`
    for anything, to what it holds. A family with neither is shared, and may hold nothing of a tenant's."""
    own: dict[str, dict[str, str]] = {}
    """Operation to a field of its answer to the `TABLE.COLUMN` in which a tenant's own value stands."""
    ready: str = "active"
    """What the field `status` of `get_tenant` says when a new tenant is ready."""
    objects: dict[str, str] = {}
    """Our word for a bucket (a key of `aws.buckets`) to what the keys of a tenant's objects begin with; `{tenant}` is
    its id."""
    requests: int = Field(default=5000, gt=0)
    """Requests that synthetic tenants make side by side, to see that none sees another's."""
    together: int = Field(default=50, gt=0)
    """The most of them at once."""
