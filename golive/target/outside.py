"""`[PRODUCT.outside]`: the deployment as a stranger on the internet finds it."""

from __future__ import annotations

from golive.target.base import LocalPath, Section, Url


class Origin(Section):
    """`[PRODUCT.outside.origins.WORD]`: what stands behind a content network or firewall and must not answer itself."""

    url: Url
    """The origin's own address with a path that the content network serves."""
    host: str | None = None
    """The host name to ask for, where the origin tells products apart by it."""
    ca_file: LocalPath | None = None


class Outside(Section):
    """`[PRODUCT.outside]`."""

    addresses: list[str] = []
    """IP addresses at which strangers find it; empty: those that its public names resolve to."""
    private_ports: list[int] = []
    """Ports that its parts listen on inside, tried from outside beside the well-known ones."""
    not_ours: dict[str, str] = {}
    """A port that answers at these addresses and is no part of the deployment, to the reason."""
    origins: dict[str, Origin] = {}
    sources: list[str] = []
    """Further addresses of the machine of the run, to be a client of its own from: floods come from the first,
    guesses from the first and the last, other wrong sign-ins from those between."""
    internal_paths: list[str] = []
    """Paths of the API's host that are for its operators alone, beside those of common tools."""
