"""Signature Version 4: a request with the wrong secret is refused, as AWS does."""

from __future__ import annotations

import hmac
import re
from typing import Any
from urllib.parse import parse_qsl, quote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.iam.models import iam_backends

from reference.aws.identity import Caller
from reference.aws.wire import ApiError, Environ

_HEADER = re.compile(r"Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)")


def check_signature(environ: Environ, caller: Caller) -> None:
    """Raises ApiError (SignatureDoesNotMatch) when a header-signed request was signed with another secret."""
    match = _HEADER.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not match:
        return  # anonymous, or presigned: moto's S3 knows those
    scope, signed, signature = match.groups()
    key, _, region, service, _ = scope.split("/")
    secret = iam_backends[caller.account]["aws"].access_keys[key].secret_access_key
    signer = (_S3Signer if service == "s3" else _Signer)(Credentials(key, secret), service, region)
    request = _request(environ, signed.split(";"))
    request.context["timestamp"] = environ.get("HTTP_X_AMZ_DATE", "")
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    if not hmac.compare_digest(expected, signature):
        raise ApiError("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.", 403)


class _Signer(SigV4Auth):  # type: ignore[misc]
    def headers_to_sign(self, request: Any) -> Any:
        return request.headers


class _S3Signer(S3SigV4Auth):  # type: ignore[misc]
    def headers_to_sign(self, request: Any) -> Any:
        return request.headers


def _request(environ: Environ, names: list[str]) -> AWSRequest:
    """The signed part of the request, as botocore would sign it again."""
    headers = {}
    for name in names:
        key = name.upper().replace("-", "_")
        headers[name] = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}", "")
    body = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    path = environ.get("RAW_URI") or environ.get("REQUEST_URI") or quote(environ.get("PATH_INFO", "/"))
    url = f"http://{environ.get('HTTP_HOST', '')}{path.split('?')[0]}"
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    return AWSRequest(environ["REQUEST_METHOD"], url, headers, body, query)
