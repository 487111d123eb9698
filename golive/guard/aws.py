"""The door to AWS: a botocore hook that refuses what the running check may not do, before a request is made.

    session = guard(boto3.Session(...))      every client and resource made from it afterwards is guarded
    client = guard(client)                   a client that exists already

`guard_new_sessions` also closes the door of sessions that a check makes for itself, while a check runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from golive import redaction
from golive.credential_shapes import names_a_secret
from golive.guard import effect, rate
from golive.guard.aws_reads import effect_of, why_refused
from golive.guard.calls import calls
from golive.iam import needed
from golive.iam.naming import NEEDS_NONE, iam_actions
from golive.verdict import Refused

C = TypeVar("C")

_THROTTLES = frozenset(
    [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequests",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
    ]
)

_service_names: dict[str, str] = {}
"""botocore's hyphenised service id, as events carry it, to its service name."""


def guard(session_or_client: C, *, own: bool = True) -> C:
    """Guard a boto3 or botocore session (and clients made from it later), client or resource, and return it.

    Args:
        own: whether the run itself calls. False: somebody that it plays, whose permissions are none that it needs.

    Raises:
        TypeError: it is none of these.
    """
    events = _events_of(session_or_client)
    events.register_first("before-call", _refuse_writes, unique_id="golive-guard-refuse")
    events.register_last("before-call", _note_own if own else _note_foreign, unique_id="golive-guard-permissions")
    events.register_last("before-send", _count_and_wait, unique_id="golive-guard-count")
    events.register_last("response-received", _count_throttles, unique_id="golive-guard-throttles")
    events.register_last("after-call", _register_secrets, unique_id="golive-guard-secrets")
    return session_or_client


def guard_new_sessions() -> None:
    """Have sessions that are made from now on refuse like guarded ones while a check runs. For the plugin, once."""
    import botocore.handlers

    entry = ("before-call", _refuse_writes_in_checks)
    if entry not in botocore.handlers.BUILTIN_HANDLERS:
        botocore.handlers.BUILTIN_HANDLERS.append(entry)


def actions_used() -> list[str]:
    """Return the IAM actions behind the calls that this process sent, sorted: what a policy for the run must allow."""
    found = {a for service, op in calls.sent if service in _known_services() for a in iam_actions(service, op)}
    return sorted(found)


def iam_action(service: str, operation: str) -> str:
    """Return the IAM action that an operation needs first, such as `s3:ListBucket` for `s3`, `ListObjectsV2`."""
    return iam_actions(service, operation)[0]


def _known_services() -> set[str]:
    return set(_service_names.values())


def _events_of(thing: Any) -> Any:
    meta = getattr(thing, "meta", None)
    for events in (
        getattr(meta, "events", None),  # a client
        getattr(getattr(getattr(meta, "client", None), "meta", None), "events", None),  # a resource
        getattr(thing, "events", None),  # a boto3 session
        thing.get_component("event_emitter") if hasattr(thing, "get_component") else None,  # a botocore session
    ):
        if events is not None:
            return events
    raise TypeError(f"guard() takes a boto3 or botocore session, client or resource, not {type(thing).__name__}")


def _refuse_writes(*, model: Any, event_name: str, **_: Any) -> None:
    service, operation = model.service_model.service_name, model.name
    _service_names[event_name.split(".")[1]] = service
    needed = effect_of(service, operation)
    try:
        effect.require(needed, f"{service}:{operation}")
    except Refused as refusal:
        calls.count_refused(service, operation)
        if why := why_refused(service, operation):
            raise Refused(f"{refusal.reason} ({why})", refusal.remedy) from None
        raise


def _refuse_writes_in_checks(**facts: Any) -> None:
    if effect.checking():
        _refuse_writes(**facts)


def _note_own(*, model: Any, **_: Any) -> None:
    service, operation = model.service_model.service_name, model.name
    if operation == "AssumeRole":
        return  # the run works in a role: it is its keys that take it, and the role that reads
    needs = () if f"{service}:{operation}" in NEEDS_NONE else iam_actions(service, operation)
    needed.note(effect_of(service, operation).word, needs)


def _note_foreign(*, model: Any, **_: Any) -> None:
    if model.name == "AssumeRole":  # done by the run, to play it
        needed.again([("reads", action) for action in iam_actions(model.service_model.service_name, model.name)])
    else:
        needed.note("reads", ())


def _count_and_wait(*, event_name: str, **_: Any) -> None:
    service, operation = _named(event_name)
    rate.wait_for_turn(f"AWS {service}")
    calls.count_sent(service, operation)


def _count_throttles(*, event_name: str, parsed_response: Mapping[str, Any] | None, **_: Any) -> None:
    parsed = parsed_response or {}
    status = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if status == 429 or parsed.get("Error", {}).get("Code") in _THROTTLES:
        calls.count_throttled(*_named(event_name))


def _named(event_name: str) -> tuple[str, str]:
    _, service_id, operation = event_name.split(".", 2)
    return _service_names.get(service_id, service_id), operation


_SECRET_FIELDS = frozenset(
    [
        "SecretString",
        "SecretBinary",
        "SecretAccessKey",
        "secretAccessKey",
        "SessionToken",
        "sessionToken",
        "authorizationToken",
        "PasswordData",
        "ClientSecret",
        "RandomPassword",
    ]
)
_ANSWERS_WITH_SECRETS = frozenset({"secretsmanager", "ssm", "sts", "sso", "ecr", "ec2", "apigateway", "cognito-idp"})
_ANSWERS_WITH_ENVIRONMENTS = frozenset({"lambda", "ecs", "batch", "codebuild", "elasticbeanstalk"})


def _register_secrets(*, event_name: str, parsed: Mapping[str, Any], **_: Any) -> None:
    """Let a check use a secret that AWS hands out, and let no output show it."""
    register_secrets(*_named(event_name), parsed)


def register_secrets(service: str, operation: str, parsed: Mapping[str, Any]) -> None:
    """Register what is secret in an answer, as botocore gives it, so that no output shows it."""
    if service in _ANSWERS_WITH_SECRETS:
        for value in _secret_fields(parsed, api_keys=operation in ("GetApiKey", "GetApiKeys")):
            _register(value)
    if service in _ANSWERS_WITH_ENVIRONMENTS:
        for name, value in _environment_of(parsed):
            if names_a_secret(name) and not re.match(r"arn:aws[\w-]*:", value):
                _register(value)


def _register(value: str | bytes) -> None:
    from golive.secrets import register_value  # golive.secrets imports this module when it fetches from AWS

    if isinstance(value, bytes):
        redaction.register(value)
    else:
        register_value(value)


def _secret_fields(answer: Any, *, api_keys: bool) -> Iterator[str | bytes]:
    if isinstance(answer, Mapping):
        secure = answer.get("Type") == "SecureString"
        for key, value in answer.items():
            is_secret = key in _SECRET_FIELDS or (secure and key == "Value") or (api_keys and key == "value")
            if is_secret and isinstance(value, (str, bytes)):
                yield value
            elif isinstance(value, (Mapping, list)):
                yield from _secret_fields(value, api_keys=api_keys)
    elif isinstance(answer, list):
        for item in answer:
            yield from _secret_fields(item, api_keys=api_keys)


def _environment_of(answer: Any) -> Iterator[tuple[str, str]]:
    """Environment variables in an answer: `{"Variables": {name: value}}` and `[{"name": ..., "value": ...}]`."""
    if isinstance(answer, Mapping):
        name, value = answer.get("name", answer.get("Name")), answer.get("value", answer.get("Value"))
        if isinstance(name, str) and isinstance(value, str):
            yield name, value
        variables = answer.get("Variables")
        if isinstance(variables, Mapping):
            yield from ((str(k), str(v)) for k, v in variables.items())
        for item in answer.values():
            if isinstance(item, (Mapping, list)):
                yield from _environment_of(item)
    elif isinstance(answer, list):
        for item in answer:
            yield from _environment_of(item)
