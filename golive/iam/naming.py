"""The IAM actions behind operations of the AWS API (service authorization reference), where names differ.

A test holds every name that this yields for a call of the suite against AWS's published list of actions.
"""

from __future__ import annotations

PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "apigatewayv2": "apigateway",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "service-quotas": "servicequotas",
    "sesv2": "ses",
    "stepfunctions": "states",
}
"""boto3's name of a service to the prefix of its actions, where they differ."""

ACTIONS: dict[str, tuple[str, ...]] = {
    "accessanalyzer:ListFindingsV2": ("ListFindings",),
    "budgets:CreateBudget": ("ModifyBudget",),
    "budgets:DeleteBudget": ("ModifyBudget",),
    "budgets:DescribeBudget": ("ViewBudget",),
    "budgets:DescribeBudgets": ("ViewBudget",),
    "budgets:DescribeNotificationsForBudget": ("ViewBudget",),
    "budgets:DescribeSubscribersForNotification": ("ViewBudget",),
    "budgets:UpdateBudget": ("ModifyBudget",),
    "elasticache:TestFailover": ("TestFailover", "DescribeReplicationGroups"),
    "lambda:Invoke": ("InvokeFunction",),
    "rds:RestoreDBInstanceFromDBSnapshot": ("RestoreDBInstanceFromDBSnapshot", "AddTagsToResource"),
    "rds:RestoreDBInstanceToPointInTime": ("RestoreDBInstanceToPointInTime", "AddTagsToResource"),
    "s3:CopyObject": ("PutObject", "GetObject"),
    "s3:CompleteMultipartUpload": ("PutObject",),
    "s3:CreateMultipartUpload": ("PutObject",),
    "s3:DeleteObjects": ("DeleteObject",),
    "s3:GetBucketAccelerateConfiguration": ("GetAccelerateConfiguration",),
    "s3:GetBucketCors": ("GetBucketCORS",),
    "s3:GetBucketEncryption": ("GetEncryptionConfiguration",),
    "s3:GetBucketInventoryConfiguration": ("GetInventoryConfiguration",),
    "s3:GetBucketLifecycleConfiguration": ("GetLifecycleConfiguration",),
    "s3:GetBucketMetricsConfiguration": ("GetMetricsConfiguration",),
    "s3:GetBucketNotificationConfiguration": ("GetBucketNotification",),
    "s3:GetBucketReplication": ("GetReplicationConfiguration",),
    "s3:GetObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
    "s3:GetPublicAccessBlock": ("GetBucketPublicAccessBlock",),
    "s3:HeadBucket": ("ListBucket",),
    "s3:HeadObject": ("GetObject",),
    "s3:ListBuckets": ("ListAllMyBuckets",),
    "s3:ListMultipartUploads": ("ListBucketMultipartUploads",),
    "s3:ListObjectVersions": ("ListBucketVersions",),
    "s3:ListObjects": ("ListBucket",),
    "s3:ListObjectsV2": ("ListBucket",),
    "s3:PutBucketEncryption": ("PutEncryptionConfiguration",),
    "s3:PutPublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "s3:UploadPart": ("PutObject",),
    "s3control:GetPublicAccessBlock": ("GetAccountPublicAccessBlock",),
}
"""`service:Operation` to the names of the actions, the one that AWS names in its refusal first."""

NEEDS_NONE = frozenset(["sts:GetCallerIdentity", "sts:GetSessionToken"])
"""What AWS lets everybody do, whatever the policy says."""


def iam_actions(service: str, operation: str) -> tuple[str, ...]:
    """Return the IAM actions that an operation needs, such as `("s3:ListBucket",)` for `s3`, `ListObjectsV2`.

    Args:
        service: as boto3 names it, such as `elbv2`.
        operation: as the API names it, such as `DescribeLoadBalancers`.
    """
    prefix = PREFIXES.get(service, service)
    return tuple(f"{prefix}:{name}" for name in ACTIONS.get(f"{service}:{operation}", (operation,)))
