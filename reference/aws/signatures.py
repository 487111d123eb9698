"""Signature Version 4: a request with the wrong secret is refused, as AWS does."""

from __future__ import annotations

import hmac
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from botocore.auth import HmacV1QueryAuth, S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials
from moto.iam.models import iam_backends

from reference.aws.calls import ApiError, Environ
from reference.aws.identity import Caller

_HEADER = re.compile(r"Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)")


def check_signature(environ: Environ, caller: Caller) -> None:
    """Raises ApiError (SignatureDoesNotMatch) when a header-signed request was signed with another secret."""
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if "X-Amz-Signature" in query:
        _check_presigned(environ, caller, query)
        return
    if "AWSAccessKeyId" in query:
        _check_version_2(environ, caller, query)
        return
    match = _HEADER.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not match:
        raise ApiError("MissingAuthenticationToken", "The request is not signed.", 403)
    scope, signed, signature = match.groups()
    key, _, region, service, _ = scope.split("/")
    signer = (_S3Signer if service == "s3" else _Signer)(_credentials(caller, key), service, region)
    request = _request(environ, signed.split(";"), query)
    request.context["timestamp"] = environ.get("HTTP_X_AMZ_DATE", "")
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    _compare(expected, signature)


def _check_presigned(environ: Environ, caller: Caller, query: dict[str, str]) -> None:
    signature = query.pop("X-Amz-Signature")
    key, _, region, service, _ = query["X-Amz-Credential"].split("/")
    signer = _S3Signer(_credentials(caller, key), service, region)
    request = _request(environ, query["X-Amz-SignedHeaders"].split(";"), query)
    request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    signed = {name: value for name, value in request.headers.items() if name != "X-Amz-Content-SHA256"}
    setattr(signer, "headers_to_sign", lambda _: _headers(signed))  # noqa: B010
    request.context["timestamp"] = query["X-Amz-Date"]
    made = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if datetime.now(UTC) > made + timedelta(seconds=int(query["X-Amz-Expires"])):
        raise ApiError("AccessDenied", "Request has expired", 403)
    _compare(signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request), signature)


def _check_version_2(environ: Environ, caller: Caller, query: dict[str, str]) -> None:
    if time.time() > int(query.get("Expires", "0")):
        raise ApiError("AccessDenied", "Request has expired", 403)
    hidden = ("AWSAccessKeyId", "Signature", "Expires")
    rest = "&".join(f"{name}={value}" if value else name for name, value in query.items() if name not in hidden)
    path = quote(environ.get("PATH_INFO", "/"), safe="/~") + (f"?{rest}" if rest else "")
    headers = {"Date": query["Expires"]} | {name: value for name, value in query.items() if name.startswith("x-amz-")}
    signer = HmacV1QueryAuth(_credentials(caller, query["AWSAccessKeyId"]))
    _compare(
        signer.get_signature(environ["REQUEST_METHOD"], urlsplit(path), _headers(headers)), query.get("Signature", "")
    )


def _compare(expected: str, signature: str) -> None:
    if not hmac.compare_digest(expected, signature):
        message = "The request signature we calculated does not match the signature you provided."
        raise ApiError("SignatureDoesNotMatch", message, 403)


def _credentials(caller: Caller, key: str) -> Credentials:
    return Credentials(key, iam_backends[caller.account]["aws"].access_keys[key].secret_access_key)


def _headers(values: dict[str, str]) -> Any:
    headers = HTTPHeaders()
    for name, value in values.items():
        headers[name] = value
    return headers


class _Signer(SigV4Auth):
    def headers_to_sign(self, request: Any) -> Any:
        return request.headers


class _S3Signer(S3SigV4Auth):
    def headers_to_sign(self, request: Any) -> Any:
        return request.headers


def _request(environ: Environ, names: list[str], query: dict[str, str]) -> AWSRequest:
    """The signed part of the request, as botocore would sign it again."""
    headers = {}
    for name in names:
        key = name.upper().replace("-", "_")
        headers[name] = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}", "")
    body = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    path = environ.get("RAW_URI") or environ.get("REQUEST_URI") or quote(environ.get("PATH_INFO", "/"))
    url = f"http://{environ.get('HTTP_HOST', '')}{path.split('?')[0]}"
    return AWSRequest(environ["REQUEST_METHOD"], url, headers, body, query)
