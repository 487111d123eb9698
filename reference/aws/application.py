"""One WSGI application for all accounts: identity, disturbances, permissions, our own operations, moto, amendments,
trail."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from reference.aws import corrections
from reference.aws.actions import action_of, resource_of, resource_policy_of, restricted_to_account
from reference.aws.calls import ApiError, Call, Environ, Response
from reference.aws.changes import tell
from reference.aws.identity import Caller, anonymous_caller, caller_of, scope_of
from reference.aws.operations import DERIVED, OWN, World
from reference.aws.operations.trail import record
from reference.aws.permissions import ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY, decide, document, for_principal
from reference.aws.signatures import check_signature
from reference.aws.state import State
from reference.aws.wire import environ_of, operation_of, parsed, send, serialized

log = logging.getLogger(__name__)
OPERATOR_KEY = "AKIAREFERENCEBUILDER"


class _Dispatcher(DomainDispatcherApplication):
    """moto's, that does not list its own source folder for every request."""

    get_backend_for_host = cache(DomainDispatcherApplication.get_backend_for_host)


class Application:
    """`state` is shared with the administration of the server. Calls in this process go through `invoke`."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.moto = _Dispatcher(create_backend_app)
        corrections.apply()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, headers, body = self.respond(environ)
        headers = {
            name: value
            for name, value in headers.items()
            if name.lower() not in ("content-length", "status", "connection")
        }
        if environ["REQUEST_METHOD"] == "HEAD":  # such an answer has no body to tell AWS's refusals from others' by
            headers.setdefault("x-amz-request-id", uuid4().hex[:16].upper())
        if not (environ["REQUEST_METHOD"] == "HEAD" and not body):
            headers["Content-Length"] = str(len(body))
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]

    def respond(self, environ: Environ) -> Response:
        """The answer to one request; every failure is an answer."""
        _buffer(environ)
        content_type = environ.get("CONTENT_TYPE", "")
        scope = scope_of(environ)
        service = scope.service if scope else "s3"
        call = Call("", scope.region if scope else "us-east-1", service, "", {})
        try:
            if (found := operation_of(environ, service)) is None:
                return _plain(
                    404, f"no operation of {service} matches {environ['REQUEST_METHOD']} {environ.get('PATH_INFO')}"
                )
            call = Call("", call.region, service, *found)
            caller = caller_of(scope.key, self.state.operators) if scope else anonymous_caller(environ)
            if scope and not caller.operator:  # S3 takes requests of strangers too; its policies decide
                check_signature(environ, caller)
            call = Call(caller.account, call.region, service, *found)
            return self.perform(call, caller, environ)
        except ApiError as error:
            return serialized(call, content_type, error)
        except Exception as error:
            log.exception("%s failed", call.name)
            return _plain(500, f"{call.name}: {type(error).__name__}: {error}")

    def perform(self, call: Call, caller: Caller, environ: Environ) -> Response:
        """One call of a known caller. Raises ApiError."""
        address = environ.get("REMOTE_ADDR", "127.0.0.1")
        if not caller.operator:
            for disturbance in list(self.state.disturbances):
                if disturbance.concerns(call, caller.arn) and (response := disturbance.response(call, caller.arn)):
                    return response
        try:
            if not caller.operator:
                self.permit(call, caller, {"aws:SecureTransport": "true"} if _secure(environ) else {})
            response = self.answer(call, environ)
        except ApiError as error:
            record(self.state, call, caller, address, error)
            raise
        record(self.state, call, caller, address, None)
        tell(self.state.settings, call.operation)
        return response

    def permit(self, call: Call, caller: Caller, context: dict[str, str]) -> None:
        """Raises ApiError (AccessDenied) unless policies allow the call."""
        if call.name == "sts.GetCallerIdentity":
            return
        action, resource = action_of(call), resource_of(call)
        decisions = [decide(caller.policies, action, resource, context)]
        policy = for_principal(resource_policy_of(call), caller.principal, caller.account)
        if not (caller.kind == "Anonymous" and restricted_to_account(call)):
            decisions.append(decide([policy], action, resource, context))
        if call.name == "sts.AssumeRole":
            trusted = decide(
                [for_principal(self._trust(call), caller.principal, caller.account)], action, resource, context
            )
            decisions.append(EXPLICIT_DENY if trusted != ALLOWED else IMPLICIT_DENY)
        if EXPLICIT_DENY in decisions or ALLOWED not in decisions:
            message = f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
            code = (
                "AccessDeniedException"
                if call.service in ("ecs", "ecr", "secretsmanager", "logs", "kms")
                else "AccessDenied"
            )
            raise ApiError("UnauthorizedOperation" if call.service == "ec2" else code, message, 403)

    def answer(self, call: Call, environ: Environ, derive: bool = True) -> Response:
        """The answer of our own operation, or of moto completed by what it leaves out. Raises ApiError."""
        content_type = environ.get("CONTENT_TYPE", "")
        world = World(self.state, call, self.invoke)
        amendments = [amendment for amendment in self.state.amendments if amendment.concerns(call)]
        derived = DERIVED.get(call.name) if derive else None
        if own := OWN.get(call.name):
            result = own(world)
        else:
            response = self.ask_moto(call, environ)
            if not (amendments or derived) or response[0] >= 300:
                return response
            result = parsed(call, response, content_type)
            if derived:
                derived(world, result)
        for amendment in amendments:
            amendment.apply(result)
        return serialized(call, content_type, result)

    def ask_moto(self, call: Call, environ: Environ) -> Response:
        environ = environ | {"HTTP_X_MOTO_ACCOUNT_ID": call.account}
        try:
            return send(self.moto, environ)
        except NotImplementedError as error:
            raise ApiError("NotImplemented", f"{call.name}: {error}", 501) from error

    def invoke(self, call: Call, derive: bool = False) -> dict[str, Any]:
        """Make a call in this process, as an operator. Raises ApiError."""
        environ = environ_of(call, OPERATOR_KEY)
        _buffer(environ)
        return parsed(call, self.answer(call, environ, derive), environ.get("CONTENT_TYPE", ""))

    def _trust(self, call: Call) -> Any:
        from moto.iam.models import iam_backends

        account = str(call.parameters.get("RoleArn", "::::")).split(":")[4] or call.account
        roles = iam_backends[account]["aws"].roles.values()
        found = next((role for role in roles if role.arn == call.parameters.get("RoleArn")), None)
        return document(found.assume_role_policy_document) if found else {}


def _secure(environ: Environ) -> bool:
    return environ.get("wsgi.url_scheme") == "https" or environ.get("HTTP_X_FORWARDED_PROTO") == "https"


def _buffer(environ: Environ) -> None:
    """Make the body readable more than once."""
    length = environ.get("CONTENT_LENGTH")
    stream = environ["wsgi.input"]
    body = stream.read(int(length)) if length else stream.read() if environ.get("wsgi.input_terminated") else b""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)


def _plain(status: int, text: str) -> Response:
    return status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode()
