"""What a check may do follows from its mark, the target and the option, and refuses by default."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from golive.guard import effect
from golive.guard.effect import Effect
from golive.plugin.outcome import outcome_of
from golive.verdict import NotAllowed, Refused, Verdict


@pytest.fixture(autouse=True)
def _reads_between_tests() -> Iterator[None]:
    effect.restore()
    yield
    effect.restore()


def test_reads_is_the_default_and_needs_no_permission() -> None:
    assert effect.current() is Effect.READS
    effect.require(Effect.READS, "s3:GetObject")


@pytest.mark.parametrize("needed", [Effect.WRITES, Effect.DISRUPTS])
def test_a_reading_check_is_refused_more(needed: Effect) -> None:
    with pytest.raises(Refused) as refusal:
        effect.require(needed, "s3:PutObject")
    assert "s3:PutObject" in refusal.value.reason
    assert f"--allow {needed.word}" in refusal.value.remedy
    assert not refusal.value.shown_as_skip


def test_writing_does_not_cover_disrupting() -> None:
    with effect.allow(Effect.WRITES):
        effect.require(Effect.WRITES, "s3:PutObject")
        with pytest.raises(Refused):
            effect.require(Effect.DISRUPTS, "rds:FailoverDBCluster")


def test_the_effect_is_taken_back_also_when_the_check_breaks() -> None:
    with pytest.raises(ZeroDivisionError), effect.allow(Effect.DISRUPTS):
        raise ZeroDivisionError
    assert effect.current() is Effect.READS


@pytest.mark.parametrize(
    ("target", "option", "needed", "may"),
    [
        ([], [], Effect.READS, True),
        (["reads"], ["writes"], Effect.WRITES, False),
        (["reads", "writes"], [], Effect.WRITES, False),
        (["writes"], ["writes"], Effect.WRITES, True),
        (["writes"], ["disrupts"], Effect.DISRUPTS, False),
        (["disrupts"], ["disrupts"], Effect.WRITES, True),
    ],
)
def test_target_and_option_must_both_allow(target: list[str], option: list[str], needed: Effect, may: bool) -> None:
    assert effect.permitted(target, option, needed) is may
    if may:
        effect.ensure_permitted(target, option, needed)
    else:
        with pytest.raises(NotAllowed):
            effect.ensure_permitted(target, option, needed)


def test_the_refusal_says_which_side_is_missing() -> None:
    with pytest.raises(NotAllowed, match="target's `allow`"):
        effect.ensure_permitted(["reads"], ["writes"], Effect.WRITES)
    with pytest.raises(NotAllowed, match="--allow writes"):
        effect.ensure_permitted(["writes"], [], Effect.WRITES)


def test_an_unknown_word_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(ValueError, match="reads, writes, disrupts"):
        Effect.named("write")


def test_a_check_begins_and_ends() -> None:
    effect.begin(Effect.WRITES)
    assert (effect.current(), effect.checking()) == (Effect.WRITES, True)
    effect.restore()
    assert (effect.current(), effect.checking()) == (Effect.READS, False)


def test_a_refusal_is_unverified_with_its_reason_and_not_a_skip() -> None:
    with pytest.raises(Refused) as refusal:
        effect.require(Effect.WRITES, "s3:PutObject")
    outcome = outcome_of(refusal.value)
    assert outcome.verdict is Verdict.UNVERIFIED
    assert not outcome.skipped
    assert "s3:PutObject writes" in outcome.message


def test_a_swallowed_refusal_is_remembered_until_the_next_check() -> None:
    effect.begin(Effect.READS)
    with contextlib.suppress(Exception):
        effect.require(Effect.WRITES, "s3:PutObject")
    assert len(effect.refusals()) == 1
    effect.begin(Effect.READS)
    assert effect.refusals() == []
