"""What became of things marked at launch, and how they are digested."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.launch.record import digest, digest_of_vector, read_record
from golive.catalogue import Line, load_catalogue
from golive.verdict import Unobservable
from tests.judges.kept_data import kept_problems


@pytest.fixture
def line() -> Line:
    return load_catalogue().lines["AURA-13.2.5"]


def test_all_the_same_is_no_problem(line: Line) -> None:
    assert not any(kept_problems(line, "the record", {"row 1": "same"}, []))


def test_each_way_of_losing_is_named(line: Line) -> None:
    found = kept_problems(line, "the record", {"row 1": None, "object 2": "altered", "row 3": "same"}, ["row 4 ..."])
    said = "\n".join(filter(None, found))
    assert "lost is 1" in said
    assert "row 1" in said
    assert "altered is 1" in said
    assert "object 2" in said
    assert "unreconciled is 1" in said
    assert "row 4" in said


def test_digests_tell_values_apart_and_survive_single_precision() -> None:
    assert digest(["a", None]) != digest(["a", ""])
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest_of_vector([0.123456789]) == digest_of_vector([0.12345679])
    assert digest_of_vector([0.1, 0.2]) != digest_of_vector([0.2, 0.1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "can't be read"),
        ("{", "JSON"),
        ('{"made": "2026-11-22T00:00:00Z", "rows": []}', "rows"),
        ('{"made": "2026-11-22T00:00:00", "rows": [1]}', "made"),
    ],
)
def test_a_bad_record_is_said_to_be_one(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "launch.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(Unobservable, match=said):
        read_record(str(path))
