"""The signature of a record, verified by `ssh-keygen`."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from golive.verdict import Unobservable

NAMESPACE = "golive"
SIGNERS = "allowed_signers"
SECONDS = 10


def problem_of(path: Path, person: str, at: datetime) -> str | None:
    """Why a record's signature is not the person's, with the validity that keys have at that time; None: it is.

    Raises:
        Unobservable: ssh-keygen is missing or broken, or there is no file of signers.
    """
    done = _keygen(path, at, "verify", "-n", NAMESPACE, "-I", person)
    if done is None:
        return f"is not signed: there is no {path.name}.sig"
    if done.returncode == 0:
        return None
    why = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
    return f"its signature is not {person}'s: {why[-1] if why else 'ssh-keygen refuses it'}"


def key_of(path: Path, at: datetime) -> str:
    """The fingerprint of the key that signed a record, whoever it is listed for; empty: no sound signature.

    Raises:
        Unobservable: as `problem_of`.
    """
    done = _keygen(path, at, "check-novalidate", "-n", NAMESPACE)
    found = re.search(rb"\bSHA256:\S+", done.stdout) if done is not None and done.returncode == 0 else None
    return found.group().decode() if found else ""


def _keygen(path: Path, at: datetime, *what: str) -> subprocess.CompletedProcess[bytes] | None:
    """What ssh-keygen says of the signature; None: there is none."""
    signature, signers = path.with_name(path.name + ".sig"), path.parent / SIGNERS
    if not signers.is_file():
        raise Unobservable(f"{signers} is not there", "List the keys of who may sign, see ssh-keygen(1)")
    program = shutil.which("ssh-keygen")
    if program is None:
        raise Unobservable("ssh-keygen is not on this machine", "Install OpenSSH 8.9 or later")
    if not signature.is_file():
        return None
    time = f"{at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    command = [program, "-Y", *what, "-f", str(signers), "-s", str(signature), "-O", f"verify-time={time}"]
    try:
        content = path.read_bytes()
        return subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unobservable(f"record {path.name}: ssh-keygen could not verify it: {error}", "Run again") from None
