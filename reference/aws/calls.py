"""A call to AWS as data, and its refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Environ = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

# The name that a request is signed for, where it is not the name of the service.
SERVICES = {
    "access-analyzer": "accessanalyzer",
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "email": "ses",
    "tagging": "resourcegroupstaggingapi",
    "servicequotas": "service-quotas",
}
SIGNING_NAMES = {service: name for name, service in SERVICES.items()}
# Services with one global endpoint.
GLOBAL = {"iam", "sts", "route53", "cloudfront", "budgets", "ce", "shield", "organizations"}


class ApiError(Exception):
    """An AWS error answer: `code` as the SDK shows it, HTTP `status`."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Call:
    """One API call. `parameters` are those of the SDK, such as `{"DBInstanceIdentifier": "x"}`."""

    account: str
    region: str
    service: str
    operation: str
    parameters: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.service}.{self.operation}"
