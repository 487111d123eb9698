"""Reports that are made on a schedule for each tenant: when they were, where they lie, and what must be in them."""

from __future__ import annotations

from pydantic import Field

from golive.target.base import Section


class ReportFile(Section):
    """`[PRODUCT.reports.scheduled.WORD.file]`: where a report lies for its readers, as JSON."""

    bucket: str
    """Our word for the bucket, a key of `aws.buckets`."""
    key: str
    """Of the object, with `{tenant}` and `{id}`, the run's."""
    rows: str
    """JSONPath of the ids of the rows that it shows."""
    total: str
    """JSONPath of their number, as the report tells it."""


class ScheduledReport(Section):
    """`[PRODUCT.reports.scheduled.WORD]`. Its SQL is read by a role from which row security hides nothing; `{since}`
    and `{until}` are times, `{tenant}` and `{row}` ids."""

    every: float = Field(gt=0)
    """Hours between two runs; each shows what was new in them."""
    tenants: str
    """SQL: those who are to get it and were there at `{since}`, as rows with `tenant`."""
    runs: str
    """SQL: the runs since `{since}` that ended well, as rows with `tenant`, `id`, `at` (the time up to which it shows
    what was new) and `scheduled` (false for those that somebody asked for)."""
    file: ReportFile
    source: str
    """SQL: what a run for `{tenant}` shows of the time after `{since}` up to `{until}`, as rows with `id`."""
    owner: str
    """SQL: whose the row `{row}` is, as rows with `tenant`; none where it is gone."""
    shows: str
    """The word in `[tenancy.things]` of what it shows; each tenant has one made before it asks for a report."""
    order: str
    """The word in `[tenancy.things]` of a report that a tenant asks for."""
    order_hours: float = Field(gt=0)
    """Hours that such a one looks back."""
    patience: float = Field(default=60, gt=0)
    """Seconds that a check waits for a report that it asked for."""


class Reports(Section):
    """`[PRODUCT.reports]`."""

    scheduled: dict[str, ScheduledReport] = Field(min_length=1)
    """By our word."""
