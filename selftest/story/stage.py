"""The stage of the story: a team's folder with a target, records, keys, a ledger, and checks that are made up.

The checks look at `broken.json` (line id to what is wrong) instead of a deployment; the sign-offs are verified by the
real fixture and judge. The clock is the file `now`. All else is as people run it.
"""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from golive import clock
from golive.__main__ import main
from golive.catalogue import load_catalogue
from golive.ledger import Subject
from golive.results import Gate
from selftest.engine.made_project import ROOT, Done, run_pytest

VERSION, COMMIT = "1.4.0", "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334"
IMAGES = ("sha256:" + "a" * 64, "sha256:" + "b" * 64)
SUBJECT = Subject("story", "production", "seiketsu", VERSION, COMMIT)
LEADS = {
    "SEI-6.1.1": ("Development Team Lead", "aiko"), "SEI-6.1.2": ("DevOps Lead", "tomas"),
    "SEI-6.1.3": ("Security Team Lead", "priya"), "SEI-6.1.4": ("QA Lead", "mateo"),
    "SEI-6.2.1": ("Product Manager", "lena"), "SEI-6.2.2": ("Client Success Manager", "oscar"),
    "SEI-6.2.3": ("Operations Manager", "kenji"), "SEI-6.2.4": ("Executive Sponsor", "ruth"),
    "SEI-6.3.1": ("CTO", "noor"), "SEI-6.3.2": ("CEO", "victor"),
}  # fmt: skip
MANAGER = ("Release Manager", "mira")
TARGET = f"""
name = "story"

[seiketsu.release]
version = "{VERSION}"
commit = "{COMMIT}"

[seiketsu.attestations]
folder = "records"
reports = "records/reports"
"""
CONFTEST = """
from datetime import datetime
from pathlib import Path

from golive import clock
from golive.target import ProductTarget

clock._now = lambda: datetime.fromisoformat(Path("now").read_text())
ProductTarget.missing = lambda self, needs: []  # what the checks look at needs no capability

"""
CHECKS = """
import json
from pathlib import Path

from golive.catalogue import load_catalogue
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from selftest.story.signed import judged

LINES = [x for x in load_catalogue().items("seiketsu") if x.checked]


@verifies(*(x.id for x in LINES if not x.covers))
def test_line(line):
    wrong = json.loads(Path("broken.json").read_text())
    observed("made-up deployment", "wrong", wrong.get(line.id, ""), source="broken.json")
    assert line.id not in wrong, wrong[line.id]


@verifies(*(x.id for x in LINES if x.covers))
def test_signed_off(line, target, sign_offs):
    conclude(judged(line, target, sign_offs))
"""


class Stage:
    """The team's folder. Times are UTC."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.records = folder / "records"

    @classmethod
    def set_up(cls, folder: Path, patch: pytest.MonkeyPatch, now: datetime) -> Stage:
        """Make the folder: everybody has a key, and their roles since the year before."""
        stage = cls(folder, patch)
        (stage.records / "reports").mkdir(parents=True)
        (folder / "conftest.py").write_text(CONFTEST + (ROOT / "conftest.py").read_text())
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider --strict-markers\n")
        (folder / "test_story.py").write_text(CHECKS)
        (folder / "target.toml").write_text(TARGET)
        (folder / "plan.out").write_text("the plan as it was reviewed\n")
        roles = [("*", *MANAGER, ["attestation", "waiver"])]
        roles += [(line, role, person, ["sign-off"]) for line, (role, person) in LEADS.items()]
        (stage.records / "roles.toml").write_text("".join(_role(*role) for role in roles))
        people = dict.fromkeys(person for _, _, person, _ in roles)
        (stage.records / "allowed_signers").write_text("".join(map(stage.make_key, people)))
        stage.broken({})
        stage.at(now)
        return stage

    def make_key(self, person: str) -> str:
        """Make somebody's key, and return the line of `allowed_signers`."""
        key = self.folder / "keys" / person
        key.parent.mkdir(exist_ok=True)
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(key)]
        subprocess.run(command, check=True, timeout=60)
        return f'{address(person)} namespaces="golive" {key.with_suffix(".pub").read_text()}'

    def at(self, now: datetime) -> None:
        """It is now then, here and in what is run from here."""
        self.now = now
        (self.folder / "now").write_text(now.isoformat())
        self.patch.setattr(clock, "_now", lambda: now)

    def later(self, **span: float) -> None:
        """Time goes by."""
        self.at(self.now + timedelta(**span))

    def broken(self, wrong: dict[str, str]) -> None:
        """The deployment is wrong in just these ways: line id to what is wrong."""
        (self.folder / "broken.json").write_text(json.dumps(wrong))

    # What people type

    def verify(self, *selection: str) -> Done:
        """`pytest --release V ...`: verify what is selected, and record it."""
        return run_pytest(self.folder, *_common(), "test_story.py", "-q", *selection, timeout=300)

    def decide(self) -> Done:
        """`pytest --gate-only`."""
        return run_pytest(self.folder, *_common(), "--gate-only", timeout=300)

    def keep_report(self, name: str) -> Path:
        """Put the report of the last run where signers read it."""
        kept = self.records / "reports" / f"{name}.json"
        kept.write_bytes((self.folder / "reports" / "results.json").read_bytes())
        return kept

    def waive(self, line: str, why: str, meanwhile: str) -> int:
        """`python -m golive waive`."""
        return self._golive(
            "waive", line, *MANAGER, f"--statement={why}", f"--mitigation={meanwhile}",
        )  # fmt: skip

    def sign_off(self, line: str, report: Path, *more: str, by: str | None = None) -> int:
        """`python -m golive sign-off`, by who has the role."""
        role, person = LEADS[line]
        told = [f"--report={report}", f"--plan={self.folder / 'plan.out'}", *(f"--image={i}" for i in IMAGES), *more]
        if line.startswith("SEI-6.3"):
            told += ["--lead=aiko@example.com", "--emergency-contact=kenji@example.com"]
            told += ["--rollback-authority=kenji@example.com"]
            told += ["--window", self.now.isoformat(), (self.now + timedelta(hours=48)).isoformat()]
        statement = "--statement=I have read the report on my part of this release, and approve it."
        return self._golive("sign-off", line, role, by or person, statement, *told)

    def _golive(self, command: str, line: str, role: str, person: str, *more: str) -> int:
        key = self.folder / "keys" / person
        return main([command, f"--target={self.folder / 'target.toml'}", f"--line={line}", f"--role={role}",
                     f"--person={address(person)}", f"--key={key}", "--yes", *more])  # fmt: skip

    def record_of(self, line: str) -> Path:
        """The newest record that signs the line off."""
        stem = line.lower().replace(".", "-")
        return max(p for p in self.records.glob("sign-off-*.toml") if p.name.startswith(f"sign-off-{stem}-"))

    def sign(self, path: Path, person: str) -> None:
        """Sign a file anew, with whatever key."""
        path.with_name(path.name + ".sig").unlink(missing_ok=True)
        command = [
            "ssh-keygen",
            "-q",
            "-Y",
            "sign",
            "-n",
            "golive",
            "-f",
            str(self.folder / "keys" / person),
            str(path),
        ]
        subprocess.run(command, check=True, timeout=60, capture_output=True)


def blocking(done: Done) -> list[str]:
    """The lines that block a decision."""
    found: list[str] = done.results["gate"]["blocking"]
    return found


def reasons(gate: Gate) -> str:
    """All that a decision rests on, as one text."""
    return "\n".join([*gate.reasons, *(f"{r.id}: {r.message}" for r in gate.blocking)])


def needed_lines() -> list[str]:
    """The lines that the made-up check answers for."""
    return [x.id for x in load_catalogue().items("seiketsu") if x.checked and not x.covers]


def address(person: str) -> str:
    """The address that somebody signs with."""
    return f"{person}@example.com"


def _common() -> list[str]:
    return ["--target=target.toml", "--reports=reports", f"--release={VERSION}", "--ledger=ledger.sqlite", "-n0"]


def _role(line: str, role: str, person: str, may: list[str]) -> str:
    pattern = "SEI-*" if line == "*" else line
    said: dict[str, Any] = {"name": role, "person": address(person)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in said.items()]
    lines += ["since = 2026-01-01T00:00:00Z", f"lines = {json.dumps([pattern])}", f"may = {json.dumps(may)}"]
    return "[[role]]\n" + "\n".join(lines) + "\n\n"
