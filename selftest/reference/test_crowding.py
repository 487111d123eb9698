"""Defects of many speakers at once: they show when two speak, and not when one does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import HTTPException

from reference.app import behaviour
from reference.app.aurastudio import crowding


@pytest.fixture(autouse=True)
def _healthy() -> Iterator[None]:
    yield
    behaviour.update({}, "all")


async def _spoken(text: str, both: asyncio.Barrier | None) -> str:
    async with crowding.interpreter():
        crowding.to_be_said(text)
        if both:
            await both.wait()
        return crowding.to_be_said(text)


async def _two() -> list[str | BaseException]:
    both = asyncio.Barrier(2)
    return await asyncio.gather(_spoken("one", both), _spoken("two", both), return_exceptions=True)


def test_each_hears_their_own() -> None:
    assert asyncio.run(_two()) == ["one", "two"]


def test_a_shared_buffer_crosses_two_and_not_one() -> None:
    behaviour.update({"speech_shared_buffer": True})
    assert asyncio.run(_two()) != ["one", "two"]
    assert asyncio.run(_spoken("one", None)) == "one"


def test_who_finds_no_worker_is_refused() -> None:
    behaviour.update({"speech_workers": 1})

    async def crowd() -> None:
        async with crowding.interpreter():
            with pytest.raises(HTTPException):
                await asyncio.gather(_spoken("another", None))

    asyncio.run(crowd())


def test_an_answer_may_claim_anything() -> None:
    assert crowding.claimed(0.25) == 250
    behaviour.update({"speech_claims_ms": 180})
    assert crowding.claimed(0.9) == 180
