"""An HTTP call that changes something, or goes elsewhere, does not leave a check that only reads."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
import requests
import trustme

from golive.guard import effect
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.guard.http import GuardedSession, origin_of
from golive.verdict import Refused, Unobservable
from selftest.engine.dummy_server import Dummy, dummy_server


@pytest.fixture
def dummy() -> Iterator[Dummy]:
    calls.clear()
    effect.restore()
    with dummy_server() as server:
        yield server
    effect.restore()


@pytest.fixture
def http(dummy: Dummy) -> Iterator[GuardedSession]:
    with GuardedSession([dummy.url], run="run-1", connect_timeout=3, read_timeout=10) as session:
        yield session


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post", "TRACE", "PROPFIND"])
def test_a_writing_method_is_refused_before_anything_arrives(method: str, http: GuardedSession, dummy: Dummy) -> None:
    with pytest.raises(Refused, match=f"{method.upper()} {dummy.url}/leads"):
        http.request(method, f"{dummy.url}/leads?token=x")
    prepared = http.prepare_request(requests.Request(method, f"{dummy.url}/leads"))
    with pytest.raises(Refused):
        http.send(prepared)
    assert dummy.arrived == []
    assert sum(calls.refused.values()) == 2


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_methods_leave_and_are_counted(method: str, http: GuardedSession, dummy: Dummy) -> None:
    assert http.request(method, f"{dummy.url}/health").status_code == 200
    assert dummy.methods == [method]
    assert dummy.arrived[0].headers["X-Golive-Run"] == "run-1"
    assert calls.as_json()["sent"] == {f"{origin_of(dummy.url)}:{method}": 1}


def test_an_operation_that_the_target_declares_as_reading_leaves(http: GuardedSession, dummy: Dummy) -> None:
    http.post(f"{dummy.url}/search", json={"q": "x"}, reading=True)
    assert dummy.methods == ["POST"]


def test_a_write_leaves_when_the_check_may_write(http: GuardedSession, dummy: Dummy) -> None:
    with effect.allow(Effect.WRITES):
        http.post(f"{dummy.url}/leads")
    with pytest.raises(Refused):
        http.post(f"{dummy.url}/leads")
    assert dummy.methods == ["POST"]


def test_a_host_that_the_target_does_not_list_is_refused(http: GuardedSession) -> None:
    with dummy_server() as other, pytest.raises(Refused, match="does not list"):
        http.get(f"{other.url}/")
    assert other.arrived == []
    with effect.allow(Effect.DISRUPTS), pytest.raises(Refused):
        http.get("http://example.invalid/")


def test_a_redirect_elsewhere_is_the_answer(http: GuardedSession, dummy: Dummy) -> None:
    with dummy_server() as other:
        dummy.answer = lambda _: (302, {"Location": f"{other.url}/x"}, b"")
        answer = http.get(dummy.url, headers={"Authorization": "Bearer x"})
        assert answer.status_code == 302
        assert other.arrived == []


def test_a_redirect_to_another_listed_origin_goes_without_credentials(dummy: Dummy) -> None:
    with dummy_server() as other:
        dummy.answer = lambda _: (302, {"Location": f"{other.url}/x"}, b"")
        session = GuardedSession([dummy.url, other.url])
        session.headers["Xi-Api-Key"] = "of the session"
        session.get(dummy.url, headers={"Authorization": "Bearer x", "X-Api-Key": "k", "Accept": "a/b"})
        assert dummy.arrived[0].headers["Authorization"] == "Bearer x"
        assert "Authorization" not in other.arrived[0].headers
        assert dummy.arrived[0].headers["Xi-Api-Key"] == "of the session"
        assert "Xi-Api-Key" not in other.arrived[0].headers
        assert "X-Api-Key" not in other.arrived[0].headers
        assert other.arrived[0].headers["Accept"] == "a/b"


def test_a_redirect_of_a_declared_post_is_not_followed(http: GuardedSession, dummy: Dummy) -> None:
    dummy.answer = lambda _: (307, {"Location": "/again"}, b"")
    assert http.post(dummy.url, reading=True).status_code == 307
    assert len(dummy.arrived) == 1


def test_redirects_that_go_round_end(http: GuardedSession, dummy: Dummy) -> None:
    dummy.answer = lambda _: (302, {"Location": "/"}, b"")
    with pytest.raises(Unobservable, match="go round"):
        http.get(dummy.url)


def test_an_error_answer_is_not_asked_for_twice(http: GuardedSession, dummy: Dummy) -> None:
    dummy.answer = lambda _: (503, {}, b"")
    assert http.get(dummy.url).status_code == 503
    assert len(dummy.arrived) == 1


def test_throttles_are_counted(http: GuardedSession, dummy: Dummy) -> None:
    dummy.answer = lambda _: (429, {}, b"")
    http.get(dummy.url)
    assert sum(calls.throttled.values()) == 1


def test_no_cookie_is_kept(http: GuardedSession, dummy: Dummy) -> None:
    dummy.answer = lambda _: (200, {"Set-Cookie": "sid=1"}, b"")
    assert http.get(dummy.url).cookies["sid"] == "1"
    http.get(dummy.url)
    assert "Cookie" not in dummy.arrived[1].headers


def test_a_body_that_is_too_large_is_unobservable(dummy: Dummy) -> None:
    dummy.answer = lambda _: (200, {}, b"x" * 200_000)
    with pytest.raises(Unobservable, match="larger than 100000"):
        GuardedSession([dummy.url], limit=100_000).get(dummy.url)
    assert len(GuardedSession([dummy.url]).get(dummy.url).content) == 200_000


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    session = GuardedSession([url])
    with pytest.raises(Unobservable, match="connection refused"):
        session.get(url)
    with pytest.raises(requests.ConnectionError):
        session.get(url, raw=True, retry=False)


def test_a_slow_answer_is_unobservable(http: GuardedSession, dummy: Dummy) -> None:
    over = threading.Event()

    def slowly(_: object) -> tuple[int, dict[str, str], bytes]:
        over.wait(60)
        return 200, {}, b""

    dummy.answer = slowly
    began = time.monotonic()
    with pytest.raises(Unobservable, match="no answer within the time-out"):
        http.get(dummy.url, timeout=0.2)
    assert time.monotonic() - began < 30
    over.set()


def test_errors_hide_what_is_secret_in_a_url(http: GuardedSession) -> None:
    with pytest.raises(Refused) as refusal:
        http.get("http://user:quartz@example.invalid/x?token=lantern")
    assert "quartz" not in str(refusal.value)
    assert "lantern" not in str(refusal.value)


@pytest.fixture
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str, list[str | None]]]:
    """A TLS server for `api.golive.test`: port, the file of its CA, and the server names that clients asked for."""
    folder, ca = tmp_path_factory.mktemp("tls"), trustme.CA()
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("api.golive.test").configure_cert(context)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    names.append(secure.recv(4096).decode().partition("Host: ")[2].partition("\r")[0])
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], str(folder / "ca.pem"), names
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_one_instance_behind_a_name_is_reached_by_its_address(tls: tuple[int, str, list[str | None]]) -> None:
    port, ca_file, names = tls
    session = GuardedSession(["https://api.golive.test"], ca_file=ca_file)
    answer = session.get("https://api.golive.test/health", address=f"127.0.0.1:{port}")
    assert answer.text == "ok"
    assert names == ["api.golive.test", "api.golive.test"]


def test_a_wrong_name_and_an_unknown_ca_are_unobservable(tls: tuple[int, str, list[str | None]]) -> None:
    port, ca_file, _ = tls
    with pytest.raises(Unobservable, match=r"TLS failed.*(doesn't match|not valid)"):
        GuardedSession(["https://other.test"], ca_file=ca_file).get("https://other.test", address=f"127.0.0.1:{port}")
    with pytest.raises(Unobservable, match=r"TLS failed.*(self.signed|unable to get local issuer)"):
        GuardedSession(["https://api.golive.test"]).get("https://api.golive.test", address=f"127.0.0.1:{port}")
