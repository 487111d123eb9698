"""A proxy that hands everything on a little later, in its order, and holds no call up by another."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def delayed(port: int, seconds: float) -> Iterator[int]:
    """Yield the port of a proxy to `127.0.0.1:port` that hands requests on after `seconds`."""
    told: queue.SimpleQueue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = queue.SimpleQueue()

    async def serve() -> None:
        over = asyncio.Event()
        server = await asyncio.start_server(lambda r, w: _connect(r, w, port, seconds), "127.0.0.1", 0)
        told.put((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), over))
        await over.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    proxy, loop, over = told.get(timeout=30)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, seconds: float) -> None:
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):  # connections that outlive the proxy
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_hand_on(reader, there_writer, seconds), _hand_on(there_reader, writer, 0))


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Each piece goes on `seconds` after it came, however many are under way."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def receive() -> None:
        while piece := await reader.read(65536):
            pieces.put_nowait((loop.time() + seconds, piece))
        pieces.put_nowait((loop.time() + seconds, b""))

    receiving = loop.create_task(receive())
    try:
        with suppress(OSError):
            while True:
                due, piece = await pieces.get()
                if (wait := due - loop.time()) > 0:
                    await asyncio.sleep(wait)
                if not piece:
                    break
                writer.write(piece)
                await writer.drain()
    finally:
        receiving.cancel()
        writer.close()
