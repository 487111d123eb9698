"""How a product takes memories, and how it says that it does not."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from golive.target.api import FieldPlace
from golive.target.base import Section


class Memory(Section):
    """`[PRODUCT.memory]`: makes 3.1.3 verifiable."""

    item: dict[str, Any] = Field(min_length=1)
    """One memory as `memory_store_batch` takes it in `{memories}`; `{summary}`, `{text}`, `{kind}` and `{emotion}` are
    filled."""
    kind: str
    """A kind of memory that there is."""
    emotion: str = ""
    """An emotion that may be said of one."""
    most_recalled: int = Field(default=20, gt=0)
    """The greatest `{count}` that `memory_recall` takes."""
    refusal_code: FieldPlace
    """Where a refused call has the code of what is wrong, for machines."""
    refusal_field: FieldPlace
    """Where it names the field that is."""
