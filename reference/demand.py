"""What is asked of each task of an API, every few seconds: the figure that the API is scaled by.

All requests count, Golive's too: a task that is busy is busy with whatever it is asked. Only the balancer's own looks
do not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from reference.balancing import Balancing
from reference.clients import aws_client
from reference.measuring import Log
from reference.settings import Settings

PRODUCT, NAMESPACE, NAME = "seiketsu", "Seiketsu/Performance", "RequestsPerTask"


@dataclass
class Demand:
    """One for all turns."""

    settings: Settings
    balancing: Balancing
    log: Log = field(init=False)

    def __post_init__(self) -> None:
        self.log = Log(Path(self.settings.nginx_access_log))

    def publish(self) -> None:
        """Put the requests since the last turn, by the tasks that serve. Raises botocore errors."""
        lines = [x for x in self.log.fresh() if x.get("product") == PRODUCT]
        asked = sum(not str(x.get("agent", "")).startswith("balancer-health") for x in lines)
        value = asked / max(1, len(self.balancing.serving[PRODUCT]))
        data = {"MetricName": NAME, "Dimensions": [{"Name": "Service", "Value": "api"}], "Value": value}
        aws_client(self.settings, PRODUCT, "cloudwatch").put_metric_data(
            Namespace=NAMESPACE, MetricData=[{**data, "Unit": "Count", "StorageResolution": 1}]
        )
