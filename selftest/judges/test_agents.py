"""Voice agents of several tenants: each its own, or partly another's."""

from __future__ import annotations

from fixtures.tenancy.agents import Agent
from tests.judges.agents import Said, followed, foreign, misgreeted, misvoiced, said_wrong, spoken_of

ELM = Agent("MARK-elm", "elm", "Elm Homes", "MARK-elm", "voice-1", "Hello, Elm Homes.")
FIR = Agent("MARK-fir", "fir", "Fir & Sons", "MARK-fir", "voice-2", "Hello, Fir & Sons.")
BOTH = [ELM, FIR]
ANSWER = "We are Elm Homes, and have the MARK-elm garden house."


def test_an_agent_of_its_own_is_fine() -> None:
    assert said_wrong(Said(ELM, ANSWER, "we are elm homes and have the mark elm garden house"), BOTH) == []
    assert misvoiced(ELM, ["voice-1", "voice-1"]) == []
    assert misgreeted(ELM, "Hello, Elm Homes. ", BOTH) == []


def test_words_of_another_are_found() -> None:
    told = said_wrong(Said(FIR, ANSWER, ANSWER), BOTH)
    assert told[0].startswith("the agent of MARK-fir says Elm Homes of MARK-elm, MARK-elm of MARK-elm")


def test_a_sound_of_another_is_found_behind_right_words() -> None:
    told = said_wrong(Said(FIR, "We are Fir & Sons, and have the MARK-fir house.", "we are elm homes"), BOTH)
    assert len(told) == 1
    assert told[0].startswith("the agent of MARK-fir is heard to say Elm Homes of MARK-elm")


def test_who_does_not_know_its_tenant_is_found() -> None:
    told = said_wrong(Said(ELM, "We are Elm Homes.", "we are elm homes"), BOTH)
    assert told == ["the agent of MARK-elm does not say MARK-elm, but 'We are Elm Homes.'. Does it know its tenant?"]


def test_a_sound_that_says_something_else_is_found() -> None:
    told = said_wrong(Said(ELM, ANSWER, "the line is busy"), BOTH)
    assert told == [f"the agent of MARK-elm says '{ANSWER}' by the product's words, and 'the line is busy' is heard"]


def test_marks_are_found_however_they_are_written() -> None:
    assert foreign(ELM, "fir and FIR SONS and mark fir", BOTH) == ["Fir & Sons of MARK-fir", "MARK-fir of MARK-fir"]


def test_one_wrong_voice_among_right_ones_is_found() -> None:
    (told,) = misvoiced(ELM, ["voice-1", "voice-9"])
    assert told.startswith("the agent of MARK-elm speaks with the voice voice-9, and voice-1 is set")


def test_a_greeting_must_be_the_one_that_is_set() -> None:
    assert misgreeted(ELM, "Hello there.", BOTH) == [
        "the agent of MARK-elm greets with 'Hello there.', and 'Hello, Elm Homes.' is set"
    ]
    assert misgreeted(ELM, "Hello, Fir & Sons.", BOTH) == [
        "the agent of MARK-elm greets with Fir & Sons of MARK-fir: 'Hello, Fir & Sons.'"
    ]
    assert misgreeted(ELM, "", BOTH)


def test_what_was_spoken_is_known_by_its_sentences() -> None:
    spoken = [("Repeat 12 please", "v1"), ("You said: Repeat 12 please", "v2"), ("I know no more.", "v3"), ("", "v4")]
    assert spoken_of("You said: Repeat 12 please. I know no more.", "Repeat 12 please", spoken) == ["v2", "v3"]


def test_who_comes_first_follows_nobody() -> None:
    assert followed([("elm", "a"), ("fir", "b"), ("elm", "b")]) == {"elm"}
    assert followed([("elm", "a"), ("elm", "a"), ("fir", "a"), ("elm", "a")]) == {"fir", "elm"}
