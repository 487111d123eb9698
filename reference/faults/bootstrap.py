"""Roles and rights that are not as the database's bootstrap declares them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
LINE = "SEI-2.1.1.2.1"


@fault(
    name="sei-roles-everybody-creates",
    breaks="everybody may create objects in the product's schema",
    fails=[LINE],
    message=r"everybody \(PUBLIC\) has CREATE on schema public",
    touches=["postgres:seiketsu:schema:public"],
)
def everybody_creates(deployment: Deployment) -> Iterator[None]:
    there, back = ["grant create on schema public to public"], ["revoke create on schema public from public"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="sei-roles-application-becomes-owner",
    breaks="the application's role is a member of the owner: it inherits nothing, and yet SET ROLE makes it the owner",
    fails=[LINE],
    message=r"role seiketsu_app can become seiketsu_owner, which owns the tables",
    touches=["postgres:seiketsu:role:app"],
    hard=True,
)
def application_becomes_owner(deployment: Deployment) -> Iterator[None]:
    there, back = ["grant seiketsu_owner to seiketsu_app"], ["revoke seiketsu_owner from seiketsu_app"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="sei-roles-default-rights-forgotten",
    breaks="tables of the next migration will be closed to the application, and open to everybody",
    fails=[LINE],
    message=r"new tables of seiketsu_owner will not give INSERT to seiketsu_app(.|\n)*"
    r"new tables of seiketsu_owner will give SELECT to public",
    touches=["postgres:seiketsu:default-privileges"],
    hard=True,
)
def default_rights_forgotten(deployment: Deployment) -> Iterator[None]:
    own = "alter default privileges for role seiketsu_owner in schema public"
    there = [f"{own} revoke all on tables from seiketsu_app", f"{own} grant select on tables to public"]
    back = [
        f"{own} revoke select on tables from public",  # noqa: S608
        f"{own} grant select, insert, update, delete on tables to seiketsu_app",
    ]
    with changed(deployment, PRODUCT, there, back):
        yield
