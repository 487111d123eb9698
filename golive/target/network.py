"""`[PRODUCT.network]`: the parts of the network, where to try paths from, and which paths there may be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from golive.target.base import Section

ADDRESS = r"^\S+:\d+$"


class NetworkPlace(Section):
    """`[PRODUCT.network.places.WORD]`: something that listens."""

    address: str = Field(pattern=ADDRESS)
    """`host:port` as the parts inside know it."""
    outside: str | None = Field(default=None, pattern=ADDRESS)
    """`host:port` where strangers would have to find it; None: at `address`."""


class Vantage(Section):
    """`[PRODUCT.network.vantages.WORD]`: a part of the deployment from which paths are tried."""

    command: list[str] = Field(min_length=1)
    """Program and arguments that run golive/network_probe.py there; the word `{places}` becomes all the places."""
    may: list[str] = Field(min_length=1)
    """Words of the places that it must reach. It must reach no other."""

    @model_validator(mode="after")
    def _has_places(self) -> Vantage:
        if not any("{places}" in word for word in self.command):
            raise ValueError("command has no {places}, so it would try nothing")
        return self


class Impersonation(Section):
    """`[PRODUCT.network.impersonation]`: an impostor in the place of a store, for drills on staging."""

    begin: list[str] = Field(min_length=1)
    """Program and arguments that put it there: what answers at the store's address from now on shows a certificate of
    an authority that nobody trusts and leads to the real store, and sessions with the real one are ended. `{hop}` is
    the store's word. Exit code 0: it is there."""
    end: list[str] = Field(min_length=1)
    """Program and arguments that take it away; they may be run when there is none."""
    hops: list[Literal["postgres", "redis"]] = ["postgres", "redis"]
    """Words of `api.dependencies`."""


class Network(Section):
    """`[PRODUCT.network]`."""

    places: dict[str, NetworkPlace] = Field(min_length=1)
    vantages: dict[str, Vantage] = Field(min_length=1)
    public: list[str] = Field(min_length=1)
    """Words of the places that everybody must reach, tried from where the run is. From there no other may answer."""

    impersonation: Impersonation | None = None
    databases: list[str] = []
    """Words of the places that are the product's databases, the replicas too."""
    database_operators: list[str] = []
    """Roles of the database server, beside those of `postgres.roles`, that may log in: its owner's, the provider's."""

    @model_validator(mode="after")
    def _words_are_places(self) -> Network:
        for what, words in (
            ("public", self.public),
            ("databases", self.databases),
            *((f"vantages.{n}.may", v.may) for n, v in self.vantages.items()),
        ):
            for word in words:
                if word not in self.places:
                    raise ValueError(f"{what} names {word!r}, which is none of places: {', '.join(self.places)}")
        if "outside" in self.vantages:
            raise ValueError("the vantage `outside` is where the run is; give this one another name")
        return self
