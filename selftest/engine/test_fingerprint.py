"""A document's lines are recognised through markdown marks, emoji and damaged characters; other lines are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.catalogue import load_catalogue
from golive.checklist.fingerprint import Fingerprint, FingerprintError, fingerprint, load, normalise, similarity


def read_as_cp1252(text: str) -> str:
    """Return the text as it looks after UTF-8 was read as cp1252; bytes that cp1252 lacks become U+FFFD."""
    return text.encode().decode("cp1252", errors="replace")


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] Boil the `kettle` twice",
        "  * [x] **Boil the kettle** twice",
        "3. Boil the kettle: twice!",
        "### Boil the kettle twice ✅",
        "[ ] Boil the [kettle](https://example.org/kettle) twice",
        "- [X] Boil the kettle twice <!-- by Kim -->",
        "- [ ] **Boil the kettle twice**: _____________ Date: _______",
        "- [ ] Boil the kettle twice ___",
        "BOIL the\u00a0kettle ｔｗｉｃｅ 🚀⚠️ℹ️",
    ],
)
def test_marks_do_not_change_a_line(line: str) -> None:
    assert fingerprint(line) == fingerprint("boil the kettle twice"), normalise(line)


@pytest.mark.parametrize("sign", ["…", "✅", "🚀", "✓", "⚠️", "—", "“", "🛡️", "•", "👩‍🚀", "\u00a0"])
def test_a_damaged_sign_is_left_out(sign: str) -> None:
    damaged = read_as_cp1252(f"{sign} Feed the cat{sign}twice {sign}")
    assert normalise(damaged) == "feed the cat twice", damaged


def test_an_emoji_that_lost_a_byte_is_left_out() -> None:
    assert normalise("Feed the cat " + read_as_cp1252("🚀")[:-1]) == "feed the cat"
    assert normalise("Feed the cat \ufffd\ufffd") == "feed the cat"
    assert normalise("Feed the cat ⚠" + read_as_cp1252("\ufe0f").rstrip("\ufffd")) == "feed the cat"


def test_a_damaged_letter_is_read_back() -> None:
    assert normalise(read_as_cp1252("Küche und Café")) == "küche und café"


def test_sound_accents_stay() -> None:
    assert normalise("Ärger im Café, naïve Größe") == "ärger im café naïve größe"


def test_words_keep_their_order_and_count() -> None:
    found = fingerprint("one two one")
    assert found.words[0] == found.words[2] != found.words[1]
    assert [len(word) for word in found.words] == [4, 4, 4]
    assert len(found.exact) == 16
    assert fingerprint("two one one").exact != found.exact


def test_figures_tell_lines_apart() -> None:
    assert fingerprint("Feed the cat in < 2 min").exact != fingerprint("Feed the cat in < 3 min").exact
    assert fingerprint("x_1").words == fingerprint("x 1").words


def test_similarity_grows_with_the_words_in_common() -> None:
    line = fingerprint("feed the old cat")
    assert similarity(line, line) == 1.0
    assert similarity(line, fingerprint("feed the old dog")) == 0.75
    assert similarity(line, fingerprint("wash seven cars")) == 0.0
    assert similarity(fingerprint("a a a"), fingerprint("a")) == 0.5


def test_a_line_without_words_is_like_no_other() -> None:
    empty = fingerprint("- [ ] 🚀")
    assert empty.words == ()
    assert similarity(empty, empty) == 0.0


@given(st.text(max_size=80), st.text(max_size=80))
def test_similarity_is_a_symmetric_share(a: str, b: str) -> None:
    first, second = fingerprint(a), fingerprint(b)
    assert 0.0 <= similarity(first, second) <= 1.0
    assert similarity(first, second) == similarity(second, first)
    if first.words:
        assert similarity(first, first) == 1.0


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=8))
def test_a_tick_never_changes_plain_words(words: list[str]) -> None:
    text = " ".join(words)
    assert normalise(text) == text
    assert fingerprint(f"- [ ] {text}") == fingerprint(f"- [x] **{text}** ✅") == fingerprint(text)


def test_every_line_of_the_catalogue_has_a_fingerprint() -> None:
    assert list(load()) == [line.id for line in load_catalogue()]


def test_the_stored_fingerprints_are_those_of_this_normalisation() -> None:
    assert load()["SEI-6.3.1"] == fingerprint("- [ ] **CTO Approval**: ________________________ Date: _______")
    assert load()["AURA-1.1"] != load()["SEI-1.1"]


def test_our_titles_are_not_the_documents_lines() -> None:
    stored = load()
    same = [line.id for line in load_catalogue() if fingerprint(line.title).exact == stored[line.id].exact]
    assert not same, f"the title repeats the document: {same}"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "fingerprints.json"),
        ("[]", "object of products"),
        ("{}", "no fingerprint"),
        ('{"p": {"A-1": {"exact": "0123456789abcdef", "words": []}}}', "A-1"),
        ('{"p": {"A-1": {"exact": "0123", "words": ["0123"]}}}', "A-1"),
        ('{"p": {"A-1": {"exact": "0123456789abcdef", "words": ["01xy"]}}}', "A-1"),
        ('{"p": {"A-1": {"exact": "0123456789abcdef", "words": ["0123"], "text": "x"}}}', "A-1"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "fingerprints.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FingerprintError, match=says):
        load(path)


def test_a_missing_file_and_a_double_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FingerprintError, match=r"none\.json"):
        load(tmp_path / "none.json")
    entry = {"exact": "0123456789abcdef", "words": ["0123"]}
    path = tmp_path / "fingerprints.json"
    path.write_text(json.dumps({"p": {"A-1": entry}, "q": {"A-1": entry}}), encoding="utf-8")
    with pytest.raises(FingerprintError, match="twice"):
        load(path)


def test_a_good_file_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "fingerprints.json"
    entry = {"exact": "0123456789abcdef", "words": ["0123", "4567"]}
    path.write_text(json.dumps({"p": {"A-2": entry, "A-1": entry}}), encoding="utf-8")
    assert load(path) == {i: Fingerprint("0123456789abcdef", ("0123", "4567")) for i in ("A-2", "A-1")}
    assert list(load(path)) == ["A-2", "A-1"]
