"""`python -m bench tenants`: what the checks of isolation cost with 10, 100 and 1,000 tenants; growth must be linear.

Writes docs/performance-tenants.md when all of these are measured.
The tenants are rows like those of the standing canaries, each with a user of its own, and are deleted in the end.
"""

from __future__ import annotations

import argparse
import itertools
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
import psycopg
import tomlkit

from bench.running import ROOT, Measured, run_suite
from reference.app.passwords import hash_password
from reference.session import Session
from reference.settings import Settings

PRODUCT = "seiketsu"
SIZES = (10, 100, 1000)
LINES = ("SEI-3.1.2.1.3", "SEI-3.1.2.1.1")
"""The ring with its marker scan and the counts in each context; every tenant's counts before and after."""
LINEAR = 1.35
"""The most that one more tenant may cost among many, of what it costs among few."""
PAGE = ROOT / "docs" / "performance-tenants.md"
LEAST = 0.5
"""Seconds of CPU that a step must take to be told from chance."""
BASE = 3
"""Tenants of the first run, the fewest that the lines take: it tells what the start of a run costs."""


@dataclass(frozen=True)
class Planted:
    """One tenant's ids by our words, and its marker."""

    id: UUID
    user: UUID
    email: str
    marker: str
    extra: dict[str, str]


def planted(n: int) -> Planted:
    """Return the n-th tenant of the benchmark."""

    def made(word: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"bench/{n}/{word}")

    words = ("voice_agent", "lead", "conversation", "property", "webhook", "report")
    extra = {word: str(made(word)) for word in words} | {"slug": f"bench-{n}"}
    return Planted(made("tenant"), made("user"), f"agent@bench-{n}.example.com", f"CANARY-bench{n:05d}x", extra)


_ROWS = (
    ("INSERT INTO organizations (id, name, slug, plan, is_canary, max_users) VALUES (%(id)s, %(slug)s, %(slug)s,"
     " 'enterprise', true, 10)"),
    ("INSERT INTO clients (id, slug, database_schema, contact_email, provisioning_step) VALUES (%(id)s, %(slug)s,"
     " %(slug)s, %(email)s, 'active')"),
    ("INSERT INTO users (id, organization_id, email, username, full_name, password_hash, role) VALUES (%(user)s,"
     " %(id)s, %(email)s, %(email)s, %(marker)s, %(hash)s, 'org_admin')"),
    ("INSERT INTO voice_agents (id, organization_id, name, voice_id, greeting) VALUES (%(voice_agent)s, %(id)s,"
     " %(marker)s, '21m00Tcm4TlvDq8ikWAM', 'Hello')"),
    ("INSERT INTO leads (id, organization_id, first_name, last_name, lead_score, notes) VALUES (%(lead)s, %(id)s, 'B',"
     " %(marker)s, 90, %(marker)s)"),
    ("INSERT INTO conversations (id, organization_id, call_id, voice_agent_id, caller_name, transcript) VALUES"
     " (%(conversation)s, %(id)s, %(slug)s, %(voice_agent)s, %(marker)s, %(marker)s)"),
    ("INSERT INTO properties (id, organization_id, mls_number, title, description, address, city, price) VALUES"
     " (%(property)s, %(id)s, %(marker)s, %(marker)s, %(marker)s, 'Way', 'Austin', 1000)"),
    ("INSERT INTO webhooks (id, organization_id, url, events, secret, is_active) VALUES (%(webhook)s, %(id)s,"
     " 'https://hooks.golive.invalid/' || %(marker)s, '{lead.created}', 'bench-only-0123456789', false)"),
    ("INSERT INTO reports (id, organization_id, report_type, status, content) VALUES (%(report)s, %(id)s, 'leads',"
     " 'completed', jsonb_build_object('marker', %(marker)s::text))"),
)  # fmt: skip


@contextmanager
def grown(settings: Settings, count: int, password: str) -> Iterator[list[Planted]]:
    """Have so many tenants there, and take them away."""
    tenants, stored = [planted(n) for n in range(count)], hash_password(password)
    rows: list[dict[str, Any]] = [
        {"id": t.id, "user": t.user, "email": t.email, "marker": t.marker, "hash": stored, **t.extra} for t in tenants
    ]
    with psycopg.connect(settings.postgres.superuser_dsn(PRODUCT)) as connection, connection.cursor() as cursor:
        for statement in _ROWS:
            cursor.executemany(statement, rows)
    try:
        _limits(settings, off=True)
        yield tenants
    finally:
        _limits(settings, off=False)
        with psycopg.connect(settings.postgres.superuser_dsn(PRODUCT)) as connection:
            ids = [t.id for t in tenants]
            connection.execute("DELETE FROM organizations WHERE id = ANY(%s)", (ids,))
            connection.execute("DELETE FROM client_audit_logs WHERE client_id = ANY(%s)", (ids,))


def _limits(settings: Settings, *, off: bool) -> None:
    """Lift the limits of sign-ins from one address, or put them back: all these tenants sign in from here."""
    for instance in settings.products[PRODUCT].instances:
        httpx.post(
            f"{instance.url}/__reference__/behaviour", json={"set": {"rate_limit_off": off}}, timeout=10,
            headers={"X-Control-Token": settings.control_token}, trust_env=False,
        ).raise_for_status()  # fmt: skip


def target_with(original: Path, folder: Path, tenants: list[Planted], password: str) -> Path:
    """Write a target whose only tenants are these, beside the original so that its secrets are found; return it."""
    document = tomlkit.parse(original.read_text())
    document["budget"] = {"calls_per_second": 5000, "paid_calls": 100_000}
    document["timeouts"]["check"] = 3600  # type: ignore[index]
    secret = folder / "bench-password"
    secret.write_text(password)
    secret.chmod(0o600)
    api = document[PRODUCT]["api"]  # type: ignore[index]
    staff = {name: who for name, who in api["identities"].items() if not who.get("marker")}
    api["identities"] = staff | {
        f"bench{n}": {
            "email": t.email, "password": f"file:{secret}", "id": str(t.user), "role": "org_admin",
            "tenant": str(t.id), "marker": t.marker, "extra": t.extra,
        }
        for n, t in enumerate(tenants)
    }  # fmt: skip
    api["probe_identity"] = "bench0"
    api["base_url"] = api["instances"][0]["url"]  # past the edge, which lets an address sign in only so often
    for key in ("quota",):
        api.pop(key, None)
    path = original.with_name(f"bench-tenants-{len(tenants)}.toml")
    path.write_text(tomlkit.dumps(document))
    path.chmod(0o600)
    return path


def measure(settings: Settings, target: Path, sizes: list[int]) -> list[tuple[int, Measured]]:
    """Verify the lines with each number of tenants, after a run with the fewest."""
    found, password = [], secrets.token_urlsafe(18)
    with tempfile.TemporaryDirectory(prefix="golive-bench-") as folder:
        for size in [BASE, *sizes]:
            with grown(settings, size, password) as tenants:
                path = target_with(target, Path(folder), tenants, password)
                try:
                    found.append((size, run_suite(path, "tests/tenancy", "-k", " or ".join(f"[{n}]" for n in LINES))))
                finally:
                    path.unlink()
            size, m = found[-1]
            print(f"{size:5d} tenants: {m.seconds:7.1f} s, {m.cpu:6.1f} s of CPU, {m.rss:5.0f} MiB, {dict(m.verdicts)}")
            for trouble in m.troubles:
                print(f"   {trouble}", flush=True)
    return found


def growth(found: list[tuple[int, Measured]]) -> list[str]:
    """Return a sentence for each step but the first: what one more tenant costs, beside one more of the step before."""
    steps = [
        (m, (after.cpu - before.cpu) / (m - n), after.cpu - before.cpu)
        for (n, before), (m, after) in itertools.pairwise(found)
    ]
    told = []
    for (_, cheap, little), (m, dear, much) in itertools.pairwise(steps):
        if little < LEAST or much < LEAST:
            told.append(f"up to {m} tenants: too little was spent to tell")
            continue
        word = "linear" if dear <= LINEAR * cheap else "MORE THAN LINEAR"
        before = f"{1000 * cheap:.0f} ms in the step before"
        told.append(f"up to {m} tenants: {1000 * dear:.0f} ms of CPU for one more, {before}: {word}")
    return told


def page(found: list[tuple[int, Measured]], told: list[str]) -> str:
    """Return docs/performance-tenants.md."""
    told_of = [", ".join(f"{count} {verdict}" for verdict, count in m.verdicts.items()) for _, m in found]
    rows = [
        f"| {n:,} | {m.seconds:.1f} | {m.cpu:.1f} | {m.rss:.0f} | {verdicts} |"
        for (n, m), verdicts in zip(found, told_of, strict=True)
    ]
    head = f"""# Tenants

Written by `python -m bench tenants` on {datetime.now(UTC):%-d %B %Y}, {os.cpu_count()} cores.
So many synthetic tenants as the first column says stand in the database, each with a user and rows of its own.
Run are {" and ".join(LINES)}: each tenant tries another's rows in a ring, all that it reads is scanned for the
markers of all others at once, and its counts are compared with the database's. If every tenant tried every other,
a thousand would make a million trials.

| tenants | seconds | CPU of the suite, s | peak MiB | verdicts |
|--:|--:|--:|--:|---|
"""
    return head + "\n".join([*rows, "", *(f"- {sentence}" for sentence in told), ""])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench tenants", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of tenants")
    parser.add_argument("--folder", type=Path, help="of a reference that runs; default: one of its own")
    parser.add_argument("--target", type=Path, help="the target file of that reference")
    options = parser.parse_args(arguments)
    sizes = [int(n) for n in options.sizes.split(",") if n]
    if options.folder and options.target:
        found = measure(Settings.load(options.folder / "settings.json"), options.target.resolve(), sizes)
    else:
        with tempfile.TemporaryDirectory(prefix="golive-bench-") as folder, Session(Path(folder) / "t.toml") as session:
            assert session.target_file is not None
            found = measure(session.settings, session.target_file, sizes)
    told = growth(found)
    print("\n".join(told))
    if tuple(sizes) == SIZES:
        PAGE.write_text(page(found, told))
    failed = any(set(m.verdicts) != {"passed"} for _, m in found)
    return 1 if failed or any("MORE" in sentence for sentence in told) else 0
