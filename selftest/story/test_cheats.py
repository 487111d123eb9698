"""Each way to cheat ends in NO-GO, whether the checks run again or only the gate decides."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fixtures.attestations.sign_offs import SignOffs
from golive import clock
from golive.catalogue import load_catalogue
from golive.ledger.store import Ledger
from golive.plugin.ledger import Keeping, keeping_for
from golive.results import Gate, LineResult
from golive.target import load_target
from golive.verdict import Verdict
from selftest.engine.dummy_server import dummy_server
from selftest.story.signed import judged
from selftest.story.stage import COMMIT, LEADS, SUBJECT, VERSION, Stage, address, needed_lines, reasons

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
DEVELOPMENT, SECURITY = "SEI-6.1.1", "SEI-6.1.3"
COVERED, LEAK = "SEI-1.2.1.1.1", "SEI-2.2.2.1.2"

pytestmark = [
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine"),
    pytest.mark.xdist_group("story"),
]


def _result(line: str, problem: str = "") -> LineResult:
    known = load_catalogue()[line]
    verdict = Verdict.FAILED if problem else Verdict.PASSED
    return LineResult(line, verdict, known.title, known.product, str(known.phase), str(known.folder), message=problem)


def _record(stage: Stage, results: list[LineResult]) -> None:
    """A run with these verdicts, now."""
    ledger = Ledger(str(stage.folder / "ledger.sqlite"))
    ledger.begin(golive="0.1.0", command="pytest", started=clock.present())
    for result in results:
        ledger.add(SUBJECT, result, clock.present())
    ledger.close()


def _verify_sign_offs(stage: Stage) -> None:
    target = load_target(stage.folder / "target.toml").product("seiketsu")
    assert target.attestations is not None
    sign_offs, catalogue = SignOffs(target.attestations, target.release), load_catalogue()
    found = {x: "; ".join(p for p in judged(catalogue[x], target, sign_offs) if p) for x in LEADS}
    _record(stage, [_result(line, problem) for line, problem in found.items()])


def _decide(stage: Stage) -> Gate:
    """What `--gate-only` does."""
    ledger = Ledger(str(stage.folder / "ledger.sqlite"))
    keeping: Keeping = keeping_for(ledger, VERSION, load_target(stage.folder / "target.toml"))
    catalogue = load_catalogue()
    gate = keeping.gate(catalogue, keeping.results(catalogue, clock.present()), "pytest")
    ledger.close()
    return gate


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder at its GO: all lines passed, all ten have signed. Not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        stage = Stage.set_up(tmp_path_factory.mktemp("approved"), patch, NOW)
        _record(stage, [_result(line) for line in needed_lines()])
        rows = [{"id": line, "verdict": "passed"} for line in needed_lines()]
        report = stage.records / "reports" / "monday.json"
        release = {"seiketsu": f"{VERSION} ({COMMIT[:7]})"}
        report.write_text(json.dumps({"finished": NOW.isoformat(), "release": release, "lines": rows}))
        for line in LEADS:
            stage.later(minutes=10)
            assert stage.sign_off(line, report) == 0
        stage.later(minutes=10)
        _verify_sign_offs(stage)
        return stage.folder


@pytest.fixture
def stage(approved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A copy of the folder, ten minutes after its GO."""
    folder = shutil.copytree(approved, tmp_path / "team")
    stage = Stage(folder, monkeypatch)
    stage.at(NOW + timedelta(hours=2))
    return stage


def test_without_cheating_it_is_a_go(stage: Stage) -> None:
    gate = _decide(stage)
    assert gate.go, reasons(gate)


def _rewrite(stage: Stage, line: str, old: str, new: str, by: str | None = None) -> None:
    """Change a record; `by` signs it as it is then, None leaves the old signature."""
    path = stage.record_of(line)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    if by:
        stage.sign(path, by)


def _changed_after_signing(stage: Stage) -> None:
    _rewrite(stage, DEVELOPMENT, "I have read", "I have not read")


def _by_another_key(stage: Stage) -> None:
    stage.sign(stage.record_of(DEVELOPMENT), "mira")


def _without_signature(stage: Stage) -> None:
    path = stage.record_of(DEVELOPMENT)
    path.with_name(path.name + ".sig").unlink()


def _role_had_ended(stage: Stage) -> None:
    path = stage.records / "roles.toml"
    line = f'lines = ["{DEVELOPMENT}"]'
    path.write_text(path.read_text().replace(line, f"until = 2026-11-15T00:00:00Z\n{line}"))


def _expired(stage: Stage) -> None:
    text = stage.record_of(DEVELOPMENT).read_text()
    expires = next(row for row in text.splitlines() if row.startswith("expires"))
    _rewrite(stage, DEVELOPMENT, expires, "expires = 2026-11-16T10:00:00Z", "aiko")


def _of_another_release(stage: Stage) -> None:
    _rewrite(stage, DEVELOPMENT, f'release = "{VERSION}"', 'release = "1.3.9"', "aiko")


def _of_another_commit(stage: Stage) -> None:
    _rewrite(stage, DEVELOPMENT, COMMIT, COMMIT[::-1], "aiko")


def _evidence_is_gone(stage: Stage) -> None:
    path = stage.record_of(DEVELOPMENT)
    digest = hashlib.sha256(b"").hexdigest()
    path.write_text(path.read_text() + f'\n[[evidence]]\nfile = "minutes.md"\nsha256 = "{digest}"\n')
    stage.sign(path, "aiko")


def _evidence_was_changed(stage: Stage) -> None:
    (stage.records / "minutes.md").write_text("written later")
    _evidence_is_gone(stage)


def _copied_from_last_month(stage: Stage) -> None:
    path = stage.record_of(DEVELOPMENT)
    rows = [r for r in path.read_text().splitlines() if not r.startswith(("date", "expires"))]
    rows = [r.replace(VERSION, "1.3.0") for r in rows]
    dates = ["date = 2026-10-16T09:00:00Z", "expires = 2026-11-05T09:00:00Z"]
    path.write_text("\n".join([*dates, *rows]) + "\n")
    stage.sign(path, "aiko")


def _taken_back(stage: Stage) -> None:
    digest = hashlib.sha256(stage.record_of(DEVELOPMENT).read_bytes()).hexdigest()
    with (stage.records / "roles.toml").open("a") as file:
        file.write(f'[[revoked]]\nsha256 = "{digest}"\non = 2026-11-16T10:30:00Z\nreason = "A test was skipped."\n')


def _removed(stage: Stage) -> None:
    stage.record_of(DEVELOPMENT).unlink()


def _no_record_any_more(stage: Stage) -> None:
    _rewrite(stage, DEVELOPMENT, 'decision = "approve"', 'decision = "perhaps"', "aiko")


def _resting_on_a_link(stage: Stage, link: str, digest: str) -> None:
    path = stage.record_of(DEVELOPMENT)
    path.write_text(path.read_text() + f'\n[[evidence]]\nlink = "{link}"\nsha256 = "{digest}"\n')
    stage.sign(path, "aiko")


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (404, b"minutes", "/minutes is not there: it answers 404"),
        (200, b"minutes, written anew", "/minutes has another hash now"),
        (403, b"minutes", "/minutes answers 403"),
    ],
    ids=["dead", "changed", "hidden"],
)
def test_a_sign_off_that_rests_on_a_link_holds_no_longer_than_it(
    stage: Stage, status: int, body: bytes, says: str
) -> None:
    with dummy_server() as wiki:
        target = stage.folder / "target.toml"
        target.write_text(target.read_text() + f'\n[[seiketsu.attestations.links]]\nurl = "{wiki.url}"\n')
        _resting_on_a_link(stage, f"{wiki.url}/minutes", hashlib.sha256(b"minutes").hexdigest())
        wiki.answer = lambda _: (200, {}, b"minutes")
        assert says not in reasons(_decide(stage))
        before = len(wiki.arrived)
        assert before
        wiki.answer = lambda _: (status, {}, body)
        gate = _decide(stage)
    assert not gate.go
    assert DEVELOPMENT in {r.id for r in gate.blocking}
    assert says in reasons(gate)


SEEN_BY_THE_GATE: dict[Callable[[Stage], None], str] = {
    _changed_after_signing: "its signature is not aiko@example.com's",
    _by_another_key: "its signature is not aiko@example.com's",
    _without_signature: "is not signed: there is no",
    _role_had_ended: "did not have the role Development Team Lead on 2026-11-16",
    _expired: "expired on 2026-11-16",
    _of_another_release: "is about release 1.3.9, not 1.4.0",
    _of_another_commit: f"is about commit {COMMIT[::-1][:7]}, not {COMMIT[:7]}",
    _evidence_is_gone: "its evidence minutes.md is not there",
    _evidence_was_changed: "its evidence minutes.md has another hash now",
    _copied_from_last_month: "is about release 1.3.0, not 1.4.0",
    _taken_back: "was taken back on 2026-11-16: A test was skipped.",
    _removed: "hold no sign-off of SEI-6.1.1",
    _no_record_any_more: "sign_off.decision: Input should be 'approve' or 'reject'",
}


@pytest.mark.parametrize("cheat", SEEN_BY_THE_GATE, ids=lambda c: c.__name__.strip("_").replace("_", "-"))
def test_a_sign_off_that_does_not_hold_is_no_go(stage: Stage, cheat: Callable[[Stage], None]) -> None:
    cheat(stage)
    at_the_gate = _decide(stage)
    assert not at_the_gate.go
    assert SEEN_BY_THE_GATE[cheat] in reasons(at_the_gate)
    _verify_sign_offs(stage)
    verified = _decide(stage)
    assert not verified.go
    assert SEEN_BY_THE_GATE[cheat] in reasons(verified)
    assert {DEVELOPMENT, "SEI-6.3.1", "SEI-6.3.2"} == {r.id for r in verified.blocking}, "who signed after it, too"


def test_one_person_in_two_roles_is_no_go(stage: Stage) -> None:
    path = stage.records / "roles.toml"
    path.write_text(path.read_text().replace(address("priya"), address("aiko")))
    stage.later(minutes=1)
    assert stage.sign_off(SECURITY, stage.records / "reports" / "monday.json", by="aiko") == 0
    _verify_sign_offs(stage)
    gate = _decide(stage)
    assert not gate.go
    assert f"aiko@example.com has signed {SECURITY} too" in reasons(gate)


def test_two_names_for_one_key_are_one_person(stage: Stage) -> None:
    signers = stage.records / "allowed_signers"
    mine = next(row for row in signers.read_text().splitlines() if row.startswith(address("aiko")))
    with signers.open("a") as file:
        file.write(mine.replace(address("aiko"), address("priya")) + "\n")
    stage.sign(stage.record_of(SECURITY), "aiko")
    _verify_sign_offs(stage)
    gate = _decide(stage)
    assert not gate.go
    assert "shared signers is 1, want == 0" in reasons(gate)


def test_a_report_that_was_changed_is_no_go(stage: Stage) -> None:
    report = stage.records / "reports" / "monday.json"
    report.write_text(report.read_text() + "\n")
    _verify_sign_offs(stage)
    gate = _decide(stage)
    assert {r.id for r in gate.blocking} == set(LEADS)
    assert "which is not among the reports" in reasons(gate)


def test_a_sign_off_older_than_a_failed_run_is_no_go(stage: Stage) -> None:
    _record(stage, [_result(COVERED, "sign-in fails")])
    stage.later(minutes=5)
    _record(stage, [_result(COVERED)])
    gate = _decide(stage)
    assert not gate.go
    assert {r.id for r in gate.blocking} == {DEVELOPMENT, "SEI-6.3.1", "SEI-6.3.2"}
    assert f"1 line failed after that, the last on 2026-11-16 11:00Z: {COVERED}. Have it signed anew" in reasons(gate)


def test_a_waiver_of_what_can_t_be_waived_is_no_go(stage: Stage) -> None:
    assert stage.waive(COVERED, "It can wait until December.", "We look at the logs daily.") == 0
    path = next(stage.records.glob("waiver-*.toml"))
    path.write_text(path.read_text().replace(COVERED, LEAK))
    stage.sign(path, "mira")
    _record(stage, [_result(LEAK, "tenant B reads a lead of tenant A")])
    gate = _decide(stage)
    assert not gate.go
    assert f"{LEAK} can't be waived" in reasons(gate)


def test_a_failure_that_comes_later_takes_the_go_back(stage: Stage) -> None:
    _record(stage, [_result("SEI-5.1.1.1.1", "the voice answers late")])
    gate = _decide(stage)
    assert [r.id for r in gate.blocking] == ["SEI-5.1.1.1.1"]
    assert "takes the GO back (sustained): the voice answers late" in reasons(gate)


def test_a_rollback_line_that_fails_later_takes_the_go_back(stage: Stage) -> None:
    _record(stage, [_result("SEI-4.1.1.1.1", "voice error rate above 5 % for 6 min")])
    assert not _decide(stage).go
