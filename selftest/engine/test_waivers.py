"""Waivers: what holds is shown as waived, never as passed; what does not hold changes nothing and is named."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from golive.__main__ import main
from golive.attestation import Records
from golive.catalogue import load_catalogue
from golive.records.writing import RecordRefusedError, statement_of, write
from golive.verdict import Verdict
from golive.waivers import apply_waivers
from selftest.engine.dummy_server import dummy_server
from selftest.engine.made_project import TARGET, run_checks, run_pytest
from selftest.engine.test_ledger import LINE, result

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MIRA, JONAS = "mira@example.com", "jonas@example.com"
VERSION, COMMIT = "2.0.1", "0123456789"
NOT_WAIVABLE = "AURA-6.1.1.4"

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")


@pytest.fixture
def records(tmp_path: Path) -> Records:
    folder = tmp_path / "records"
    folder.mkdir()
    signers = []
    for person in (MIRA, JONAS):
        key = tmp_path / person
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(key)]
        subprocess.run(command, check=True, timeout=20)
        signers.append(f'{person} namespaces="golive" {key.with_name(person + ".pub").read_text()}')
    (folder / "allowed_signers").write_text("".join(signers))
    (folder / "roles.toml").write_text(
        f'[[role]]\nname = "Release Manager"\nperson = "{MIRA}"\nsince = 2026-01-01T00:00:00Z\nlines = ["AURA-*"]\n'
        f'may = ["attestation", "waiver"]\n'
        f'[[role]]\nname = "Developer"\nperson = "{JONAS}"\nsince = 2026-01-01T00:00:00Z\nlines = ["AURA-*"]\n'
    )
    return Records(folder)


def waive(records: Records, now: datetime = NOW, key: str = MIRA, **changes: Any) -> Path:
    said = statement_of(**{
        "kind": "waiver", "line": LINE, "statement": "The old bucket is kept until March.", "role": "Release Manager",
        "person": MIRA, "date": now, "expires": now + timedelta(days=20), "release": VERSION, "commit": COMMIT,
        "mitigation": "Copied by hand each night.", **changes,
    })  # fmt: skip
    return write(records, said, records.folder.parent / key, version=VERSION, commit=COMMIT, now=now)


def applied(records: Records, verdict: Verdict, line: str = LINE, **changes: Any) -> tuple[Verdict, str, list[str]]:
    told = {"version": VERSION, "commit": COMMIT, "now": NOW, **changes}
    done = apply_waivers(load_catalogue(), [result(line, verdict)], records, **told)
    (found,) = done.results
    return found.verdict, found.waiver or found.message, done.remarks


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.UNVERIFIED])
def test_a_waiver_that_holds_is_shown_as_one(records: Records, verdict: Verdict) -> None:
    waive(records)
    found, by, remarks = applied(records, verdict)
    assert found is Verdict.WAIVED
    assert "mira@example.com, Release Manager, until 2026-12-12" in by
    assert "Copied by hand" in by
    assert remarks == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": "2.0.2"}, "is about release 2.0.1, not 2.0.2"),
        ({"commit": "ffffffffff"}, "is about commit 0123456, not fffffff"),
        ({"now": NOW + timedelta(days=21)}, "expired on 2026-12-12"),
    ],
)
def test_a_waiver_of_another_release_or_time_changes_nothing(
    records: Records, changes: dict[str, Any], says: str
) -> None:
    waive(records)
    found, why, _ = applied(records, Verdict.FAILED, **changes)
    assert found is Verdict.FAILED
    assert "because (not waived: record waiver-aura-6-1-1-3" in why
    assert says in why


def test_one_that_was_changed_after_signing_changes_nothing(records: Records) -> None:
    path = waive(records)
    path.write_text(path.read_text().replace(LINE, NOT_WAIVABLE))
    found, why, _ = applied(records, Verdict.FAILED, NOT_WAIVABLE)
    assert found is Verdict.FAILED
    assert "can't be waived" in why
    assert "its signature is not" in why


def test_one_that_is_not_needed_is_said(records: Records) -> None:
    waive(records)
    found, _, remarks = applied(records, Verdict.PASSED)
    assert found is Verdict.PASSED
    assert "is not needed" in remarks[0]


def test_a_folder_that_can_t_be_read_waives_nothing(records: Records) -> None:
    waive(records)
    (records.folder / "broken.toml").write_text("line = ")
    found, _, remarks = applied(records, Verdict.FAILED)
    assert found is Verdict.FAILED
    assert "no waiver holds: broken.toml" in remarks[0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"key": JONAS}, "its signature is not mira@example.com's"),
        ({"role": "Developer"}, "does not have the role Developer"),
        ({"role": "Developer", "person": JONAS, "key": JONAS}, "the role Developer may not give a waiver"),
        ({"line": "SEI-1.1.1.1.1"}, "may not speak about"),
        ({"mitigation": "none"}, "what is done about the risk"),
        ({"expires": NOW + timedelta(days=31)}, "within 30 days"),
        ({"key": "nobody"}, "could not sign"),
    ],
)
def test_what_would_not_hold_is_not_written(records: Records, changes: dict[str, Any], says: str) -> None:
    before = sorted(p.name for p in records.folder.iterdir())
    with pytest.raises(RecordRefusedError, match=says):
        waive(records, **changes)
    assert sorted(p.name for p in records.folder.iterdir()) == before


CHECKS = """
@verifies("AURA-6.1.1.3")
def test_backups():
    seen()
    assert False, "backups are kept 3 days"
"""


@pytest.mark.usefixtures("records")
def test_from_the_command_to_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_checks(tmp_path, CHECKS, "--collect-only")
    target = tmp_path / "target.toml"
    target.write_text(TARGET + '\n[aurastudio.attestations]\nfolder = "records"\n')
    told: list[str] = [f"--target={target}", f"--line={LINE}", "--role=Release Manager", f"--person={MIRA}",
                       f"--key={tmp_path / MIRA}", "--statement=The old bucket is kept until March.",
                       "--mitigation=Copied by hand each night."]  # fmt: skip
    assert main(["waive", *told]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main(["waive", *told, "--yes"]) == 0
    assert "written and signed" in capsys.readouterr().out
    common = ("--target=target.toml", "--reports=reports", "--release=1.0.0", "--ledger=ledger.sqlite")
    done = run_pytest(tmp_path, *common, "test_made_up.py")
    assert done.verdicts[LINE][0] == "waived", done.text
    decided = run_pytest(tmp_path, *common, "--gate-only")
    assert decided.verdicts[LINE][0] == "waived", decided.text
    assert LINE not in decided.results["gate"]["blocking"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([f"--line={NOT_WAIVABLE}"], "can't be waived"),
        (["--line=AURA-6.1.1.33"], "has no line"),
        ([f"--line={LINE}"], "--statement is missing"),
        (["--line=SEI-1.1.1.1.1"], "has no [seiketsu.attestations]"),
        ([f"--line={LINE}", "--expires=soon"], "expected a day such as"),
        ([f"--line={LINE}", "--evidence=no/such.pdf"], "evidence no/such.pdf can't be read"),
    ],
)
def test_bad_input_is_one_message(
    records: Records, tmp_path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "target.toml"
    target.write_text(TARGET + f'\n[aurastudio.attestations]\nfolder = "{records.folder}"\n')
    more = [] if "is missing" in says else ["--statement=It is so for now.", "--role=x", "--person=y"]
    assert main(["waive", f"--target={target}", *more, *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_link_is_put_on_record_with_the_hash_of_what_it_leads_to(
    records: Records, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, key = tmp_path / "target.toml", tmp_path / MIRA
    told = [f"--line={LINE}", "--role=Release Manager", f"--person={MIRA}", f"--key={key}", "--yes",
            "--statement=The old bucket is kept until March.", "--mitigation=Copied by hand each night."]  # fmt: skip
    with dummy_server() as wiki:
        section = f'[aurastudio.attestations]\nfolder = "{records.folder}"\n'
        target.write_text(f'{TARGET}\n{section}[[aurastudio.attestations.links]]\nurl = "{wiki.url}"\n')
        wiki.answer = lambda _: (404, {}, b"gone")
        assert main(["waive", f"--target={target}", *told, f"--evidence={wiki.url}/minutes"]) == 2
        assert "/minutes is not there: it answers 404" in capsys.readouterr().err
        wiki.answer = lambda _: (200, {}, b"minutes")
        assert main(["waive", f"--target={target}", *told, f"--evidence={wiki.url}/minutes"]) == 0
        assert main(["waive", f"--target={target}", *told, "--evidence=https://wiki.example.com/1"]) == 2
        assert "not at a place that evidence may be asked at" in capsys.readouterr().err
    (record,) = Records(records.folder).all()
    assert [(e.link, e.sha256) for e in record.said.evidence] == [
        (f"{wiki.url}/minutes", sha256(b"minutes").hexdigest())
    ]


def test_a_waiver_whose_link_can_t_be_asked_does_not_hold_and_keeps_no_other_from_it(records: Records) -> None:
    link = {"link": "https://wiki.example.com/1", "sha256": sha256(b"minutes").hexdigest()}
    path = records.folder / "waiver-by-hand.toml"
    said = waive(records)
    path.write_text(said.read_text() + "\n[[evidence]]\n" + "".join(f'{k} = "{v}"\n' for k, v in link.items()))
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "golive", "-f", str(records.folder.parent / MIRA), str(path)]
    subprocess.run(command, check=True, timeout=20, capture_output=True)
    assert applied(records, Verdict.FAILED)[0] is Verdict.WAIVED
    said.unlink()
    found, why, _ = applied(records, Verdict.FAILED)
    assert found is Verdict.FAILED
    assert "not at a place that evidence may be asked at" in why
