"""`[PRODUCT.aws.elsewhere.WORD]`: services that a deployment keeps in another account than its own."""

from __future__ import annotations

from difflib import get_close_matches

from pydantic import Field, field_validator, model_validator

from golive.target.base import Section


class OtherAccount(Section):
    """An account that a company keeps for all its products: of names (`route53`), of bills (`budgets`), of trails."""

    account_id: str = Field(pattern=r"^\d{12}$")
    services: list[str] = Field(min_length=1)
    """What is read there instead of in the product's account, by boto3's names of services."""
    assume_role: str | None = Field(default=None, pattern=r"^arn:")
    """The role to read with there, taken by the keys, profile or usual chain of `[PRODUCT.aws]`."""
    profile: str | None = None
    """A profile of boto3 to read with there, instead of a role."""
    region: str | None = None
    """Where that account keeps them; else the product's region."""

    @field_validator("services")
    @classmethod
    def _services_are_known(cls, names: list[str]) -> list[str]:
        from botocore.loaders import create_loader  # slow to import, and few targets have this section

        known = create_loader().list_available_services("service-2")
        for name in names:
            if name not in known:
                near = ", ".join(get_close_matches(name, known, 3)) or "route53, budgets, cloudtrail, ..."
                raise ValueError(f"boto3 knows no service {name!r}; did you mean: {near}?")
        return names

    @model_validator(mode="after")
    def _has_a_way_in(self) -> OtherAccount:
        if (self.assume_role is None) == (self.profile is None):
            raise ValueError("give assume_role, or profile: with what to read in that account")
        if self.assume_role and f":{self.account_id}:" not in self.assume_role:
            raise ValueError(f"assume_role is not of account {self.account_id}")
        return self
