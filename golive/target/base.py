"""What all parts of a target file share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from golive.secrets import Secret, beside_target


class Section(BaseModel):
    """A table of the target file. A key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


Url = Annotated[str, Field(pattern=r"^(https?|wss?|rediss?|amqps?)://[^\s/]+[^\s]*$")]
"""An absolute URL without credentials in it (those go into secrets)."""

LocalPath = Annotated[str, Field(min_length=1), AfterValidator(beside_target)]
"""A file or folder; relative to the target file's folder, absolute once it is loaded."""

__all__ = ["LocalPath", "Secret", "Section", "Url"]
