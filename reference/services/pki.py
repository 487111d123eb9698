"""The private certificate authority and the one server certificate of a deployment."""

from __future__ import annotations

import os
from pathlib import Path

import trustme

from reference.settings import Settings


def write_pki(settings: Settings) -> None:
    """Write `ca_file`, `certificate_file` (with chain) and `key_file` (0600), for the loopback names."""
    folder = Path(settings.ca_file).parent
    folder.mkdir(mode=0o755, exist_ok=True)
    authority = trustme.CA(organization_name="Golive reference", organization_unit_name=settings.name)
    server = authority.issue_cert(settings.host, "127.0.0.1", "::1", common_name=settings.host)
    Path(settings.ca_file).write_bytes(authority.cert_pem.bytes())
    Path(settings.certificate_file).write_bytes(b"".join(pem.bytes() for pem in server.cert_chain_pems))
    with os.fdopen(os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(server.private_key_pem.bytes())
    # The authority's key stays with the supervisor's files: faults issue certificates that expire or name another host.
    with os.fdopen(os.open(folder / "ca.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(authority.private_key_pem.bytes())
