"""The AWS accounts of both products: one server process over HTTP."""

from __future__ import annotations

import sys

from reference.clients import aws_client
from reference.services.part import HTTP, NotReadyError, Part


class Aws(Part):
    patience = 180.0

    @property
    def address(self) -> str:
        return f"{self.settings.aws.endpoint_url} ({', '.join(a.id for a in self.settings.aws.accounts.values())})"

    def prepare(self) -> None:
        self.children.clear()
        self.child(
            [sys.executable, "-m", "reference.aws", "--settings", self.settings.path],
            environment={**self.settings.process_environment(), "AWS_EC2_METADATA_DISABLED": "true"},
        )

    def probe(self) -> None:
        """Ready when each account knows the reader's access key as its own."""
        HTTP.get(f"{self.settings.aws.endpoint_url}/__reference__/health").raise_for_status()
        for product, account in self.settings.aws.accounts.items():
            caller = aws_client(self.settings, product, "sts", "reader").get_caller_identity()
            if caller["Account"] != account.id:
                raise NotReadyError(
                    f"the reader key of {product} belongs to account {caller['Account']}, wanted {account.id}"
                )
