"""The ten sign-offs of a release: eight leads, then the CTO, then the CEO, each on the report that they have read."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tomlkit

from reference.attestations import LEADS, Desk, digest
from reference.aws.images import image
from reference.simulators.github_history import COMPONENTS

CHECKLISTS = Path(__file__).parents[1] / "checklists"
OFFICERS = ("SEI-6.3.1", "SEI-6.3.2")
WAIVED = "SEI-2.3.2.1.4"
"""What the release goes live without, taken on by all signers."""
LATER = ("sustained", "recurring")
HOUR, LEADS_DAYS = timedelta(hours=1), timedelta(days=20)
SAID = "I have read the report on my part of this release, and approve it."


def write_report(desk: Desk, name: str = "verification", changes: Mapping[str, str] | None = None) -> Path:
    """Write a verification report: all lines passed but one of Seiketsu's, which is waived. `changes`: line to another
    verdict."""
    release, now = desk.settings.products[desk.product].release, _now()
    rows = []
    for line in tomllib.loads((CHECKLISTS / f"{desk.product}.toml").read_text())["line"]:
        if line["kind"] != "item" or line.get("covers") or line["phase"] in LATER:
            continue
        verdict = (changes or {}).get(line["id"], "waived" if line["id"] == WAIVED else "passed")
        rows.append({"id": line["id"], "verdict": verdict, "title": line["title"]})
    report = {
        "release": {desk.product: f"{release.version} ({release.commit[:7]})"},
        "target": f"{desk.product} production",
        "started": (now - 9 * HOUR).isoformat(),
        "finished": (now - 8 * HOUR).isoformat(),
        "lines": rows,
    }
    path = reports(desk) / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=1))
    return path


def reports(desk: Desk) -> Path:
    """Where the reports are kept that signers have read."""
    return desk.folder / "reports"


def sign_off(desk: Desk, line: str, report: Path, plan: Path, by: str | None = None, **changes: Any) -> Path:
    """Sign one line off. `by`: whose key; `changes`: keys of the record, `sign_off__KEY` those of its table."""
    role, person = LEADS[line]
    now, late = _now(), OFFICERS.index(line) + 1 if line in OFFICERS else 0
    release = desk.settings.products[desk.product].release
    digests = [image(desk.product, c, release.version, release.commit).digest for c in COMPONENTS]
    said: dict[str, Any] = {"decision": "approve", "report_sha256": digest(report), "images": digests}
    said["plan_sha256"] = digest(plan)
    if late:
        before = [x for x in LEADS if x not in OFFICERS[late - 1 :]]
        said["follows"] = [{"line": x, "sha256": digest(path_of(desk, x))} for x in before]
        said["window"] = {"opens": now - 6 * HOUR, "closes": now + 60 * HOUR}
        said |= {"lead": "elif.aydin@seiketsu.example", "emergency_contact": "farah.haddad@seiketsu.example"}
        said["rollback_authority"] = "kenji.mori@seiketsu.example"
    date = now - (6 - late) * HOUR
    record: dict[str, Any] = {"kind": "sign-off", "line": line, "role": role, "statement": SAID, "accepts": [WAIVED]}
    record |= {"date": date, "expires": date + (70 * HOUR if late else LEADS_DAYS)}
    said |= {key.removeprefix("sign_off__"): value for key, value in changes.items() if key.startswith("sign_off__")}
    record |= {key: value for key, value in changes.items() if not key.startswith("sign_off__")}
    return desk.write(path_of(desk, line).stem, record | {"sign_off": said}, by or person, [])


def path_of(desk: Desk, line: str) -> Path:
    """The record by which a line is signed off."""
    return desk.folder / f"sign-off-{LEADS[line][0].lower().replace(' ', '-')}.toml"


def sign_all_off(desk: Desk, plan: Path, report: Path | None = None, **changes: Mapping[str, Any]) -> None:
    """Have all ten sign, in their order. `changes`: for `SEI_6_1_1` and so on, what `sign_off` takes."""
    read = report or write_report(desk)
    for line in LEADS:
        sign_off(desk, line, read, plan, **changes.get(line.replace("-", "_").replace(".", "_"), {}))


def sign_briefing(desk: Desk, figures: Mapping[str, int] | None = None, **changes: Any) -> None:
    """Tell the sponsor, the CTO and a delegate of the CEO what the report says. `figures`: what is told instead."""
    report = reports(desk) / "verification.json"
    verdicts = [row["verdict"] for row in json.loads(report.read_text())["lines"]]
    told = figures or {verdict: verdicts.count(verdict) for verdict in ("passed", "failed", "unverified", "waived")}
    there = [("Executive Sponsor", "ruth", False), ("CTO", "noor", False), ("CEO", "henri", True)]
    attendees = [{"role": role, "person": desk.address(person), "delegate": sent} for role, person, sent in there]
    path = desk.folder / "briefing" / "briefing.toml"
    path.parent.mkdir(exist_ok=True)
    said = {"report_sha256": digest(report), "figures": dict(told), "attendee": attendees}
    path.write_text(tomlkit.dumps(said))
    what = "They have been told how the release stands, and what is accepted."
    more: dict[str, Any] = {"date": _now() - 5 * HOUR, "accepts": [WAIVED]} | changes
    desk.sign("briefing", "SEI-2.3.1.2.4", "Launch Chair", what, [path], **more)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
