"""GuardDuty findings and WAF samples, from records."""

from __future__ import annotations

from reference.aws.moments import resolved
from reference.aws.operations.world import Answer, Own, World


def list_findings(world: World) -> Answer:
    return {"FindingIds": [record["Id"] for record in world.records("guardduty_findings")]}


def get_findings(world: World) -> Answer:
    wanted = world.call.parameters.get("FindingIds", [])
    return {"Findings": [resolved(record) for record in world.records("guardduty_findings") if record["Id"] in wanted]}


def get_sampled_requests(world: World) -> Answer:
    p = world.call.parameters
    found = [
        resolved(record)
        for record in world.records("waf_samples")
        if record.get("WebAclArn", p.get("WebAclArn")) == p.get("WebAclArn")
        and record.get("RuleMetricName", p.get("RuleMetricName")) == p.get("RuleMetricName")
    ]
    return {"SampledRequests": found, "PopulationSize": len(found), "TimeWindow": p.get("TimeWindow", {})}


OWN: dict[str, Own] = {
    "guardduty.ListFindings": list_findings,
    "guardduty.GetFindings": get_findings,
    "wafv2.GetSampledRequests": get_sampled_requests,
}
