"""The private certificate authority (a root and the intermediate that signs) and the server certificates.

Servers send their certificate with the intermediate; who trusts the root alone sees a complete chain, or a broken one.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from reference.aws.inventory import domain_of
from reference.settings import Settings

ROOT, ISSUER = "ca", "issuer"
DAYS = 365


def write_pki(settings: Settings) -> None:
    """Write `ca_file`, `certificate_file` (with chain) and `key_file` (0600), for the loopback names."""
    folder = Path(settings.ca_file).parent
    folder.mkdir(mode=0o755, exist_ok=True)
    authority = trustme.CA(organization_name="Golive reference", organization_unit_name=settings.name)
    issuer = authority.create_child_ca()
    Path(settings.ca_file).write_bytes(authority.cert_pem.bytes())
    (folder / f"{ISSUER}.pem").write_bytes(issuer.cert_pem.bytes())
    # The authorities' keys stay with the supervisor's files: faults issue certificates that expire.
    _write_key(folder / f"{ROOT}.key", authority.private_key_pem.bytes())
    _write_key(folder / f"{ISSUER}.key", issuer.private_key_pem.bytes())
    issue(settings, Path(settings.certificate_file))


def issue(
    settings: Settings, path: Path, *, days: float = DAYS, names: tuple[str, ...] = (), chain: bool = True
) -> Path:
    """Write a server certificate to `path` and its key (0600) beside it, `.key` for `.pem`; returns `path`.

    Args:
        days: how long it is still valid; negative for an expired one.
        names: hosts and addresses that it is for, by default those of this deployment.
        chain: whether the intermediate follows it.
    """
    folder = Path(settings.ca_file).parent
    issuer = trustme.CA.from_pem((folder / f"{ISSUER}.pem").read_bytes(), (folder / f"{ISSUER}.key").read_bytes())
    now = datetime.now(UTC)
    server = issuer.issue_cert(
        *(names or hosts(settings)),
        common_name=(names or (settings.host,))[0],
        not_before=now - timedelta(days=60),
        not_after=now + timedelta(days=days),
    )
    pems = [server.cert_chain_pems[0].bytes(), *([(folder / f"{ISSUER}.pem").read_bytes()] if chain else [])]
    path.write_bytes(b"".join(pems))
    _write_key(path.with_suffix(".key"), server.private_key_pem.bytes())
    return path


def hosts(settings: Settings) -> tuple[str, ...]:
    """All names and addresses that the deployment is reached by: on loopback, and in its products' domains."""
    domains = [domain_of(product) for product in settings.products]
    public = (f"{name}{domain}" for domain in domains for name in ("", "api.", "app.", "status."))
    return settings.host, "127.0.0.1", "::1", *public


def issue_by_itself(path: Path) -> Path:
    """Write a self-signed certificate to `path` and its key beside it; returns `path`."""
    nobody = trustme.CA(organization_name="Golive reference")
    path.write_bytes(nobody.cert_pem.bytes())
    _write_key(path.with_suffix(".key"), nobody.private_key_pem.bytes())
    return path


def forge(settings: Settings, path: Path) -> Path:
    """Write a certificate for all this deployment's names, from an authority that nobody knows; returns `path`."""
    stranger = trustme.CA(organization_name="Nobody").issue_cert(*hosts(settings), common_name=settings.host)
    path.write_bytes(b"".join(pem.bytes() for pem in stranger.cert_chain_pems))
    _write_key(path.with_suffix(".key"), stranger.private_key_pem.bytes())
    return path


def _write_key(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
