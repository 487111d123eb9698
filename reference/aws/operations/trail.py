"""CloudTrail: every change that a caller makes, and every access to a secret or a role, is an event that LookupEvents
finds."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from reference.aws.calls import SIGNING_NAMES, ApiError, Call
from reference.aws.identity import Caller
from reference.aws.moments import resolved
from reference.aws.operations.world import Answer, Own, World
from reference.aws.state import State

READING = (
    "Get",
    "List",
    "Describe",
    "Head",
    "BatchGet",
    "Lookup",
    "Simulate",
    "Search",
    "Filter",
    "Scan",
    "Query",
    "Discover",
    "Select",
)
RECORDED_READS = ("secretsmanager.GetSecretValue", "s3.GetObject")
# Delivered data, not management: CloudTrail does not record them.
SILENT = ("cloudwatch.PutMetricData", "logs.PutLogEvents", "s3.PutObject")


def worth_recording(call: Call) -> bool:
    return call.name not in SILENT and (call.name in RECORDED_READS or not call.operation.startswith(READING))


def record(state: State, call: Call, caller: Caller, address: str, error: ApiError | None) -> None:
    """Add the event of one call. Operators stand outside of the account and leave no event."""
    if caller.operator or not worth_recording(call):
        return
    time = datetime.now(UTC)
    event: dict[str, Any] = {
        "eventVersion": "1.09",
        "eventID": str(uuid.uuid4()),
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{SIGNING_NAMES.get(call.service, call.service)}.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": address,
        "userIdentity": {
            "type": caller.kind,
            "arn": caller.arn,
            "accountId": caller.account,
            "accessKeyId": caller.key,
        },
        "recipientAccountId": call.account,
        "requestParameters": {
            name: value for name, value in call.parameters.items() if isinstance(value, str | int | bool)
        },
    }
    if error:
        event |= {"errorCode": error.code, "errorMessage": error.message}
    state.add(
        call.account,
        "trail",
        {
            "EventId": event["eventID"],
            "EventName": call.operation,
            "EventTime": time,
            "EventSource": event["eventSource"],
            "ReadOnly": "true" if call.operation.startswith(READING) else "false",
            "Username": caller.arn.rpartition("/")[2],
            "AccessKeyId": caller.key,
            "Resources": _resources(call),
            "CloudTrailEvent": json.dumps(event | {"requestParameters": _masked(event["requestParameters"])}),
            "region": call.region,
        },
    )


def lookup_events(world: World) -> Answer:
    p = world.call.parameters
    found = [
        resolved(event)
        for event in world.records("trail")
        if event.get("region", world.call.region) == world.call.region
    ]
    for attribute in p.get("LookupAttributes", []):
        found = [
            event for event in found if attribute["AttributeValue"] in _attribute(event, attribute["AttributeKey"])
        ]
    if start := p.get("StartTime"):
        found = [event for event in found if event["EventTime"].timestamp() >= start.timestamp()]
    if end := p.get("EndTime"):
        found = [event for event in found if event["EventTime"].timestamp() <= end.timestamp()]
    found.sort(key=lambda event: event["EventTime"], reverse=True)
    first, size = int(p.get("NextToken") or 0), min(int(p.get("MaxResults") or 50), 50)
    more = {"NextToken": str(first + size)} if first + size < len(found) else {}
    return {"Events": found[first : first + size], **more}


def _attribute(event: dict[str, Any], key: str) -> list[str]:
    if key in ("ResourceName", "ResourceType"):
        return [str(resource.get(key)) for resource in event.get("Resources", [])]
    return [str(event.get(key))]


def _resources(call: Call) -> list[dict[str, str]]:
    suffixes = ("Name", "Identifier", "Arn", "Id", "service", "cluster", "Bucket")
    return [{"ResourceName": str(v)} for k, v in call.parameters.items() if k.endswith(suffixes) and isinstance(v, str)]


def _masked(parameters: dict[str, Any]) -> dict[str, Any]:
    hidden = ("SecretString", "Password", "MasterUserPassword", "AuthToken")
    return {name: "***" if name in hidden else value for name, value in parameters.items()}


OWN: dict[str, Own] = {"cloudtrail.LookupEvents": lookup_events}
