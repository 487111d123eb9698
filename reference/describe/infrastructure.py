"""What Terraform would have in its state: the account's things, read back, under the addresses of the modules.

Modules and their things stand in `reference/source/<product>/infrastructure/resources.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import jmespath
from botocore.config import Config

from reference.aws.inventory import domain_of
from reference.describe.account import data

if TYPE_CHECKING:
    from reference.settings import Settings

SOURCES = Path(__file__).parents[1] / "source"
_NAME = re.compile(r"\$\{(\w+)\}")
ANY = "-1"


@dataclass(frozen=True)
class Resource:
    """One managed thing; `action` is what this release's plan did to it (`no-op` mostly), `seconds` how long."""

    module: str
    address: str
    values: dict[str, Any]
    action: str
    seconds: float

    @property
    def full_address(self) -> str:
        return f"module.{self.module}.{self.address}"

    @property
    def type(self) -> str:
        return self.address.split(".")[0]


def resources(settings: Settings, product: str) -> list[Resource]:
    """As the account holds them now. Raises OSError, botocore's errors, LookupError for a thing that is not there."""
    written = tomllib.loads((SOURCES / product / "infrastructure" / "resources.toml").read_text())
    words = data(product) | {"domain": domain_of(product)}
    account = settings.aws.accounts[product]
    session = boto3.session.Session(account.keys["admin"].id, account.keys["admin"].secret, region_name=account.region)
    clients: dict[str, Any] = {}
    found = []
    for module, items in written.items():
        for item in items:
            service, operation, parameters = _filled(item["ask"], words)
            if service not in clients:
                clients[service] = session.client(
                    service, endpoint_url=settings.aws.endpoint_url, config=Config(s3={"addressing_style": "path"})
                )
            thing = jmespath.search(_filled(item["item"], words), getattr(clients[service], operation)(**parameters))
            if thing is None:
                raise LookupError(f"{module}: {item['address']}: {operation} does not show it")
            values = {name: jmespath.search(path, thing) for name, path in item["attributes"].items()}
            for side in {"ingress", "egress"} & values.keys():
                values[side] = [block for rule in values[side] for block in _blocks(rule)]
            action, seconds = item.get("action", "no-op"), float(item.get("seconds", 0))
            found.append(Resource(module, item["address"], values, action, seconds))
    return found


def _blocks(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """A rule as Terraform's provider writes it into `ingress` and `egress`; one block a description."""
    told: dict[str, dict[str, Any]] = {}

    def block(about: dict[str, Any]) -> dict[str, Any]:
        description = str(about.get("Description", ""))
        return told.setdefault(
            description,
            {
                "description": description,
                "protocol": rule["IpProtocol"],
                "from_port": 0 if rule["IpProtocol"] == ANY else rule["FromPort"],
                "to_port": 0 if rule["IpProtocol"] == ANY else rule["ToPort"],
                "cidr_blocks": [],
                "ipv6_cidr_blocks": [],
                "prefix_list_ids": [],
                "security_groups": [],
                "self": False,
            },
        )

    for key, name, to in (
        ("IpRanges", "CidrIp", "cidr_blocks"),
        ("Ipv6Ranges", "CidrIpv6", "ipv6_cidr_blocks"),
        ("PrefixListIds", "PrefixListId", "prefix_list_ids"),
        ("UserIdGroupPairs", "GroupId", "security_groups"),
    ):
        for about in rule.get(key, []):
            block(about)[to].append(about[name])
    return list(told.values())


def _filled(value: Any, words: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return _NAME.sub(lambda match: str(words[match[1]]), value)
    if isinstance(value, list):
        return [_filled(item, words) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, words) for key, item in value.items()}
    return value
