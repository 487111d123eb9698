"""Speech that is kept for who says it again: told from made-up answers."""

from __future__ import annotations

from dataclasses import dataclass

from golive.catalogue import Limit
from tests.judges.speech_cache import Again, cut, endless, foreign_hits, kept_errors, repeated, unspoken

EXTRA = Limit(name="extra_provider_calls", op="==", value=0, unit="count", source="document")
LATENCY = Limit(name="hit_latency", op="<=", value=30, unit="percent", source="default")
HITS = Limit(name="foreign_hits", op="==", value=0, unit="count", source="document")
USUAL = 4.0


@dataclass(frozen=True)
class Said:
    text: str = "hello"
    status: int = 200
    seconds: float = 0.1
    length: float | None = USUAL
    digest: str = "aa"


def told(first: Said, again: list[Said], calls: int) -> list[str]:
    return [p for p in repeated(first, again, calls, extra=EXTRA, latency=LATENCY, of="it") if p]


def test_a_phrase_that_is_kept_costs_nothing_and_is_the_same() -> None:
    assert told(Said(seconds=1.0), [Said()] * 3, 1) == []
    asked = told(Said(seconds=1.0), [Said(seconds=0.9)] * 3, 4)
    assert "extra provider calls is 3, want == 0" in asked[0]
    assert "Is the cache asked" in asked[0]
    assert "hit latency is 90" in asked[1]
    assert "sounds otherwise" in told(Said(seconds=1.0), [Said(), Said(digest="bb")], 1)[0]


def test_one_slow_repetition_does_not_tell() -> None:
    assert told(Said(seconds=1.0), [Said(), Said(seconds=2.0), Said()], 1) == []


def test_the_provider_is_asked_anew_for_all_that_differs() -> None:
    assert [p for p in foreign_hits([Again("the tenant", Said(), Said(), 2)], HITS) if p] == []
    found = foreign_hits([Again("the voice", Said(), Said(), 2), Again("the tenant", Said(), Said(), 1)], HITS)
    assert found[0] is None
    assert "speech with the tenant changed: foreign hits is 1" in str(found[1])
    assert "with the very same sound" in str(found[1])
    other = foreign_hits([Again("the model", Said(), Said(digest="bb"), 1)], HITS)
    assert "very same" not in str(other[0])


def test_a_half_is_never_the_whole() -> None:
    assert cut(Said(), USUAL, "it") is None
    assert cut(Said(length=3.0), USUAL, "it") is None
    assert "answered with 0.50 s of it since, want about 4.00 s" in str(cut(Said(length=0.5), USUAL, "it"))
    assert "answered with no sound" in str(cut(Said(length=None), USUAL, "it"))


def test_an_error_is_no_speech_and_ends_with_its_cause() -> None:
    failed = [Said(status=502, length=None)] * 2
    assert kept_errors(failed, Said(), USUAL, "it") == []
    assert kept_errors([Said()] * 2, Said(), USUAL, "it") == []  # another voice stands in
    assert "is answered 200 with what is no sound" in kept_errors([Said(length=None)], Said(), USUAL, "it")[0]
    assert "still fails (502)" in kept_errors(failed, failed[0], USUAL, "it")[0]
    assert "still fails (200)" in kept_errors(failed, Said(length=None), USUAL, "it")[0]


def test_an_entry_ends_and_then_the_provider_is_asked() -> None:
    assert endless(86_400, 2, "keys") == []
    assert "has no end" in endless(None, 2, "keys")[0]
    assert "answered without the provider" in endless(60, 1, "keys")[0]


def test_what_is_not_spoken_is_told() -> None:
    assert unspoken([Said()], "it") == []
    assert len(unspoken([Said(status=500), Said(length=None)], "it")) == 2
