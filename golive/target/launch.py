"""`[PRODUCT.launch]`: what was stored when the product went live, to see later that nothing was lost or altered."""

from __future__ import annotations

from pydantic import Field

from golive.target.base import LocalPath, Section

COLUMN = r"^[^.\s]+\.[^.\s]+$"


class IndexedRows(Section):
    """`[PRODUCT.launch.index]`: the rows that have a vector each in the index of `[PRODUCT.pinecone]`."""

    table: str
    key: str = "id"
    """The column whose value is the vector's id."""
    namespace: str | None = None
    """The column whose value is the vector's namespace; None: all are in the default one."""
    where: str = "true"
    """SQL condition of the rows that have one."""
    metadata: dict[str, str] = Field(min_length=1)
    """Field of the vector's metadata to the column that holds the same: by it a vector of another text is known."""


class TrailRule(Section):
    """One of `[[PRODUCT.launch.trail]]`: what the audit trail says was made, and not deleted, must be there."""

    table: str
    """The audit trail."""
    event: str
    """Its column with the kind of event."""
    object: str
    """Its column with the id of what was made or deleted."""
    created: str
    """The event that says that a row was made."""
    deleted: list[str] = Field(min_length=1)
    """The events that say that it was deleted."""
    rows: str = Field(pattern=COLUMN)
    """`TABLE.COLUMN` with the id of the rows."""
    owner: str | None = None
    """The trail's column with whose row it is."""
    owner_deleted: list[str] = []
    """The events of an owner that end all rows of theirs."""


class Launch(Section):
    """`[PRODUCT.launch]`."""

    record: LocalPath
    """A JSON file that was written at launch; docs/target.md says what it holds."""
    index: IndexedRows | None = None
    trail: list[TrailRule] = []
