"""Signed records of what only people know: who stated what of a release, when, on what evidence, until when.

A record is a TOML file `NAME.toml` in `[PRODUCT.attestations] folder`; beside it lies its signature `NAME.toml.sig`,
made by `ssh-keygen -Y sign -n golive -f KEY NAME.toml`. Two more files say who may sign: `allowed_signers` (see
ssh-keygen(1), ALLOWED SIGNERS; the principal is the person's address) and `roles.toml`, the register of roles:

    [[role]]
    name = "Security Lead"
    person = "mira@example.com"
    since = 2026-01-01T00:00:00Z
    until = 2027-01-01T00:00:00Z      # optional
    lines = ["SEI-1.1.2.*"]           # what the role may speak about; patterns
    may = ["attestation", "waiver"]   # what it may do; attestation alone by default

    [[revoked]]                       # a record that was taken back
    sha256 = "..."                    # of the record's file
    on = 2026-11-22T09:00:00Z
    reason = "The budget was cut."

A record's evidence is files and links, each with the hash of its content, which is compared whenever the record is:

    [[evidence]]
    link = "https://wiki.example.com/minutes/42.pdf"
    sha256 = "..."

No cryptography is done here: `ssh-keygen` verifies. `statement` and `register` are what the files hold, `signature`
and `evidence` look behind a record, `records` judges it.
"""

from golive.attestation.evidence import sha256_of
from golive.attestation.records import Record, Records
from golive.attestation.register import Role
from golive.attestation.signature import NAMESPACE
from golive.attestation.statement import Evidence, Kind, Statement

__all__ = ["NAMESPACE", "Evidence", "Kind", "Record", "Records", "Role", "Statement", "sha256_of"]
