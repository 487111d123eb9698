"""Whether films can be watched, and what they are about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fixtures.pages.films import PLAYED, Film

PALE, QUIET = 12.0, 0.01
"""Below these a picture is of one colour (of 255), and a sound is silence (of 1)."""


def unwatchable(film: Film) -> str | None:
    """Why nobody can watch a film, or None."""
    if film.error:
        return f"{film} at {film.source} does not play: {film.error}"
    if film.went_on < PLAYED / 4:
        return f"{film} stands still: in {PLAYED:g} s it went on by {film.went_on:g} s"
    dark = film.spread is not None and film.spread < PALE
    silent = film.decoded == 0 or (film.loudest is not None and film.loudest < QUIET)
    if dark and silent:
        return f"{film} is of one colour and silent"
    if film.spread is None and film.loudest is None:
        return f"{film} could not be looked at: it is of another origin that does not let its pages see it"
    return None


def covered(films: Iterable[Film], modes: Sequence[str]) -> list[str]:
    """The modes that a film's title has."""
    titles = [film.title.casefold() for film in films]
    return [mode for mode in modes if any(mode.casefold() in title for title in titles)]
