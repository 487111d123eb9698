"""TLS in front of one unix socket, on a port of the kernel's choice: the way to a restored instance."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path


class Relay:
    """Listens from the moment it is made until `close`. It runs in the event loop of another thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, context: ssl.SSLContext, socket: Path) -> None:
        self._loop, self._context, self._socket = loop, context, socket
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), loop).result(10)

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_unix_connection(str(self._socket))
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer), return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    with contextlib.suppress(OSError):
        sink.close()
