"""From a call to what a policy says of it: the IAM action and the ARN of the resource."""

from __future__ import annotations

from typing import Any

from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends

from reference.aws.calls import Call
from reference.aws.permissions import Policy, document

PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "elbv2": "elasticloadbalancing",
    "service-quotas": "servicequotas",
    "resourcegroupstaggingapi": "tag",
    "sesv2": "ses",
    "s3control": "s3",
}
# Where the action is not named like the operation (service authorization reference, by service).
ACTIONS = {
    "accessanalyzer": {"ListFindingsV2": "ListFindings"},
    "budgets": {
        "CreateBudget": "ModifyBudget",
        "DeleteBudget": "ModifyBudget",
        "DescribeBudget": "ViewBudget",
        "DescribeBudgets": "ViewBudget",
        "DescribeNotificationsForBudget": "ViewBudget",
        "DescribeSubscribersForNotification": "ViewBudget",
        "UpdateBudget": "ModifyBudget",
    },
    "lambda": {"Invoke": "InvokeFunction"},
    "s3": {
        "HeadObject": "GetObject",
        "CopyObject": "PutObject",
        "CompleteMultipartUpload": "PutObject",
        "CreateMultipartUpload": "PutObject",
        "UploadPart": "PutObject",
        "DeleteObjects": "DeleteObject",
        "HeadBucket": "ListBucket",
        "ListMultipartUploads": "ListBucketMultipartUploads",
        "ListObjects": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "ListBuckets": "ListAllMyBuckets",
        "ListObjectVersions": "ListBucketVersions",
        "GetBucketEncryption": "GetEncryptionConfiguration",
        "PutBucketEncryption": "PutEncryptionConfiguration",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
        "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
        "GetBucketReplication": "GetReplicationConfiguration",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
        "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
    },
    "s3control": {"GetPublicAccessBlock": "GetAccountPublicAccessBlock"},
}


def action_of(call: Call) -> str:
    """Such as `s3:ListBucket` for `ListObjectsV2`, `budgets:ViewBudget` for `DescribeBudget`."""
    name = ACTIONS.get(call.service, {}).get(call.operation, call.operation)
    return f"{PREFIXES.get(call.service, call.service)}:{name}"


def resource_of(call: Call) -> str:
    """The ARN that the call names, `*` when it names none or one that we do not build."""
    p = call.parameters
    here = f"{call.region}:{call.account}"
    match call.service:
        case "s3":
            if "Bucket" not in p:
                return "*"
            return f"arn:aws:s3:::{p['Bucket']}" + (f"/{p['Key']}" if "Key" in p else "")
        case "secretsmanager":
            return _secret_arn(call, p["SecretId"]) if "SecretId" in p else "*"
        case "sts":
            return str(p.get("RoleArn", "*"))
        case "iam":
            return _iam_arn(call.account, p)
        case "kms":
            key = str(p.get("KeyId", "*"))
            return key if key in ("*",) or key.startswith("arn:") else f"arn:aws:kms:{here}:key/{key}"
        case "logs":
            return f"arn:aws:logs:{here}:log-group:{p['logGroupName']}:*" if "logGroupName" in p else "*"
        case "ecr":
            return f"arn:aws:ecr:{here}:repository/{p['repositoryName']}" if "repositoryName" in p else "*"
        case "rds":
            return f"arn:aws:rds:{here}:db:{p['DBInstanceIdentifier']}" if "DBInstanceIdentifier" in p else "*"
        case "sqs":
            return f"arn:aws:sqs:{here}:{str(p['QueueUrl']).rpartition('/')[2]}" if "QueueUrl" in p else "*"
        case "sns":
            return str(p.get("TopicArn", "*"))
        case "ecs":
            service, cluster = p.get("service", ""), str(p.get("cluster", "default")).rpartition("/")[2]
            if not service:
                return "*"
            return service if service.startswith("arn:") else f"arn:aws:ecs:{here}:service/{cluster}/{service}"
        case _:
            return "*"


def resource_policy_of(call: Call) -> Policy:
    """The policy attached to the resource itself (a bucket, a secret), empty if it has none."""
    if call.service == "s3" and "Bucket" in call.parameters:
        bucket = s3_backends[call.account]["aws"].buckets.get(call.parameters["Bucket"])
        return document(_text(getattr(bucket, "policy", None)))
    if call.service == "secretsmanager" and "SecretId" in call.parameters:
        secret = _secret(call, call.parameters["SecretId"])
        return document(_text(getattr(secret, "policy", None)))
    return {}


def restricted_to_account(call: Call) -> bool:
    """True where the bucket's public access block makes a public policy void (RestrictPublicBuckets)."""
    bucket = s3_backends[call.account]["aws"].buckets.get(str(call.parameters.get("Bucket")))
    block = getattr(bucket, "public_access_block", None)
    return block is not None and str(block.restrict_public_buckets).lower() == "true"


def _text(policy: Any) -> Any:
    return policy.decode() if isinstance(policy, bytes) else policy


def _secret(call: Call, name: str) -> Any:
    secrets = secretsmanager_backends[call.account][call.region].secrets
    return next((s for s in secrets.values() if name in (s.name, s.arn)), None)


def _secret_arn(call: Call, name: str) -> str:
    secret = _secret(call, name)
    missing = name if name.startswith("arn:") else f"arn:aws:secretsmanager:{call.region}:{call.account}:secret:{name}"
    return missing if secret is None else str(secret.arn)


def _iam_arn(account: str, parameters: Any) -> str:
    for name, kind in (("RoleName", "role"), ("UserName", "user"), ("GroupName", "group")):
        if name in parameters:
            return f"arn:aws:iam::{account}:{kind}/{parameters[name]}"
    return str(parameters.get("PolicyArn") or parameters.get("PolicySourceArn") or "*")
