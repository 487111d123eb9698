"""What requests are made up for the API, and which of its texts are tried with hostile ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from golive.target.base import Section

TextPlace = Annotated[str, Field(pattern=r"^(query|path|header|body)\.\S+$")]
"""Where a text of an operation is: `query.NAME`, `path.PLACEHOLDER`, `header.NAME`, or `body.KEY.KEY`."""


class Generated(Section):
    """`[PRODUCT.api.generated]`: requests that are made from the API's own description, as somebody of this run."""

    seed: int = 1
    """The same seed makes the same requests of the same description."""
    per_operation: int = Field(default=30, gt=0)
    """Requests to one operation at most."""
    seconds: float = Field(default=120, gt=0)
    """How long all may take; an operation that was not reached by then makes the line unverified."""
    left_out: dict[str, str] = {}
    """Operation to the reason, with a date, why nothing is made up for it."""


class Hostile(Section):
    """`[PRODUCT.api.hostile]`: texts with which the API does something particular, by operation."""

    files: dict[str, TextPlace] = {}
    """Names of files that the operation reads. What the target itself gives there is the name of one that exists."""
    headers: dict[str, TextPlace] = {}
    """Texts that come back in a header of the answer, such as the name under which a file is to be saved."""
    bodies: dict[str, TextPlace] = {}
    """Where in a body anything may lie, as deep and as large as the API admits."""
    largest_body: int | None = Field(default=None, gt=0)
    """Bytes of a body of JSON that the API takes at most."""
    slowest: float = Field(default=5, gt=0)
    """Seconds that an answer to a deep or large body may take."""
