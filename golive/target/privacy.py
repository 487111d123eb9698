"""What a person leaves behind, where it lies, and what they may do about it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from golive.target.base import Section


class Left(Section):
    """`[PRODUCT.privacy.data.WORD]`: something that a check leaves as a synthetic person, and where it lies then."""

    plant: str
    """The operation that leaves it; the person's mark stands for `{name}` and is in `{text}`."""
    values: dict[str, str | int] = {}
    """What other placeholders of it stand for; `{mark}` in them is the mark."""
    of: str | None = None
    """Another word of `data`: the id of that stands for `{id}`."""
    id_field: str = "id"
    """The field of the operation's answer with the id, for what is `of` this."""
    lies_in: list[str] = Field(min_length=1)
    """Places, each of which must show something of the person afterwards: `table NAME`, `bucket WORD`, `redis FAMILY`,
    `queue`, `index`, `voices`."""


class Receipt(Section):
    """`[PRODUCT.privacy.receipt]`: the entry of the audit trail that says that a person's data was erased."""

    table: str
    owner: str
    """The column with the person's id."""
    event: str
    """The column that names what happened."""
    erased: str
    """What it says of an erasure."""


class PersonalTrail(Section):
    """`[PRODUCT.privacy.trail]`: the audit trail of accesses to what is personal, and accesses that must be in it."""

    table: str
    owner: str
    """The column with the id of whose data it is."""
    actor: str
    """The column with who did it."""
    event: str
    """The column with what was done, and why."""
    object: str
    """The column with the id of the thing."""
    login: str
    """An SQL expression over the table for the database login of who acts past the product."""
    word: str
    """The word of `privacy.data` whose thing is read and changed."""
    row: str = Field(pattern=r"^[^.\s]+\.[^.\s]+$")
    """`TABLE.COLUMN` of it that a check overwrites with what is in it, as SQL."""
    accesses: dict[str, str] = Field(min_length=1)
    """Operations that read or change the thing (its id stands for `{id}`), each with the event; deletions last."""
    by_sql: str
    """The event of a change past the product."""
    bucket: str
    """Our word for the bucket whose objects are personal: accesses to them must be on record at the cloud provider."""


class Kind(Section):
    """`[PRODUCT.privacy.retention.WORD]`: where a kind of data lies that is kept for a while only.

    One of `table`, `bucket` and `logs`.
    """

    kind: str
    """What the document `retention` calls it."""
    table: str | None = None
    at: str = "created_at"
    """An SQL expression over the table for the time from which the period runs."""
    where: str = "true"
    """SQL condition on the rows that count."""
    bucket: str | None = None
    """Our word for a bucket: the former versions of its objects."""
    logs: bool = False
    """The log groups of `aws.log_groups`."""

    @model_validator(mode="after")
    def _one_place(self) -> Kind:
        if sum((self.table is not None, self.bucket is not None, self.logs)) != 1:
            raise ValueError("give one of table, bucket and logs")
        return self


class Right(Section):
    """`[PRODUCT.privacy.objection]`: a use of data that ends when a person objects."""

    purpose: str
    """What the operations `objection_make` and `consents` call it."""
    stops: str
    """The reading operation that uses the person's data for it; its field `items` is what came of that."""


class Privacy(Section):
    """`[PRODUCT.privacy]`."""

    data: dict[str, Left] = {}
    """By our word; planted in this order."""
    unplanted: dict[str, str] = {}
    """Tables with people's rows that no operation of the API writes, each with why."""
    kept: dict[str, str] = {}
    """Places that keep a person's id, and nothing else of them, after erasure, each with why."""
    objects: dict[str, str] = {}
    """Our word for a bucket (a key of `aws.buckets`) to what the keys of a person's objects begin with; `{id}` is
    the person's id."""
    namespace: str | None = None
    """The namespace of the index with a person's vectors, in which `{id}` is the person's id."""
    receipt: Receipt | None = None
    trail: PersonalTrail | None = None
    encrypted: list[Annotated[str, Field(pattern=r"^[^.\s]+\.[^.\s]+$")]] = []
    """`TABLE.COLUMN` in which addresses and telephone numbers of people lie, so that nobody reads them there."""
    patience: float = Field(default=300, gt=0)
    """Seconds that a check waits for an erasure; one that takes longer fails."""
    withheld: dict[str, str] = {}
    """`TABLE.COLUMN` that an export leaves out, each with why."""
    purposes: list[str] = []
    """What people may consent to; nobody has at first."""
    objection: Right | None = None
    retention: dict[str, Kind] = {}
    cookies: list[str] = []
    """Cookies that the site sets before anybody consents, since it does not work without them."""
    origins: list[str] = []
    """Origins beside the site's and the API's from which pages may load something before anybody consents."""
