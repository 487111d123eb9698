"""Text streams and log records that redact what passes through them."""

from __future__ import annotations

import logging
from typing import Any, TextIO

from golive.redaction import redact_text


class RedactingStream:
    """A text stream that writes to another one what is left after redaction; everything else is the other's."""

    def __init__(self, stream: TextIO) -> None:
        self.redacts = stream

    def write(self, text: str) -> int:
        """Write `text` redacted; return the length of what was asked for, as callers expect."""
        self.redacts.write(redact_text(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each line redacted."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.redacts, name)


def redacting_stream(stream: TextIO) -> TextIO:
    """Return `stream` behind redaction; one that is behind it already is returned as it is."""
    return stream if isinstance(stream, RedactingStream) else RedactingStream(stream)  # type: ignore[return-value]


class RedactedRecord(logging.LogRecord):
    """A log record whose message is redacted, for every handler."""

    def getMessage(self) -> str:  # noqa: N802
        """Return the message with its arguments, redacted."""
        return redact_text(super().getMessage())
