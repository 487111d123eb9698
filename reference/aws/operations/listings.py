"""Operations that list records of a collection, filtered by their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reference.aws.amendments import get_path
from reference.aws.moments import resolved
from reference.aws.operations.world import Answer, World


@dataclass(frozen=True)
class Listing:
    """`result` is the member of the answer; `match` maps a parameter to the record's path that must equal it (or be
    in it).

    `between` = parameter of the first time, of the last time, path in the record. `newest_first` by that path.
    """

    collection: str
    result: str
    match: Mapping[str, str] = field(default_factory=dict)
    between: tuple[str, str, str] | None = None

    def answer(self, world: World) -> Answer:
        found = [resolved(record) for record in world.records(self.collection)]
        found = [record for record in found if record.get("region", world.call.region) == world.call.region]
        parameters = world.call.parameters
        for parameter, path in self.match.items():
            if (wanted := parameters.get(parameter)) not in (None, [], ""):
                allowed = wanted if isinstance(wanted, list) else [wanted]
                found = [record for record in found if get_path(record, path) in allowed]
        if self.between:
            first, last, path = self.between
            found = [
                record
                for record in found
                if _within(get_path(record, path), parameters.get(first), parameters.get(last))
            ]
            found.sort(key=lambda record: get_path(record, path).timestamp(), reverse=True)
        limit = next(
            (
                int(parameters[name])
                for name in ("MaxResults", "MaxRecords", "maxResults", "Limit")
                if parameters.get(name)
            ),
            None,
        )
        return {self.result: found[:limit]}


def _within(time: Any, first: Any, last: Any) -> bool:
    stamp = time.timestamp()
    return (first is None or stamp >= first.timestamp()) and (last is None or stamp <= last.timestamp())


_BY_VAULT = {"BackupVaultName": "BackupVaultName", "backupVaultName": "BackupVaultName", "ByResourceArn": "ResourceArn"}
LISTINGS = {
    "application-autoscaling.DescribeScalingActivities": Listing(
        "scaling_activities",
        "ScalingActivities",
        {name: name for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")},
        ("", "", "StartTime"),
    ),
    "cloudwatch.DescribeAlarmHistory": Listing(
        "alarm_history",
        "AlarmHistoryItems",
        {"AlarmName": "AlarmName", "HistoryItemType": "HistoryItemType"},
        ("StartDate", "EndDate", "Timestamp"),
    ),
    "config.DescribeComplianceByConfigRule": Listing(
        "compliance",
        "ComplianceByConfigRules",
        {"ConfigRuleNames": "ConfigRuleName", "ComplianceTypes": "Compliance.ComplianceType"},
    ),
    "config.GetComplianceDetailsByConfigRule": Listing(
        "compliance_details",
        "EvaluationResults",
        {
            "ConfigRuleName": "EvaluationResultIdentifier.EvaluationResultQualifier.ConfigRuleName",
            "ComplianceTypes": "ComplianceType",
        },
    ),
    "elasticache.DescribeEvents": Listing(
        "cache_events",
        "Events",
        {"SourceIdentifier": "SourceIdentifier", "SourceType": "SourceType"},
        ("StartTime", "EndTime", "Date"),
    ),
    "elasticache.DescribeCacheParameters": Listing(
        "cache_parameters", "Parameters", {"CacheParameterGroupName": "CacheParameterGroupName", "Source": "Source"}
    ),
    "backup.ListRecoveryPointsByBackupVault": Listing(
        "recovery_points", "RecoveryPoints", _BY_VAULT, ("ByCreatedAfter", "ByCreatedBefore", "CreationDate")
    ),
    "backup.ListRecoveryPointsByResource": Listing("recovery_points", "RecoveryPoints", {"ResourceArn": "ResourceArn"}),
    "backup.ListBackupJobs": Listing(
        "backup_jobs",
        "BackupJobs",
        {"ByState": "State", "ByResourceArn": "ResourceArn"},
        ("ByCreatedAfter", "ByCreatedBefore", "CreationDate"),
    ),
    "backup.ListRestoreJobs": Listing(
        "restore_jobs", "RestoreJobs", {"ByStatus": "Status"}, ("ByCreatedAfter", "ByCreatedBefore", "CreationDate")
    ),
    "backup.ListCopyJobs": Listing(
        "copy_jobs",
        "CopyJobs",
        {"ByState": "State", "ByResourceArn": "ResourceArn"},
        ("ByCreatedAfter", "ByCreatedBefore", "CreationDate"),
    ),
    "budgets.DescribeSubscribersForNotification": Listing(
        "budget_subscribers", "Subscribers", {"BudgetName": "BudgetName", "Notification": "Notification"}
    ),
    "service-quotas.ListServiceQuotas": Listing("quotas", "Quotas", {"ServiceCode": "ServiceCode"}),
}
