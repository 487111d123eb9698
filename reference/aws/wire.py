"""Calls as data: from an HTTP request to service, operation and parameters, and from a result to an HTTP response.

Everything is read from the service models of botocore, so that one piece of code serves every AWS service and protocol.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any, cast

from botocore.parsers import ResponseParserFactory
from botocore.serialize import create_serializer
from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

from reference.aws.calls import SIGNING_NAMES, ApiError, Call, Environ, Response


class _Refusal(ServiceException):
    """An ApiError in the type that moto's serializers write."""


def operation_of(environ: Environ, service: str) -> tuple[str, dict[str, Any]] | None:
    """Operation and parameters of a request to `service`, or None if the request is none of its operations."""
    request = Request(environ.copy())
    body = cast(io.BytesIO, environ["wsgi.input"])
    try:
        operation, labels = get_service_router(service).match(request)
    except (HTTPException, NotImplementedError, KeyError):
        return None
    finally:
        body.seek(0)
    model = get_service_model(service)
    protocol = determine_request_protocol(model, request.content_type)
    parser = PROTOCOL_PARSERS[protocol](operation)
    try:
        streamed = service == "s3" and operation.has_streaming_input
        parameters = parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": b"" if streamed else request.data,
                "url_path": request.path,
                "url_params": labels,
            }
        )
    except Exception:  # a malformed request is moto's to refuse
        parameters = dict(labels)
    finally:
        body.seek(0)
    return str(operation.name), dict(parameters)


def serialized(call: Call, content_type: str, result: Any) -> Response:
    """The HTTP response that carries `result`, a dictionary in the SDK's names, or an ApiError."""
    model = get_service_model(call.service)
    operation = model.operation_model(call.operation)
    serializer = get_serializer_class(model.service_name, determine_request_protocol(model, content_type))(operation)
    value = _Refusal(result.code, result.message) if isinstance(result, ApiError) else result
    response = serializer.serialize(value)
    body = response["body"]
    status = result.status if isinstance(result, ApiError) else int(response["status_code"])
    return status, dict(response["headers"]), body if isinstance(body, bytes) else str(body).encode()


def parsed(call: Call, response: Response, content_type: str) -> dict[str, Any]:
    """The dictionary that the SDK would make of a response. Raises ApiError."""
    status, headers, body = response
    model = get_service_model(call.service)
    protocol = determine_request_protocol(model, content_type)
    result: dict[str, Any] = _parser(protocol).parse(
        {"status_code": status, "headers": {k.lower(): v for k, v in headers.items()}, "body": body, "context": {}},
        model.operation_model(call.operation).output_shape,
    )
    if status >= 300:
        error = result.get("Error", {})
        raise ApiError(str(error.get("Code", status)), str(error.get("Message", body[:300])), status)
    result.pop("ResponseMetadata", None)
    return result


def environ_of(call: Call, key: str) -> Environ:
    """A request for `call`, signed in name only with the access key id `key`."""
    model = get_service_model(call.service)
    protocol = "json" if "json" in model.metadata.get("protocols", []) else str(model.protocol)
    request = create_serializer(protocol, include_validation=False).serialize_to_request(
        dict(call.parameters), model.operation_model(call.operation)
    )
    signing = SIGNING_NAMES.get(call.service, model.signing_name)
    headers = {name: str(value) for name, value in request["headers"].items()}
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key}/20200101/{call.region}/{signing}/aws4_request, Signature=0"
    )
    builder = EnvironBuilder(
        method=request["method"],
        path=request["url_path"],
        query_string=request["query_string"] or None,
        headers=headers,
        data=_body(request["body"]),
    )
    return dict(builder.get_environ())


def send(app: Any, environ: Environ) -> Response:
    """Run one request through a WSGI application in this process."""
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0]), dict(headers), b"".join(body)


def _body(body: Any) -> Any:
    if isinstance(body, dict):
        from urllib.parse import urlencode

        return urlencode(body).encode()
    return body.encode() if isinstance(body, str) else body


@cache
def _parser(protocol: str) -> Any:
    return ResponseParserFactory().create_parser(protocol)
