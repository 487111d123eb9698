"""Letters to contacts, which come with the product as files: who writes to a lead begins with one of them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, HTTPException, Query, Response

from reference.app import behaviour
from reference.app.seiketsu.tenancy import Reader

router = APIRouter(prefix="/api/v1/letters", tags=["leads"])

FOLDER = Path(__file__).parent
SUFFIX = ".txt"
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]+")


@router.get("")
async def names(caller: Reader) -> dict[str, Any]:
    return {"letters": sorted(_known())}


@router.get(
    "/text", response_class=Response, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
async def text(
    caller: Reader,
    file: Annotated[str, Query(min_length=1, max_length=200)],
    save_as: Annotated[str, Query(max_length=120)] = "",
) -> Response:
    """One letter, to be saved under a name of the caller's choice."""
    path = _path(file)
    if path is None or not path.is_file():
        raise HTTPException(404, "There is no such letter")
    answer = Response(path.read_text(), media_type="text/plain")
    disposition, *more = re.split(r"\r?\n", _disposition(save_as or path.name))
    answer.headers["Content-Disposition"] = disposition
    for line in more:  # what a server makes of line ends in a header that it writes as it is
        name, _, value = line.partition(":")
        answer.headers[name] = value.strip(' "')
    return answer


def _known() -> dict[str, Path]:
    return {path.name: path for path in FOLDER.glob(f"*{SUFFIX}")}


def _path(name: str) -> Path | None:
    """Only what is in the folder is looked up; a name is never a part of a path."""
    if behaviour.on("letters_joined"):
        return Path(os.path.join(FOLDER, name))
    if behaviour.on("letters_unquoted_late"):
        return None if ".." in name or name.startswith("/") else FOLDER / unquote(name)
    return _known().get(name)


def _disposition(name: str) -> str:
    """As RFC 6266 has it: a name of plain letters, and the whole one in percent signs."""
    if behaviour.on("names_reflected"):
        return f'attachment; filename="{name}"'
    if behaviour.on("names_without_line_ends"):
        plain = re.sub(r"[\r\n]", "", name).encode("ascii", "replace").decode()
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{_UNSAFE.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
