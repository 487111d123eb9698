"""Sessions of speech to speech: late, misunderstood, another's."""

from __future__ import annotations

from fixtures.websocket.interpreting import Interpreted
from golive.catalogue import Limit
from tests.judges.interpreting import late, misunderstood, mixed_up

P95 = Limit(name="p95", op="<", value=500, unit="ms", source="document")


def session(
    said: str = "good morning", translated: str = "buenos días", seconds: float | None = 0.2, **more: object
) -> Interpreted:
    fields = {"transcript": said, "translated": translated, "ended": True, "seconds": seconds} | more
    return Interpreted(said, "es", **fields)  # type: ignore[arg-type]


def test_quick_sessions_are_fine() -> None:
    assert late([session()] * 30, P95, "sessions") is None


def test_two_of_thirty_late_ones_are_too_many() -> None:
    assert late([session()] * 29 + [session(seconds=0.9)], P95, "sessions") is None
    told = late([session(claimed=180.0)] * 28 + [session(seconds=0.9)] * 2, P95, "sessions")
    assert told is not None
    assert "900" in told
    assert "the product itself says 180" in told


def test_what_was_never_heard_is_late() -> None:
    told = late([session()] * 5 + [session(seconds=None, problem="closed")] * 5, P95, "sessions")
    assert told is not None
    assert "5 of 10 were never heard (closed)" in told


def test_another_text_is_no_translation() -> None:
    assert misunderstood([session(transcript="good mornin")]) == []
    assert misunderstood([session(transcript="see you at noon")]) == [
        "'good morning' was understood as 'see you at noon'"
    ]


def test_each_has_its_own() -> None:
    all_of_them = [session(), session("see you at noon", "nos vemos al mediodía"), session("thank you", "gracias")]
    assert mixed_up(all_of_them, ["buenos dias", "nos vemos al mediodia", "gracias"]) == []
    assert mixed_up(all_of_them, [None, "nos vemos al mediodia", None]) == []


def test_a_crossed_sound_is_found() -> None:
    all_of_them = [session(), session("see you at noon", "nos vemos al mediodía"), session("thank you", "gracias")]
    found = mixed_up(all_of_them, ["nos vemos al mediodia", "nos vemos al mediodia", "gracias"])
    assert found == [
        "the session that said 'good morning' heard 'nos vemos al mediodia', which was 'see you at noon' of another one"
    ]


def test_a_crossed_transcript_is_found() -> None:
    crossed = [session(transcript="thank you"), session("thank you", "gracias")]
    assert mixed_up(crossed, [None, None]) == ["the session that said 'good morning' has the transcript of 'thank you'"]


def test_the_same_translation_in_two_sessions_is_nobodys() -> None:
    twice = [session("thanks", "gracias"), session("thank you", "gracias")]
    assert mixed_up(twice, ["gracias", "gracias"]) == []
