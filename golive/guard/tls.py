"""The door to bare connections: TLS handshakes within chosen versions, and first words in clear text.

A handshake reads nothing and changes nothing. Client and server agree on a version of which each side refuses some;
to see that the server refuses an old one, the client must offer it: OpenSSL does so at security level 0 only.
"""

from __future__ import annotations

import socket
import ssl
import warnings
from dataclasses import dataclass

from golive.guard import rate
from golive.guard.calls import calls
from golive.verdict import Unobservable

OLDEST_FIRST = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""As `ssl.SSLSocket.version()` names them."""
_VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""PostgreSQL's SSLRequest (protocol-message-formats): length 8, code 80877103."""


@dataclass(frozen=True)
class Place:
    """Where to connect: `address` is an IP address, None for where `host` leads; `speaks` what precedes TLS.

    `speaks`: `tls` (from the first byte), `postgres` (SSLRequest first), `postgres-direct` (TLS with its ALPN).
    """

    host: str
    port: int
    address: str | None = None
    speaks: str = "tls"

    def __str__(self) -> str:
        at = f" at {self.address}" if self.address and self.address != self.host else ""
        return f"{self.host}:{self.port}{at}"


@dataclass(frozen=True)
class Handshake:
    """How a handshake ended: `version` and `certificate` (DER of the leaf) of a good one, else `refusal` says why."""

    version: str | None
    certificate: bytes | None
    refusal: str = ""
    verify_problem: str = ""
    """OpenSSL's words when it was the certificate that was not accepted, by the client."""
    suite: str = ""
    """The cipher suite of a good one, by OpenSSL's name."""

    @property
    def done(self) -> bool:
        """Whether both sides agreed."""
        return self.version is not None


def client_context(
    least: str,
    most: str,
    *,
    verify: bool,
    ca_file: str | None = None,
    server: bool = False,
    ciphers: str | None = None,
) -> ssl.SSLContext:
    """Return a context that speaks only the versions from `least` to `most`, old ones included.

    Args:
        ciphers: OpenSSL's list of the suites before TLS 1.3 that are offered; what it admits by itself by default.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # to offer old versions is the point
        context.minimum_version, context.maximum_version = _VERSIONS[least], _VERSIONS[most]
    if least in OLDEST_FIRST[:2]:
        context.set_ciphers("ALL:@SECLEVEL=0")
    if ciphers:
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    context.check_hostname = verify
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    if verify:
        if ca_file:
            context.load_verify_locations(cafile=ca_file)
        else:
            context.load_default_certs()
    return context


def handshake(
    place: Place,
    *,
    least: str = "TLSv1.2",
    most: str = "TLSv1.3",
    verify: bool = True,
    ca_file: str | None = None,
    timeout: float = 3,
    ciphers: str | None = None,
) -> Handshake:
    """Shake hands within the versions and close again.

    Args:
        least, most: of `OLDEST_FIRST`.
        verify: whether chain, validity and name must be right; the name is that of `place.host`.
        ca_file: certificates to trust instead of the system's.
        timeout: seconds to connect, and again to shake hands.
        ciphers: as `client_context` takes them.

    Raises:
        Unobservable: no TCP connection.
    """
    context = client_context(least, most, verify=verify, ca_file=ca_file, ciphers=ciphers)
    if place.speaks == "postgres-direct":
        context.set_alpn_protocols(["postgresql"])
    with connect(place, timeout) as raw:
        if place.speaks == "postgres":
            raw.sendall(_SSL_REQUEST)
            if (said := raw.recv(1)) != b"S":
                return Handshake(None, None, f"PostgreSQL answered {said!r} to the request for TLS")
        try:
            with context.wrap_socket(raw, server_hostname=place.host) as tls:
                suite = tls.cipher()
                return Handshake(tls.version(), tls.getpeercert(binary_form=True), suite=suite[0] if suite else "")
        except ssl.SSLCertVerificationError as error:
            return Handshake(None, None, error.verify_message, error.verify_message)
        except ssl.SSLError as error:
            return Handshake(None, None, (error.reason or str(error)).replace("_", " ").lower())
        except TimeoutError:
            return Handshake(None, None, f"no answer to the handshake within {timeout:g} s")
        except OSError as error:
            return Handshake(None, None, f"the connection was closed: {type(error).__name__}")


def say_in_clear(place: Place, words: bytes, *, timeout: float = 3) -> bytes | None:
    """Send `words` without TLS; return what is answered (empty when closed or silent), None when nothing listens."""
    try:
        with connect(place, timeout) as raw:
            raw.sendall(words)
            return raw.recv(256)
    except Unobservable:
        return None
    except OSError:
        return b""


def connect(place: Place, timeout: float) -> socket.socket:
    """Open a TCP connection.

    Raises:
        Unobservable: there is none, by refusal, time-out or unknown name.
    """
    service = f"{place.host}:{place.port}"
    rate.wait_for_turn(service)
    calls.count_sent(service, "CONNECT")
    try:
        raw = socket.create_connection((place.address or place.host, place.port), timeout)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unobservable(f"{place}: no connection: {why}", "Check the address, and that it listens") from None
    raw.settimeout(timeout)
    return raw


def addresses_of(host: str, port: int) -> list[str]:
    """Return the IPv4 and IPv6 addresses behind a name, as this machine's resolver gives them, sorted.

    Raises:
        Unobservable: it does not resolve.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unobservable(f"{host} does not resolve: {error}", "Check the name and the resolver") from None
    return sorted({str(entry[4][0]) for entry in found})
