"""Signed records, verified by the real ssh-keygen; each way to cheat is refused by name."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from golive.attestation import Evidence, Records, sha256_of
from golive.attestation.evidence import Links, changed
from golive.target.people import Attestations, EvidencePlace
from golive.verdict import Unobservable
from selftest.engine.dummy_server import dummy_server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINE = "SEI-1.1.1.1.3"
MIRA, JONAS = "mira@example.com", "jonas@example.com"
Write = Callable[..., Records]

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    for person in (MIRA, JONAS):
        _keygen("-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(folder / person))
    return {person: folder / person for person in (MIRA, JONAS)}


@pytest.fixture
def write(tmp_path: Path, keys: dict[str, Path]) -> Write:
    """Writes one record, signed by `by` (None: not at all), and returns the folder's records."""
    (tmp_path / "allowed_signers").write_text(
        "".join(
            f'{p} namespaces="golive",valid-before="20270101" {k.with_suffix(".com.pub").read_text()}'
            for p, k in keys.items()
        )
    )
    (tmp_path / "roles.toml").write_text(
        f'[[role]]\nname = "Finance"\nperson = "{MIRA}"\nsince = 2026-01-01T00:00:00Z\n'
        f'until = 2026-12-01T00:00:00Z\nlines = ["SEI-1.1.*"]\n'
    )
    (tmp_path / "estimate.json").write_text("{}")

    def record(by: str | None = MIRA, name: str = "approval", **changes: object) -> Records:
        said = {
            "line": LINE, "statement": "The estimate is approved", "role": "Finance", "person": MIRA,
            "date": "2026-11-20T10:00:00Z", "expires": "2026-12-20T00:00:00Z",
            "release": "1.4.0", "commit": "abcdef0123",
        } | changes  # fmt: skip
        dates = ("date", "expires")
        lines = [f"{k} = {v}" if k in dates else f'{k} = "{v}"' for k, v in said.items()]
        digest = sha256_of(tmp_path / "estimate.json")
        lines += ["[[evidence]]", 'file = "estimate.json"', f'sha256 = "{digest}"']
        path = tmp_path / f"{name}.toml"
        path.write_text("\n".join(lines) + "\n")
        if by:
            _keygen("-q", "-Y", "sign", "-n", "golive", "-f", str(keys[by]), str(path))
        return Records(tmp_path)

    return record


def _keygen(*arguments: str) -> None:
    subprocess.run(["ssh-keygen", *arguments], check=True, capture_output=True, timeout=20)


def _linked(records: Records, keys: dict[str, Path], link: str, sha256: str, places: list[str]) -> Records:
    """The record with a link as evidence, signed anew."""
    path = records.folder / "approval.toml"
    path.write_text(path.read_text() + f'\n[[evidence]]\nlink = "{link}"\nsha256 = "{sha256}"\n')
    path.with_name(path.name + ".sig").unlink()
    _keygen("-q", "-Y", "sign", "-n", "golive", "-f", str(keys[MIRA]), str(path))
    return Records.kept(Attestations(folder=str(records.folder), links=[EvidencePlace(url=u) for u in places]))


def _problems(records: Records, now: datetime = NOW) -> list[str]:
    (record,) = records.of(LINE)
    return records.problems(record, version="1.4.0", commit="abcdef0123456789", now=now)


def test_a_signed_record_holds(write: Write) -> None:
    assert _problems(write()) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"by": None}, "is not signed: there is no approval.toml.sig"),
        ({"by": JONAS}, "its signature is not mira@example.com's"),
        ({"person": JONAS, "by": JONAS}, "jonas@example.com does not have the role Finance"),
        ({"role": "Security Lead"}, "does not have the role Security Lead"),
        ({"date": "2025-11-20T10:00:00Z"}, "did not have the role Finance on 2025-11-20"),
        ({"date": "2026-11-23T10:00:00Z"}, "which is yet to come"),
        ({"expires": "2026-11-21T00:00:00Z"}, "expired on 2026-11-21"),
        ({"release": "1.3.2"}, "is about release 1.3.2, not 1.4.0"),
        ({"commit": "0123456789"}, "is about commit 0123456, not abcdef0"),
    ],
)
def test_what_does_not_hold_says_why(write: Write, changes: dict[str, object], says: str) -> None:
    found = _problems(write(**changes))
    assert any(says in problem for problem in found), found
    assert len(found) == 1


def test_a_role_speaks_only_about_its_lines(write: Write) -> None:
    records = write(line="SEI-2.1.1.1.1")
    (record,) = records.of("SEI-2.1.1.1.1")
    (found,) = records.problems(record, version="1.4.0", commit="abcdef0123", now=NOW)
    assert "may not speak about SEI-2.1.1.1.1" in found


def test_changed_after_signing(write: Write) -> None:
    records = write()
    path = records.folder / "approval.toml"
    path.write_text(path.read_text().replace("approved", "refused"))
    assert "its signature is not" in _problems(records)[0]


def test_a_key_past_its_time(write: Write) -> None:
    found = _problems(
        write(date="2027-01-02T00:00:00Z", expires="2027-12-31T00:00:00Z"), datetime(2027, 6, 1, tzinfo=UTC)
    )
    assert any("its signature is not" in problem for problem in found)


def test_a_signature_for_another_purpose(write: Write, keys: dict[str, Path]) -> None:
    records = write(by=None)
    _keygen("-q", "-Y", "sign", "-n", "git", "-f", str(keys[MIRA]), str(records.folder / "approval.toml"))
    assert "its signature is not" in _problems(records)[0]


def test_evidence_that_changed_or_went(write: Write) -> None:
    records = write()
    (records.folder / "estimate.json").write_text("[]")
    assert "its evidence estimate.json has another hash now" in _problems(records)[0]
    (records.folder / "estimate.json").unlink()
    assert "its evidence estimate.json is not there" in _problems(records)[0]


MINUTES = sha256(b"minutes").hexdigest()


def test_evidence_behind_a_link_holds_while_it_is_as_it_was(write: Write, keys: dict[str, Path]) -> None:
    with dummy_server() as wiki:
        records = _linked(write(), keys, f"{wiki.url}/minutes", MINUTES, [wiki.url])
        wiki.answer = lambda _: (200, {}, b"minutes")
        assert _problems(records) == []
        assert [(a.method, a.path) for a in wiki.arrived] == [("GET", "/minutes")]
        assert _problems(records) == []
        assert len(wiki.arrived) == 1, "asked once"


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (404, b"minutes", "/minutes is not there: it answers 404"),
        (410, b"", "/minutes is not there: it answers 410"),
        (500, b"minutes", "/minutes is not there: it answers 500"),
        (204, b"", "/minutes is not there: it answers 204"),
        (200, b"<h1>Not found</h1>", "/minutes has another hash now"),
        (200, b"", "/minutes has another hash now"),
    ],
)
def test_a_dead_or_changed_link_does_not_hold(
    write: Write, keys: dict[str, Path], status: int, body: bytes, says: str
) -> None:
    with dummy_server() as wiki:
        records = _linked(write(), keys, f"{wiki.url}/minutes", MINUTES, [wiki.url])
        wiki.answer = lambda _: (status, {}, body)
        (problem,) = _problems(records)
    assert problem.endswith(says)


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (401, {}, "answers 401.*token"),
        (403, {}, "answers 403.*token"),
        (429, {}, "answers 429.*later"),
        (302, {"Location": "https://login.example.com/?to=minutes"}, r"leads to https://login.example.com/, another"),
    ],
)
def test_a_link_that_does_not_say_is_never_held(
    write: Write, keys: dict[str, Path], status: int, headers: dict[str, str], says: str
) -> None:
    with dummy_server() as wiki:
        records = _linked(write(), keys, f"{wiki.url}/minutes", MINUTES, [wiki.url])
        wiki.answer = lambda _: (status, headers, b"minutes")
        with pytest.raises(Unobservable, match=f"record approval.toml: its evidence .*{says}"):
            _problems(records)


def test_a_link_to_a_place_that_is_not_named_is_not_asked(write: Write, keys: dict[str, Path]) -> None:
    with dummy_server() as wiki:
        records = _linked(write(), keys, f"{wiki.url}/minutes", MINUTES, ["https://wiki.example.com"])
        with pytest.raises(Unobservable, match=r"not at a place that evidence may be asked at.*attestations.links"):
            _problems(records)
        assert wiki.arrived == []


def test_a_link_without_an_answer_is_never_held(write: Write, keys: dict[str, Path]) -> None:
    with dummy_server() as wiki:
        gone = wiki.url
    records = _linked(write(), keys, f"{gone}/minutes", MINUTES, [gone])
    with pytest.raises(Unobservable, match=r"connection refused"):
        _problems(records)


def test_a_link_asks_with_its_place_s_token(
    write: Write, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIKI_TOKEN", "made-up-for-this-test")
    with dummy_server() as wiki:
        records = _linked(write(), keys, f"{wiki.url}/minutes", MINUTES, [])
        place = EvidencePlace.model_validate({"url": wiki.url, "token": "env:WIKI_TOKEN"})
        wiki.answer = lambda _: (200, {}, b"minutes")
        assert _problems(Records(records.folder, Links([place]))) == []
        assert wiki.arrived[0].headers["Authorization"] == "Bearer made-up-for-this-test"


def test_what_does_not_hold_anyway_asks_no_link(write: Write, keys: dict[str, Path]) -> None:
    with dummy_server() as wiki:
        records = _linked(write(release="1.3.2"), keys, f"{wiki.url}/minutes", MINUTES, [wiki.url])
        (problem,) = _problems(records)
        assert "is about release 1.3.2" in problem
        assert wiki.arrived == []


@pytest.mark.parametrize("row", ['link = "https://wiki.example.com/1"', 'link = "minutes"\nsha256 = "' + MINUTES + '"'])
def test_a_link_without_hash_or_host_is_no_evidence(write: Write, row: str) -> None:
    records = write()
    path = records.folder / "approval.toml"
    path.write_text(path.read_text() + f"\n[[evidence]]\n{row}\n")
    assert records.broken(LINE) != []


def test_an_empty_file_is_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_bytes(b"")
    evidence = Evidence(file="empty.md", sha256=sha256_of(tmp_path / "empty.md"))
    assert changed(evidence, tmp_path, Links()) == "its evidence empty.md is empty"


def test_newest_first(write: Write) -> None:
    write(name="old", date="2026-11-01T00:00:00Z")
    assert [r.path.stem for r in write().of(LINE)] == ["approval", "old"]


def test_what_is_no_record_is_not_skipped(write: Write) -> None:
    records = write()
    other = records.folder / "other.toml"
    other.write_text(f'line = "{LINE}"\n')
    with pytest.raises(Unobservable, match=r"other.toml: statement: Field required"):
        records.of(LINE)
    assert records.broken(LINE) == ["record other.toml: statement: Field required"]
    other.write_text("line = ")
    with pytest.raises(Unobservable, match=r"other.toml can't be read"):
        records.of(LINE)


def test_what_is_no_record_of_another_line_does_not_matter(write: Write) -> None:
    records = write()
    (records.folder / "other.toml").write_text('line = "SEI-6.1.1"\n')
    assert len(records.of(LINE)) == 1
    assert records.broken(LINE) == []
    with pytest.raises(Unobservable):
        records.all()


def test_what_was_taken_back_does_not_hold(write: Write) -> None:
    records = write()
    (record,) = records.of(LINE)
    with (records.folder / "roles.toml").open("a") as register:
        register.write(
            f'[[revoked]]\nsha256 = "{sha256_of(record.path)}"\non = 2026-11-21T00:00:00Z\nreason = "No budget."\n'
        )
    (problem,) = _problems(records)
    assert problem == "record approval.toml: was taken back on 2026-11-21: No budget."


def test_a_key_is_the_same_under_another_address(write: Write) -> None:
    first, other = write(), "mira@private.example"
    signers = first.folder / "allowed_signers"
    mine = next(row for row in signers.read_text().splitlines() if row.startswith(MIRA))
    with signers.open("a") as file:
        file.write(mine.replace(MIRA, other) + "\n")
    records = write(name="second", person=other)
    keys = {records.key(r) for r in records.of(LINE)}
    assert len(keys) == 1
    assert keys.pop().startswith("SHA256:")
    assert len({records.key(r) for r in write(by=JONAS, name="third").of(LINE)}) == 2


def test_without_ssh_keygen_nothing_is_known(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    records = write()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unobservable, match="ssh-keygen is not on this machine"):
        _problems(records)


def test_without_signers_nothing_is_known(write: Write) -> None:
    records = write()
    (records.folder / "allowed_signers").unlink()
    with pytest.raises(Unobservable, match="allowed_signers is not there"):
        _problems(records)
