"""What infracost would say of the plan (format 0.2), at list prices rounded to a dollar or so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reference.describe.infrastructure import Resource

# Terraform's address to parts: (name, a month's quantity, price of one, whether it depends on the use).
PRICES: dict[str, list[tuple[str, float, float, bool]]] = {
    "aws_db_instance.writer": [("Database instance", 730, 2.99, False), ("Storage", 1000, 0.23, False)],
    "aws_db_instance.replica": [("Database instance", 730, 1.99, False)],
    "aws_elasticache_replication_group.main": [("Nodes", 2190, 0.741, False)],
    "aws_ecs_service.api": [("Per GB and vCPU hour", 5840, 0.21, False)],
    "aws_ecs_service.worker": [("Per GB and vCPU hour", 2920, 0.21, False)],
    "aws_ecs_service.web": [("Per GB and vCPU hour", 2190, 0.21, False)],
    "aws_s3_bucket.recordings": [("Storage", 18500, 0.023, True), ("Requests", 6000, 0.005, True)],
    "aws_nat_gateway.a": [("NAT gateway", 730, 0.045, False), ("Data processed", 5600, 0.045, True)],
    "aws_nat_gateway.b": [("NAT gateway", 730, 0.045, False), ("Data processed", 5400, 0.045, True)],
    "aws_nat_gateway.c": [("NAT gateway", 730, 0.045, False), ("Data processed", 5500, 0.045, True)],
}


def estimate_of(found: list[Resource], commit: str) -> dict[str, Any]:
    priced = [_priced(item, PRICES[item.address]) for item in found if item.address in PRICES]
    total = f"{sum(float(item['monthlyCost']) for item in priced):.2f}"
    summary = {
        "totalDetectedResources": len(found),
        "totalSupportedResources": len(priced),
        "totalUnsupportedResources": 0,
        "totalUsageBasedResources": sum(any(p["usageBased"] for p in item["costComponents"]) for item in priced),
        "totalNoPriceResources": len(found) - len(priced),
        "unsupportedResourceCounts": {},
    }
    return {
        "version": "0.2",
        "currency": "USD",
        "metadata": {"infracostCommand": "breakdown", "vcsCommitSha": commit},
        "projects": [
            {
                "name": "infrastructure",
                "metadata": {"path": "plan.json", "type": "terraform_plan_json"},
                "breakdown": {"resources": priced, "totalMonthlyCost": total},
                "summary": summary,
            }
        ],
        "totalMonthlyCost": total,
        "timeGenerated": datetime.now(UTC).isoformat(),
        "summary": summary,
    }


def _priced(item: Resource, parts: list[tuple[str, float, float, bool]]) -> dict[str, Any]:
    components = [
        {
            "name": name,
            "monthlyQuantity": str(quantity),
            "price": str(price),
            "monthlyCost": f"{quantity * price:.2f}",
            "usageBased": usage,
        }
        for name, quantity, price, usage in parts
    ]
    cost = sum(float(part["monthlyCost"]) for part in components)
    return {
        "name": item.full_address,
        "resourceType": item.type,
        "monthlyCost": f"{cost:.2f}",
        "costComponents": components,
    }
