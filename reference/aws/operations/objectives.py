"""Service level objectives of CloudWatch Application Signals, from records: each is what the account was told it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reference.aws.calls import ApiError
from reference.aws.moments import resolved
from reference.aws.operations.world import Answer, Own, World

COLLECTION = "service_level_objectives"
AGE = timedelta(days=30)


def list_objectives(world: World) -> Answer:
    summaries = [
        {key: slo[key] for key in ("Arn", "Name", "CreatedTime", "EvaluationType", "MetricSourceType")}
        for slo in [_whole(world, record) for record in world.records(COLLECTION)]
    ]
    return {"SloSummaries": summaries}


def get_objective(world: World) -> Answer:
    wanted = world.call.parameters.get("Id", "")
    for record in world.records(COLLECTION):
        slo = _whole(world, record)
        if wanted in (slo["Name"], slo["Arn"]):
            return {"Slo": slo}
    raise ApiError("ResourceNotFoundException", f"There is no service level objective {wanted}.", 404)


def _whole(world: World, record: Answer) -> Answer:
    arn = f"arn:aws:application-signals:{world.call.region}:{world.call.account}:slo/{record['Name']}"
    made = datetime.now(UTC).replace(microsecond=0) - AGE
    kind = "RequestBased" if "RequestBasedSli" in record else "PeriodBased"
    return {
        "Arn": arn,
        "CreatedTime": made,
        "LastUpdatedTime": made,
        "EvaluationType": kind,
        "MetricSourceType": "CloudWatchMetric",
        **resolved(record),
    }


OWN: dict[str, Own] = {
    "application-signals.ListServiceLevelObjectives": list_objectives,
    "application-signals.GetServiceLevelObjective": get_objective,
}
