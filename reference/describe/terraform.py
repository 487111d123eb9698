"""The plan of an account as applied, in the shape of `terraform show -json` (format 1.2): nothing is left to do.

Modules and their resources stand in `reference/source/<product>/infrastructure/resources.toml`; `${word}` there is a
value of the account's data, so plan and account can't say different things.
Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.aws.inventory import RECOVERY_REGION, domain_of
from reference.describe.account import data

if TYPE_CHECKING:
    from reference.settings import Settings

SOURCES = Path(__file__).parents[1] / "source"
PROVIDER = "registry.terraform.io/hashicorp/aws"
_NAME = re.compile(r"\$\{(\w+)\}")


def plan(settings: Settings, product: str) -> dict[str, Any]:
    """The plan as JSON data. Raises OSError, KeyError for a `${word}` that the account's data does not have."""
    written = tomllib.loads((SOURCES / product / "infrastructure" / "resources.toml").read_text())
    values = data(product) | {
        "account": settings.aws.accounts[product].id,
        "region": settings.aws.region,
        "recovery_region": RECOVERY_REGION,
        "version": settings.products[product].release.version,
        "domain": domain_of(product),
    }
    modules = {name: [_resource(name, item, values) for item in items] for name, items in written.items()}
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "variables": {
            "environment": {"value": "production"},
            "aws_region": {"value": values["region"]},
            "dr_region": {"value": values["recovery_region"]},
            "min_capacity": {"value": values["scaling_minimum"]},
            "max_capacity": {"value": values["scaling_maximum"]},
        },
        "planned_values": {
            "root_module": {
                "child_modules": [{"address": f"module.{name}", "resources": items} for name, items in modules.items()]
            }
        },
        "resource_changes": [_change(name, item) for name, items in modules.items() for item in items],
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": PROVIDER, "version_constraint": "~> 5.0"}},
            "root_module": {"module_calls": {name: {"source": f"./modules/{name}"} for name in modules}},
        },
        "applyable": False,
        "complete": True,
        "errored": False,
    }


def _resource(module: str, item: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """One planned resource; `type` and `name` as written, the rest are its attributes."""
    attributes = {key: _filled(value, values) for key, value in item.items() if key not in ("type", "name")}
    return {
        "address": f"module.{module}.{item['type']}.{item['name']}",
        "mode": "managed",
        "type": item["type"],
        "name": item["name"],
        "provider_name": PROVIDER,
        "schema_version": 0,
        "values": attributes,
        "sensitive_values": {},
    }


def _change(module: str, item: dict[str, Any]) -> dict[str, Any]:
    change = {"actions": ["no-op"], "before": item["values"], "after": item["values"], "after_unknown": {}}
    kept = {key: item[key] for key in ("address", "mode", "type", "name", "provider_name")}
    return {**kept, "module_address": f"module.{module}", "change": change}


def _filled(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, str):
        whole = _NAME.fullmatch(value)
        return values[whole[1]] if whole else _NAME.sub(lambda match: str(values[match[1]]), value)
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, values) for key, item in value.items()}
    return value
