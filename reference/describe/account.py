"""aws, metrics, observability: names from the account's data, and the ids that the account itself gave."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from reference.aws.builder import FOLDER
from reference.aws.images import image
from reference.aws.inventory import RECOVERY_REGION, domain_of
from reference.clients import aws_client
from reference.describe.secret import reference

if TYPE_CHECKING:
    from reference.settings import Settings

SERVICES = ("api", "worker", "web")
TIERS = ("alb", "app", "web", "worker", "database", "cache")
FLOWS = (("internet", "alb", [443, 80]), ("alb", "app", [8000]), ("alb", "web", [3000]), ("app", "database", [5432]),
         ("worker", "database", [5432]), ("app", "cache", [6379]), ("worker", "cache", [6379]),
         ("app", "internet", [443]), ("web", "internet", [443]), ("worker", "internet", [443]))  # fmt: skip
WORDS = {"database-url": "database", "redis-url": "redis", "google-translate": "translation",
         "google-identity": "translation_identity"}  # fmt: skip
"""Our words for secrets that the account names otherwise."""


@cache
def data(name: str) -> dict[str, Any]:
    """The `[values]` of an account file, such as `aurastudio` or `parts/observed`, with their references unfilled."""
    values: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text()).get("values", {})
    return values


WORKERS = {"seiketsu": {"worker": {"bucket": "files"}}}
"""AuraStudio's line takes each role that is named, and the reader may take that of the API alone."""


def image_digest(settings: Settings, product: str) -> str:
    release = settings.products[product].release
    return image(product, "api", release.version, release.commit).digest


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    values, account = data(product), settings.aws.accounts[product]
    prefix, cluster, domain = values["prefix"], values["cluster"], domain_of(product)
    key, described = account.keys["reader"], settings.products[product]
    section["aws"] = {
        "account_id": account.id,
        "region": account.region,
        "dr_region": RECOVERY_REGION,
        "access_key_id": reference(settings, f"{product}/aws/reader-id", key.id),
        "secret_access_key": reference(settings, f"{product}/aws/reader-secret", key.secret),
        "endpoint_url": settings.aws.endpoint_url,
        "dashboards": [f"{prefix}-{item['name']}" for item in data("parts/observed")["dashboards"]],
        "alarms": [f"{prefix}-{item['name']}" for item in data("parts/observed")["alarms"]],
        "log_groups": [f"/ecs/{prefix}/{name}" for name in SERVICES]
        + [f"/rds/{prefix}/postgresql", f"/edge/{prefix}/access", f"/audit/{prefix}"],
        "request_log": {"group": f"/ecs/{prefix}/api"},
        "component_logs": {"database": f"/rds/{prefix}/postgresql", "edge": f"/edge/{prefix}/access"},
        "certificates": [domain],
        "hosted_zones": [domain],
        "trail": prefix,
        "outsider_role": f"arn:aws:iam::{account.id}:role/golive-outsider",
        "config_recorder": "default",
        "web_acl": prefix,
        "namespace": f"{prefix}.local",
        "ci_roles": [f"{prefix}-deployer"],
        "roles": {"api": {"bucket": "files"}, **WORKERS.get(product, {})},
        "cdn": {
            "alias": settings.products[product].assets_host,
            "asset": "/assets/logo.svg",
            "url": settings.products[product].assets_url,
            "http_url": settings.products[product].assets_http_url,
            "ca_file": settings.ca_file,
        },
        "ecs": {
            "cluster": cluster,
            "services": {name: name for name in SERVICES},
            "task_count_min": values["scaling_minimum"],
            "registry": f"{product}-api",
            "required_variables": {"api": variables(values)},
        },
        "rds": {
            "instance": prefix,
            "replicas": [f"{prefix}-replica"],
            "restore": {
                "dsn": reference(settings, f"{product}/postgres/backup", described.database.dsn("backup")),
                "role": f"arn:aws:iam::{account.id}:role/{prefix}-restorer",
                "subnet_group": prefix,
                "parameter_group": prefix,
                "security_groups": [f"{prefix}-database"],
                "guide": section["aws"]["rds"]["restore"]["guide"],
            },
        },
        "elasticache": {"replication_group": prefix, "export_bucket": "backups"},
        "load_balancer": {
            "name": prefix,
            "target_groups": {name: f"{prefix}-{name}" for name in ("api", "web")},
            "hosts": {"api": f"api.{domain}", "web": f"app.{domain}"},
            "routes": [
                {"host": domain, "path": "/", "to": "web"},
                {"host": f"api.{domain}", "path": "/ws/", "to": "api"},
            ],
        },
        "buckets": {"files": values["bucket"], "logs": f"{prefix}-logs", "backups": f"{prefix}-archive"},
        "secrets": {
            WORDS.get(item["name"], item["name"]): f"{prefix}/{item['name']}" for item in values["secret_values"]
        },
        "topics": {"oncall": f"{prefix}-critical"},
        "tiers": {tier: [f"{prefix}-{tier}"] for tier in TIERS},
        "flows": [{"source": source, "to": to, "ports": ports, "protocol": "tcp"} for source, to, ports in FLOWS],
    }
    for name, alarms in section.get("rollback", {}).get("triggers", {}).items():
        alarms |= {"alarm": f"{prefix}-rollback-{name}", "silence": f"{prefix}-silence-{name}"}
    for name, sign in section.get("rollback", {}).get("signs", {}).items():
        sign |= {"log_group": f"/ecs/{prefix}/api", "filter": f"{prefix}-{name}"}
    section["metrics"]["series"] = series(
        section["metrics"]["series"],
        prefix,
        cluster,
        values["metric_namespace"],
        balancer(settings, product, prefix),
        api_group(settings, product, prefix),
    )


def variables(values: dict[str, Any]) -> list[str]:
    """The names that the API's container is given, in clear or from a secret."""
    return sorted(item["name"] for item in [*values["api_environment"], *values["api_secrets"]])


def balancer(settings: Settings, product: str, name: str) -> str:
    """The load balancer's value as a metric dimension: its ARN ends with an id that the account makes up."""
    found = aws_client(settings, product, "elbv2", "reader").describe_load_balancers(Names=[name])
    return str(found["LoadBalancers"][0]["LoadBalancerArn"]).split(":loadbalancer/")[1]


def api_group(settings: Settings, product: str, prefix: str) -> str:
    """The value of the API's target group as a metric dimension."""
    found = aws_client(settings, product, "elbv2", "reader").describe_target_groups(Names=[f"{prefix}-api"])
    return str(found["TargetGroups"][0]["TargetGroupArn"]).rpartition(":")[2]


def series(
    example: dict[str, dict[str, str]], prefix: str, cluster: str, product_metrics: str, balancer: str, group: str
) -> dict[str, dict[str, str]]:
    """The example's series in this account: the same metrics, this account's dimensions."""
    here = {"LoadBalancer": balancer, "TargetGroup": group, "ClusterName": cluster, "DBInstanceIdentifier": prefix}
    here["CacheClusterId"] = f"{prefix}-001"
    found: dict[str, dict[str, str]] = {}
    for word, place in example.items():
        found[word] = {name: here.get(name, value) for name, value in place.items()}
        if "ServiceName" in place:
            found[word]["ServiceName"] = next(
                name for name in SERVICES if re.search(rf"\b{name}$", place["ServiceName"])
            )
        if not place["namespace"].startswith(("AWS/", "ECS/", "CloudWatchSynthetics")):
            found[word] |= {"namespace": product_metrics, "Environment": "production"}
    return found
