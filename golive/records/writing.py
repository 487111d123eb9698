"""Writes one record, has ssh-keygen sign it, and keeps it only if it then holds."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from golive import clock
from golive.attestation import NAMESPACE, Record, Records, Statement, sha256_of
from golive.verdict import Unobservable

SECONDS = 120
"""For the person to touch a hardware key or type a passphrase."""


class RecordRefusedError(Exception):
    """The record was not written, and why. Nothing is left in the folder."""


def text_of(said: Statement) -> str:
    """Return the record as its file holds it."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Signed with ssh-keygen -Y sign: a change voids the signature."))
    for name, value in said.model_dump(exclude_defaults=True).items():
        if name != "evidence":
            document.add(name, value)
    for evidence in said.evidence:
        document.setdefault("evidence", tomlkit.aot()).append(
            tomlkit.item({k: v for k, v in evidence.model_dump().items() if v is not None})
        )
    return tomlkit.dumps(document)


def statement_of(**values: Any) -> Statement:
    """Return the statement. Raises RecordRefusedError naming the first key that is wrong."""
    try:
        return Statement.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RecordRefusedError(
            f"{where + ': ' if where else ''}{first['msg'].removeprefix('Value error, ')}"
        ) from None


def write(
    records: Records, said: Statement, key: Path, *, version: str, commit: str, now: datetime | None = None
) -> Path:
    """Write and sign the record, and return its file.

    Raises:
        RecordRefusedError: the key could not sign, or the record would not hold: the key is not the person's, the
            person does not have the role, the role may not do this.
    """
    at = (now or clock.present()).astimezone(UTC)
    stem = re.sub(r"[^a-z0-9]+", "-", f"{said.kind} {said.line} {said.role}".lower()).strip("-")
    path = records.folder / f"{stem}-{at:%Y%m%dT%H%M%SZ}.toml"
    if path.exists():
        raise RecordRefusedError(f"{path.name} is already there")
    signature = path.with_name(path.name + ".sig")
    held = False
    try:
        path.write_text(text_of(said), encoding="utf-8")
        _sign(path, key)
        problems = records.problems(Record(path, said), version=version, commit=commit, now=at)
        if problems:
            raise RecordRefusedError("; ".join(p.removeprefix(f"record {path.name}: ") for p in problems))
        held = True
    except (OSError, Unobservable) as error:
        raise RecordRefusedError(str(error)) from None
    finally:
        if not held:
            path.unlink(missing_ok=True)
            signature.unlink(missing_ok=True)
    return path


def evidence_of(records: Records, given: list[str]) -> list[dict[str, str]]:
    """Return files and links as evidence: a file's path from the records' folder, a link, each with its hash.

    Raises:
        RecordRefusedError: a file can't be read, or a link leads to nothing or can't be asked.
    """
    found = []
    for one in given:
        try:
            if one.startswith(("https://", "http://")):
                found.append({"link": one, "sha256": records.links.digest(one)})
            else:
                file = Path(one)
                found.append({"file": _from(records.folder, file), "sha256": sha256_of(file)})
        except OSError as error:
            raise RecordRefusedError(f"evidence {one} can't be read: {error.strerror}") from None
        except LookupError as error:
            raise RecordRefusedError(f"evidence {one} is not there: it {error}") from None
    return found


def _from(folder: Path, file: Path) -> str:
    return os.path.relpath(file.resolve(), folder.resolve())


def _sign(path: Path, key: Path) -> None:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", str(key), str(path)]
    try:
        done = subprocess.run(command, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
    except FileNotFoundError:
        raise RecordRefusedError("ssh-keygen is not on this machine: install OpenSSH 8.9 or later") from None
    except subprocess.TimeoutExpired:
        raise RecordRefusedError(f"ssh-keygen did not sign within {SECONDS} s") from None
    if done.returncode != 0:
        why = done.stderr.decode(errors="replace").strip().splitlines()
        raise RecordRefusedError(f"{key} could not sign: {why[-1] if why else 'ssh-keygen refuses'}")
