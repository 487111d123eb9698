"""Whose is what: the things of tenants, and where else their data lies. What is not described here is a finding."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, model_validator

from golive.target.base import LocalPath, Section


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

    @model_validator(mode="after")
    def _removable(self) -> Self:
        if self.remove and self.remove not in self.operations:
            raise ValueError(f"remove = {self.remove!r} is none of its operations; add it there, with its placeholder")
        return self


class Before(Section):
    """`[PRODUCT.tenancy.before]`: what each tenant had before the deployment, to see that it has it still."""

    folder: LocalPath
    """Where runs keep what they saw, a JSON file each; the newest from before the deployment is compared with."""
    tenants: str = Field(pattern=r"^[^.\s]+\.[^.\s]+$")
    """`TABLE.COLUMN` with the ids of all tenants."""
    active: str = "true"
    """SQL condition on the tenants that count."""
    contents: dict[str, str] = {}
    """Table to an SQL expression over a row of what nobody changes; a few rows a tenant are compared by its digest."""
    id_column: str = "id"
    """The column by which those rows are known."""
    lookups: dict[str, str] = {}
    """`TABLE.COLUMN` of an address to the SQL by which the application finds the tenant by it: `%s` is the address."""
    deleted: list[str] = []
    """Events of the audit trail that say that something was deleted."""


class Provisioning(Section):
    """`[PRODUCT.tenancy.provisioning]`: the product's own records of how tenants were made ready."""

    table: str
    step: str = "step"
    """The column that names the step."""
    at: str = "created_at"
    """The column with the time of it."""
    actor: str
    """The column with who took it."""
    begin: str
    """The step that says when the tenant was asked for."""
    end: str
    """The step that says that it is ready."""
    automatic: list[str] = Field(min_length=1)
    """What `actor` says of steps that no human took."""
    patience: float = Field(default=1800, gt=0)
    """Seconds that a check waits for a new tenant to be at work; one that takes longer fails. The line admits 1800."""


class Store(Section):
    """`[PRODUCT.tenancy.stores.WORD]`: a place that keeps something of tenants, and how a mark gets there.

    One of `row`, `find`, `object` and `key` says where it is seen.
    """

    plant: str | None = None
    """The operation that puts it there; the mark stands for `{name}` and `{text}`. None: what another store got, or a
    worker, puts it there."""
    values: dict[str, str | int] = {}
    """What other placeholders of it stand for; `{mark}` in them is the mark."""
    of: str | None = None
    """The store whose mark is seen here, where it is not one of its own."""
    row: str | None = Field(default=None, pattern=r"^[^.\s]+\.[^.\s]+$")
    """`TABLE.COLUMN` in which it stands."""
    find: str | None = None
    """An index: the operation that finds it by `{text}`."""
    object: str | None = None
    """Our word for a bucket: an object of the tenant's in it holds it."""
    key: str | None = None
    """A family of Redis keys (a key of `keys`): the value of one of the tenant's holds it."""

    @model_validator(mode="after")
    def _one_place(self) -> Store:
        if sum(place is not None for place in (self.row, self.find, self.object, self.key)) != 1:
            raise ValueError("give one of row, find, object and key")
        return self


class PlanQuota(Section):
    """`[PRODUCT.tenancy.quotas.WORD]`: something of which a plan allows a tenant so much."""

    fill: str
    """The operation that uses one of it up."""
    name: str = ""
    """What the product calls it, in `tenant_quotas` and in refusals; empty: by the word."""
    used: str
    """The field of the operation `organization` that says how much is used."""
    most: int = Field(default=3, ge=0)
    """The quota that a check gives its own tenant. 0: something that takes long to use up; then none may be used."""
    period: str | None = Field(default=None, pattern=r"^[^.\s]+\.[^.\s]+$")
    """`TABLE.COLUMN` with the time by which a use belongs to a month, where the quota begins anew with each."""


class Configuration(Section):
    """`[PRODUCT.tenancy.configuration]`: a tenant's settings, as the operations `settings_*` read and change them."""

    text: str
    """A setting that takes any text."""
    secret: str | None = None
    """A setting that holds a secret: whoever reads the settings is not told it."""
    invalid: list[dict[str, Any]] = Field(min_length=1)
    """Settings that must be refused: a wrong type, an unknown key."""


class VoiceAgents(Section):
    """`[PRODUCT.tenancy.agents]`: what each tenant's voice agent is to be, and what its callers ask."""

    settings: str
    """SQL that gives a row with `agency` (the tenant's name), `voice` (the provider's id) and `greeting` of the agent
    whose id is `{agent}`."""
    agent: str = "voice_agent"
    """The identities' word for their tenant's agent, a key of `extra`."""
    question: str = Field(min_length=1)
    """What a caller of any tenant says; the answer names the agency, and a listing that holds the tenant's marker."""


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
    provisioning: Provisioning | None = None
    before: Before | None = None
    agents: VoiceAgents | None = None
    stores: dict[str, Store] = {}
    """Where tenants' data is kept, each to be marked by checks."""
    unmarked: dict[str, str] = {}
    """Tables of tenants that no operation of the API writes, each with what does; standing canaries have rows there."""
    plans: list[str] = []
    """The plans on which tenants are made."""
    synthetic: str | None = Field(default=None, pattern=r"^[^.\s]+\.[^.\s]+$")
    """`TABLE.COLUMN` that says of a tenant that nobody pays for it: billing and figures leave it out."""
    quotas: dict[str, PlanQuota] = {}
    configuration: Configuration | None = None
    jobs: list[str] = []
    """Things that are made in this order, so that jobs about them wait in the queue: one that tells a web server which
    never answers, and one that it is told of."""
    requests: int = Field(default=5000, gt=0)
    """Requests that synthetic tenants make side by side, to see that none sees another's."""
    together: int = Field(default=50, gt=0)
    """The most of them at once."""

    @model_validator(mode="after")
    def _jobs_are_made(self) -> Self:
        for word in self.jobs:
            if word not in self.things or self.things[word].create is None:
                raise ValueError(f"jobs names {word!r}, which is none of things that are made")
        return self
