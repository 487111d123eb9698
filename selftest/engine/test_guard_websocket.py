"""A WebSocket opens for a reading check; what it sends has to be declared as reading."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.server import ServerConnection, serve

from golive.guard import effect
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.guard.websocket import connect
from golive.verdict import Refused, Unobservable


@pytest.fixture
def server() -> Iterator[tuple[str, list[str | bytes]]]:
    """A server that answers each message with itself: its URL and what arrived."""
    effect.restore()
    calls.clear()
    arrived: list[str | bytes] = []

    def answer(connection: ServerConnection) -> None:
        assert connection.request is not None
        arrived.append(connection.request.headers.get("X-Golive-Run", ""))
        for message in connection:
            arrived.append(message)
            connection.send(message)

    with serve(answer, "127.0.0.1", 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{running.socket.getsockname()[1]}/voice", arrived
        running.shutdown()
        thread.join(5)
    effect.restore()


def test_a_message_is_refused_unless_declared_as_reading(server: tuple[str, list[str | bytes]]) -> None:
    url, arrived = server
    with connect(url, [url], run="run-1") as socket:
        with pytest.raises(Refused, match="a message to ws://"):
            socket.send({"type": "start"})
        with pytest.raises(Unobservable, match="no message within"):
            socket.receive(timeout=0.1)
        assert arrived == ["run-1"]
        socket.send({"type": "ping"}, reading=True)
        assert socket.receive() == '{"type": "ping"}'
        with effect.allow(Effect.WRITES):
            socket.send(b"audio")
        assert socket.receive() == b"audio"
    assert arrived == ["run-1", '{"type": "ping"}', b"audio"]
    assert {operation: n for (_, operation), n in calls.sent.items()} == {"OPEN": 1, "SEND": 2}


def test_another_host_is_refused(server: tuple[str, list[str | bytes]]) -> None:
    url, arrived = server
    with pytest.raises(Refused, match="does not list"):
        connect(url, ["wss://api.example.com"])
    assert arrived == []


def test_what_does_not_open_is_unobservable() -> None:
    with pytest.raises(Unobservable, match="did not open"):
        connect("ws://127.0.0.1:1/x?token=quartz", ["ws://127.0.0.1:1"])
    with pytest.raises(OSError):
        connect("ws://127.0.0.1:1/x", ["ws://127.0.0.1:1"], raw=True)


def test_a_refused_opening_can_be_looked_at() -> None:
    def refuse(connection: ServerConnection, _: object) -> object:
        return connection.respond(403, "no")

    with serve(lambda _: None, "127.0.0.1", 0, process_request=refuse) as running:  # type: ignore[arg-type]
        threading.Thread(target=running.serve_forever, daemon=True).start()
        url = f"ws://127.0.0.1:{running.socket.getsockname()[1]}/"
        with pytest.raises(Unobservable, match="403"):
            connect(url, [url])
        with pytest.raises(InvalidStatus) as error:
            connect(url, [url], raw=True)
        assert error.value.response.status_code == 403
        running.shutdown()
