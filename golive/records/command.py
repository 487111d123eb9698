"""`python -m golive attest|waive|sign-off`: writes and signs a record, from flags or a short dialogue."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

from golive import clock
from golive.attestation import Kind, Records
from golive.catalogue import CatalogueError, Line, load_catalogue
from golive.records import signing_off
from golive.records.writing import RecordRefusedError, evidence_of, statement_of, text_of, write
from golive.target import TargetError, load_target
from golive.verdict import Unobservable

ABOUT: dict[str, tuple[Kind, str, int]] = {
    "attest": ("attestation", "state what only people know about a line", 90),
    "waive": ("waiver", "accept a line that does not hold, for this release and a while", 30),
    "sign-off": ("sign-off", "sign a release off, in a role", 20),
}
"""Command to the kind of record, what it is for, and after how many days it expires by default."""

AUTHORISED = timedelta(hours=72)
"""How long an authorisation to go live holds by default."""


def commands() -> list[SimpleNamespace]:
    """The commands, each with `add_to`."""
    return [SimpleNamespace(add_to=lambda found, name=name: _add(found, name)) for name in ABOUT]


def _add(found: argparse._SubParsersAction[argparse.ArgumentParser], name: str) -> None:
    kind, about, days = ABOUT[name]
    assert kind in get_args(Kind)
    more = (
        "What is not given is asked for. The record, signed with your SSH key, goes into [PRODUCT.attestations] folder."
    )
    parser = found.add_parser(name, help=about, description=f"{about}. {more}")
    parser.add_argument("--target", required=True, type=Path, metavar="TOML")
    parser.add_argument("--line", metavar="ID")
    parser.add_argument("--statement", metavar="TEXT", help="what you state; of a waiver the reason")
    if kind == "waiver":
        parser.add_argument("--mitigation", metavar="TEXT", help="what is done about the risk meanwhile")
    if kind == "sign-off":
        signing_off.add_options(parser)
    parser.add_argument("--role", help="as in the folder's roles.toml")
    parser.add_argument("--person", help="your address, as in the folder's allowed_signers")
    parser.add_argument("--key", type=Path, help="your SSH key, or its public half when an agent holds it")
    parser.add_argument("--expires", metavar="YYYY-MM-DD", help=f"end of that day, UTC (default: in {days} days)")
    parser.add_argument(
        "--evidence",
        action="append",
        default=[],
        metavar="FILE|URL",
        help="what the statement rests on; may be repeated",
    )
    parser.add_argument("--yes", action="store_true", help="sign without asking")
    parser.set_defaults(run=lambda options: run(options, kind, days))


def run(options: argparse.Namespace, kind: Kind, days: int) -> int:
    """Write the record. Returns the exit status."""
    try:
        return _run(options, kind, days)
    except (RecordRefusedError, TargetError, CatalogueError, Unobservable) as error:
        print(f"not written: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace, kind: Kind, days: int) -> int:
    target = load_target(options.target)
    line = load_catalogue()[_asked(options, "line", "line, such as AURA-6.1.1.4")]
    product = target.products.get(line.product)
    if product is None or product.attestations is None:
        raise RecordRefusedError(f"{options.target} has no [{line.product}.attestations]: add your records' folder")
    if kind == "waiver" and not line.waivable:
        raise RecordRefusedError(f"{line.id} can't be waived")
    records, now = Records.kept(product.attestations), clock.present().replace(microsecond=0)
    question = "why it may be waived" if kind == "waiver" else f"statement on: {line}"
    values = {
        "kind": kind, "line": line.id, "date": now, "expires": _expiry(options.expires, now, days),
        "release": product.release.version, "commit": product.release.commit,
        "statement": _asked(options, "statement", question),
        "role": _asked(options, "role", "your role"), "person": _asked(options, "person", "your address"),
        "evidence": evidence_of(records, options.evidence),
    }  # fmt: skip
    if kind == "waiver":
        values["mitigation"] = _asked(options, "mitigation", "what is done about the risk meanwhile")
    if kind == "sign-off":
        values |= signing_off.values_of(options, line, records)
        if line.follows and options.expires is None:
            values["expires"] = now + AUTHORISED
    said = statement_of(**values)
    key = Path(_asked(options, "key", "your SSH key"))
    _show(line, text_of(said))
    if not options.yes and not _agreed():
        print("nothing was written")
        return 1
    path = write(records, said, key, version=product.release.version, commit=product.release.commit, now=now)
    print(f"written and signed: {path}")
    return 0


def _show(line: Line, text: str) -> None:
    print(f"{line}\n")
    print(text)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise RecordRefusedError("sign it? Say --yes where nobody can be asked")
    return input("Sign this? [y/N] ").strip().lower() in ("y", "yes")


def _asked(options: argparse.Namespace, name: str, question: str) -> str:
    if given := getattr(options, name):
        return str(given)
    if not sys.stdin.isatty():
        raise RecordRefusedError(f"--{name} is missing")
    if answer := input(f"{question}: ").strip():
        return answer
    raise RecordRefusedError(f"no {name} was given")


def _expiry(given: str | None, now: datetime, days: int) -> datetime:
    if given is None:
        return now + timedelta(days=days)
    try:
        day = datetime.strptime(given, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, of UTC
    except ValueError:
        raise RecordRefusedError(f"--expires: found {given!r}, expected a day such as 2026-12-31") from None
    return datetime.combine(day, time(23, 59, 59), UTC)
