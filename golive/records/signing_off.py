"""What `python -m golive sign-off` asks beyond other records: the decision, what was decided on, what came before."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from golive.attestation import Records, sha256_of
from golive.catalogue import Line
from golive.records.writing import RecordRefusedError


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of a sign-off."""
    parser.add_argument("--report", type=Path, metavar="JSON", help="the results.json that you have read")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="the saved Terraform plan that you have read")
    parser.add_argument(
        "--image", action="append", default=[], metavar="SHA256:...", help="digest of an image of the release, each"
    )
    parser.add_argument("--accept", action="append", default=[], metavar="ID", help="line that you take on as a risk")
    parser.add_argument("--reject", action="store_true", help="sign that the release may not go live")
    officers = parser.add_argument_group("of an authorisation to go live")
    officers.add_argument(
        "--window", nargs=2, type=datetime.fromisoformat, metavar=("OPENS", "CLOSES"),
        help="when the release may go live, such as 2026-11-22T18:00:00Z",
    )  # fmt: skip
    officers.add_argument("--lead", default="", help="who leads the deployment: an address of the on-call register")
    officers.add_argument("--emergency-contact", default="", help="as --lead")
    officers.add_argument("--rollback-authority", default="", help="who decides on a rollback, as --lead")


def values_of(options: argparse.Namespace, line: Line, records: Records) -> dict[str, Any]:
    """Return `accepts` and `sign_off` of the record.

    Raises:
        RecordRefusedError: the line is none that is signed off, or something is missing that the line needs.
        Unobservable: the records can't be read.
    """
    if not line.covers:
        raise RecordRefusedError(f"{line.id} is not signed off: state it with `python -m golive attest`")
    if options.report is None:
        raise RecordRefusedError("--report is missing: name the results.json that you have read")
    said: dict[str, Any] = {
        "decision": "reject" if options.reject else "approve",
        "report_sha256": _digest(options.report),
        "images": options.image,
    }
    if options.plan is not None:
        said["plan_sha256"] = _digest(options.plan)
    if line.follows:
        said["follows"] = [{"line": other, "sha256": _newest(records, other)} for other in line.follows]
        missing = [o for o in ("window", "lead", "emergency_contact", "rollback_authority") if not getattr(options, o)]
        if missing:
            raise RecordRefusedError(f"--{missing[0].replace('_', '-')} is missing: {line.id} authorises to go live")
        said |= {o: getattr(options, o) for o in ("lead", "emergency_contact", "rollback_authority")}
        said["window"] = {"opens": options.window[0], "closes": options.window[1]}
    return {"accepts": options.accept, "sign_off": said}


def _newest(records: Records, line: str) -> str:
    found = records.of(line, "sign-off")
    if not found:
        raise RecordRefusedError(f"{line} is not signed off yet, and comes first")
    return sha256_of(found[0].path)


def _digest(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise RecordRefusedError(f"{path} can't be read: {error.strerror}") from None
