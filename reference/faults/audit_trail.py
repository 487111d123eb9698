"""A recorder that sleeps or looks away, rules that are broken, and people who change what only the pipeline may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

from reference.amending import amended, changed_records, recorded
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-2.1.1.4.4"


@fault(
    name="sei-recorder-stopped",
    breaks="configurations are not recorded",
    fails=[LINE],
    message=r"configuration recorder default does not record",
    touches="aws:seiketsu:config:recorder",
)
def recorder_stopped(deployment: Deployment) -> Iterator[None]:
    config = deployment.aws(PRODUCT, "config")
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    try:
        yield
    finally:
        config.start_configuration_recorder(ConfigurationRecorderName="default")


@fault(
    name="sei-recorder-leaves-out-identities",
    breaks="the recorder runs, identities and databases are not among its types",
    fails=[LINE],
    message=r"configuration recorder default leaves out AWS::IAM::Role.*AWS::RDS::DBInstance",
    touches="aws:seiketsu:config:recorder",
    hard=True,
)
def recorder_leaves_out_identities(deployment: Deployment) -> Iterator[None]:
    few = {"allSupported": False, "includeGlobalResourceTypes": False, "resourceTypes": ["AWS::EC2::SecurityGroup"]}
    with amended(deployment, PRODUCT, "config", "recordingGroup", few, operation="DescribeConfigurationRecorders"):
        yield


@fault(
    name="sei-recorder-silent-for-days",
    breaks="the recorder says that it runs and has delivered nothing for three days",
    fails=[LINE],
    message=r"configuration recorder default: recorder lag is 72",
    touches="aws:seiketsu:config:recorder",
    hard=True,
)
def recorder_silent_for_days(deployment: Deployment) -> Iterator[None]:
    with amended(
        deployment, PRODUCT, "config", "ConfigurationRecordersStatus", {"lastStatusChangeTime": {"ago": "72h"}}
    ):
        yield


@fault(
    name="sei-person-changed-the-deployment",
    breaks="somebody changed a service by hand while the release was deployed, and nobody says so",
    fails=[LINE],
    message=r"human changes is 1.*ModifyDBInstance of seiketsu-production at .* by user/kenji",
    touches="aws:seiketsu:trail:events",
    hard=True,
)
def person_changed_the_deployment(deployment: Deployment) -> Iterator[None]:
    account = deployment.settings.aws.accounts[PRODUCT].id
    person = {"type": "IAMUser", "arn": f"arn:aws:iam::{account}:user/kenji", "userName": "kenji"}
    event = {
        "EventId": str(uuid4()),
        "EventName": "ModifyDBInstance",
        "EventSource": "rds.amazonaws.com",
        "EventTime": {"ago": "5h"},
        "ReadOnly": "false",
        "Username": "kenji",
        "Resources": [{"ResourceName": "seiketsu-production", "ResourceType": "AWS::RDS::DBInstance"}],
        "CloudTrailEvent": json.dumps({"eventName": "ModifyDBInstance", "userIdentity": person}),
    }
    with recorded(deployment, PRODUCT, "trail", event, "EventId"):
        yield


@fault(
    name="sei-trail-misses-the-deployment",
    breaks="the trail logs, and shows no event of the deployment of one service",
    fails=[LINE],
    message=r"ECS service worker: the trail has no event of its deployment",
    touches="aws:seiketsu:trail:events",
    hard=True,
)
def trail_misses_the_deployment(deployment: Deployment) -> Iterator[None]:
    events = deployment.aws(PRODUCT, "cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "seiketsu-production/worker"}]
    )["Events"]
    where = {"EventId": events[0]["EventId"]}
    lost, there = ({"Resources.0.ResourceName": f"seiketsu-production/{name}"} for name in ("other", "worker"))
    with changed_records(deployment, PRODUCT, "trail", where, lost, there):
        yield


@fault(
    name="sei-compliance-rule-broken",
    breaks="a rule of AWS Config is broken and no exception is declared",
    fails=[LINE, "SEI-4.1.1.2.4"],
    message={
        LINE: r"rules of AWS Config: noncompliant without exception is 1",
        "SEI-4.1.1.2.4": r"encrypted-volumes: not met, and no exception holds",
    },
    touches="aws:seiketsu:config:rules",
    hard=True,
)
def compliance_rule_broken(deployment: Deployment) -> Iterator[None]:
    rules = deployment.aws(PRODUCT, "config").describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    where = {"ConfigRuleName": rules[0]["ConfigRuleName"]}
    broken, fine = ({"Compliance.ComplianceType": kind} for kind in ("NON_COMPLIANT", "COMPLIANT"))
    with changed_records(deployment, PRODUCT, "compliance", where, broken, fine):
        yield
