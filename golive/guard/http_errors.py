"""What went wrong on the way to an HTTP answer, in words that say what to do."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import requests
from urllib3.util.ssl_match_hostname import CertificateError

from golive.redaction import redact_text


def explain(error: Exception, method: str, url: str) -> tuple[str, str]:
    """Return what an error of `requests` means for an observation: reason and remedy, without credentials."""
    shown, text = f"{method} {shown_url(url)}", redact_text(str(error))
    match error:
        case requests.exceptions.SSLError():
            why = _tls_reason(error) or text
            return f"{shown}: TLS failed: {why}", "Check the certificate chain and host name, and the target's ca_file"
        case requests.ConnectTimeout():
            return f"{shown}: no connection within the time-out", "Check the address, the firewall and that it listens"
        case requests.ReadTimeout():
            return f"{shown}: connected, but no answer within the time-out", "Look at the service's load and its log"
        case requests.ConnectionError() if "NameResolution" in text or "getaddrinfo" in text:
            return f"{shown}: the host name does not resolve", "Check the name in the target and the resolver"
        case requests.ConnectionError() if "refused" in text:
            return f"{shown}: connection refused", "Check that the service runs and listens on this port"
        case requests.TooManyRedirects():
            return f"{shown}: redirects go round", "Look at the redirect rules"
        case _:
            return f"{shown}: {type(error).__name__}: {text}", "Look at the service's log at this time"


def _tls_reason(error: BaseException | None) -> str:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        if isinstance(error, CertificateError):
            return str(error)
        if isinstance(error, ssl.SSLError):
            return str(error.reason or error)
        inner = getattr(error, "reason", None) or next((a for a in error.args if isinstance(a, BaseException)), None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
    return ""


def shown_url(url: str) -> str:
    """A URL for a message: without query, fragment and credentials."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return redact_text(f"{parts.scheme}://{host}{parts.path}")
