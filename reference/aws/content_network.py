"""What CloudFront does with a request: its distributions, as the accounts have them now, answer for their aliases.

nginx ends TLS and keeps copies; it asks here at `/__content__/ALIAS/PATH`, as an edge asks its origin. An object is
read as the distribution: signed with its origin access control where it has one, else as anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

from reference.aws.actions import resource_policy_of, restricted_to_account
from reference.aws.application import OPERATOR_KEY, Application
from reference.aws.calls import ApiError, Call, Environ, Response
from reference.aws.permissions import ALLOWED, decide, for_principal
from reference.aws.wire import environ_of

PREFIX = "/__content__/"
SERVICE = "cloudfront.amazonaws.com"
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class ContentNetwork:
    """WSGI middleware in front of the accounts. `accounts`: number to region."""

    def __init__(self, application: Application, accounts: Mapping[str, str], otherwise: Wsgi) -> None:
        self.application, self.accounts, self.otherwise = application, accounts, otherwise

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self.otherwise(environ, start_response)
        alias, _, key = path.removeprefix(PREFIX).partition("/")
        status, headers, body = self.respond(alias, key, environ)
        kept = {n: v for n, v in headers.items() if n.lower() in ("content-type", "etag", "last-modified", "location")}
        start_response(f"{status} {HTTPStatus(status).phrase}", [*kept.items(), ("Content-Length", str(len(body)))])
        return [body]

    def respond(self, alias: str, key: str, environ: Environ) -> Response:
        """The answer for a path under one of a distribution's names."""
        for account, region in self.accounts.items():
            listed = self.application.invoke(Call(account, region, "cloudfront", "ListDistributions", {}))
            for distribution in listed["DistributionList"].get("Items", []):
                if alias in distribution.get("Aliases", {}).get("Items", []):
                    return self._serve(distribution, account, region, key, environ)
        return _said(403, "no distribution has this name")

    def _serve(self, distribution: Any, account: str, region: str, key: str, environ: Environ) -> Response:
        if not distribution["Enabled"]:
            return _said(403, "the distribution is disabled")
        behaviour = distribution["DefaultCacheBehavior"]
        for more in distribution.get("CacheBehaviors", {}).get("Items", []):
            if fnmatchcase(f"/{key}", "/" + more["PathPattern"].lstrip("/")):
                behaviour = more
                break
        if environ.get("HTTP_X_FORWARDED_PROTO") != "https":
            if behaviour["ViewerProtocolPolicy"] == "redirect-to-https":
                return 301, {"Location": f"{environ.get('HTTP_X_SECURE_ORIGIN', '')}/{key}"}, b""
            if behaviour["ViewerProtocolPolicy"] == "https-only":
                return _said(403, "this is served over https only")
        origin = next(o for o in distribution["Origins"]["Items"] if o["Id"] == behaviour["TargetOriginId"])
        call = Call(account, region, "s3", "GetObject", {"Bucket": origin["DomainName"].partition(".")[0], "Key": key})
        if not self._may(call, distribution["ARN"], signed=bool(origin.get("OriginAccessControlId"))):
            return _said(403, "the origin refuses the distribution")
        try:
            return self.application.answer(call, environ_of(call, OPERATOR_KEY))
        except ApiError as error:
            return _said(error.status, error.code)

    @staticmethod
    def _may(call: Call, distribution: str, *, signed: bool) -> bool:
        if not signed and restricted_to_account(call):
            return False
        principal = SERVICE if signed else "anonymous"
        context = {"aws:SecureTransport": "true"} | ({"aws:SourceArn": distribution} if signed else {})
        policy = for_principal(resource_policy_of(call), principal, call.account)
        resource = f"arn:aws:s3:::{call.parameters['Bucket']}/{call.parameters['Key']}"
        return decide([policy], "s3:GetObject", resource, context) == ALLOWED


def _said(status: int, text: str) -> Response:
    return status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode()
