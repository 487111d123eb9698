"""Who calls: from the access key of a request to an account, a principal and its policies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends

from reference.aws.calls import SERVICES, ApiError, Environ
from reference.aws.permissions import Policy, document

ANONYMOUS = "anonymous"
_SCOPE = re.compile(r"Credential=([^/,\s]+)/(\d+)/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Caller:
    """`arn` names the session or user, `principal` the user or role that policies speak of. Operators may do
    everything."""

    account: str
    arn: str
    principal: str
    key: str = ""
    operator: bool = False
    kind: str = "IAMUser"

    @property
    def policies(self) -> list[Policy]:
        return identity_policies(self.account, self.principal)


@dataclass(frozen=True)
class Scope:
    """What the signature names: key, region, service (in the SDK's name)."""

    key: str
    region: str
    service: str


def scope_of(environ: Environ) -> Scope | None:
    """The scope of a signed or presigned request, None when unsigned."""
    signature = environ.get("HTTP_AUTHORIZATION", "")
    if not signature:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if "AWSAccessKeyId" in query:  # presigned with version 2, what boto3 does in us-east-1 unless told otherwise
            return Scope(query["AWSAccessKeyId"][0], "us-east-1", "s3")
        signature = "Credential=" + query.get("X-Amz-Credential", [""])[0]
    match = _SCOPE.search(signature)
    if not match:
        return None
    key, _, region, service = match.groups()
    name = SERVICES.get(service.lower(), service.lower())
    if name == "ses" and environ.get("PATH_INFO", "").startswith("/v2/"):
        name = "sesv2"
    if name == "s3" and environ.get("PATH_INFO", "").startswith("/v20180820/"):
        name = "s3control"
    return Scope(key, region, name)


def caller_of(key: str, operators: Mapping[str, str]) -> Caller:
    """The owner of an access key id. Raises ApiError for an unknown or inactive one."""
    if key in operators:
        account = operators[key]
        return Caller(account, f"arn:aws:iam::{account}:root", "operator", key, operator=True, kind="Operator")
    for account, backends in list(iam_backends.items()):
        found = backends["aws"].access_keys.get(key)
        if found is None:
            continue
        if found.status != "Active":
            break
        if found.role_arn:
            name = found.role_arn.rpartition("/")[2]
            sessions = sts_backends[account]["aws"].assumed_roles
            session = next((s.session_name for s in sessions if s.access_key_id == key), "session")
            return Caller(
                account,
                f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
                found.role_arn,
                key,
                kind="AssumedRole",
            )
        arn = f"arn:aws:iam::{account}:user/{found.user_name}"
        return Caller(account, arn, arn, key)
    raise ApiError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)


def anonymous_caller(environ: Environ) -> Caller:
    """The caller of an unsigned S3 request: nobody, in the account that owns the bucket."""
    bucket = environ.get("PATH_INFO", "/").strip("/").split("/")[0]
    account = s3_backends.bucket_accounts.get(bucket, ("aws", DEFAULT_ACCOUNT_ID))
    number = account[1] if isinstance(account, tuple) else account
    return Caller(str(number), ANONYMOUS, ANONYMOUS, kind="Anonymous")


def identity_policies(account: str, principal: str) -> list[Policy]:
    """Documents of the inline and attached policies of a user (with its groups) or a role, by ARN. Unknown: none."""
    backend = iam_backends[account]["aws"]
    owners: list[Any] = []
    if ":role/" in principal:
        owners = [role for role in backend.roles.values() if role.arn == principal]
    elif ":user/" in principal:
        owners = [user for user in backend.users.values() if user.arn == principal]
        owners += [group for user in list(owners) for group in backend.groups.values() if user in group.users]
    found: list[Policy] = []
    for owner in owners:
        inline = owner.policies
        texts = inline.values() if isinstance(inline, Mapping) else [entry["policy_document"] for entry in inline]
        found += [document(text) for text in texts]
        versions = [
            version for policy in owner.managed_policies.values() for version in policy.versions if version.is_default
        ]
        found += [document(version.document) for version in versions]
    return found
