"""Service quotas, one record each."""

from __future__ import annotations

from reference.aws.calls import ApiError
from reference.aws.operations.world import Answer, Own, World


def get_service_quota(world: World) -> Answer:
    wanted = (world.call.parameters.get("ServiceCode"), world.call.parameters.get("QuotaCode"))
    for record in reversed(world.records("quotas")):
        if (record["ServiceCode"], record["QuotaCode"]) == wanted and record.get(
            "region", world.call.region
        ) == world.call.region:
            return {"Quota": record}
    raise ApiError("NoSuchResourceException", f"The quota {wanted[1]} of {wanted[0]} does not exist.", 400)


OWN: dict[str, Own] = {"service-quotas.GetServiceQuota": get_service_quota}
