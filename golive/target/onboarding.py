"""How newcomers get from the beginning to their first work, as the product's own events tell it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from golive.target.base import Section


class Onboarding(Section):
    """`[PRODUCT.onboarding]`. Its SQL is read by a role from which row security hides nothing; `{since}` is a time."""

    events: str
    """SQL: the steps that organisations took since then, as rows with `organization`, `step`, `at` and `internal`
    (true for synthetic and own ones, which count for nothing)."""
    steps: list[str] = Field(min_length=2)
    """The steps in their order: the first says that an organisation began, the last that it is through."""
    settled: float = Field(default=60, gt=0)
    """Minutes after which a newcomer who will get through has: steps that are taken later are no part of the funnel of
    a day, and who began later is not counted in it yet."""
    baseline_days: int = Field(default=28, gt=0)
    """The days before the deployment that newcomers since it are compared with."""
    fewest: int = Field(default=10, gt=0)
    """Newcomers since the deployment, and before it, of whom a share says something."""
    waiting: str
    """SQL: the tenants that are not ready, as rows with `tenant` and `since`, the time from which they wait."""
    failed: str
    """SQL: the jobs of making tenants ready that failed since then, as rows with `what`."""

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.steps)) < len(self.steps):
            raise ValueError("steps names a step twice")
        return self
