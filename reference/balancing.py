"""The load balancer at work: checks the health of its targets and leads requests to those that are well.

The account says what should be: which targets are registered, how they are checked (path, codes, interval,
thresholds), and the listener's rules. The edge does it; the account's answers tell the health that was found.
Source: Elastic Load Balancing, Health checks for target groups; Listener rules.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import httpx

from reference.aws.changes import Followed
from reference.clients import aws_client
from reference.overlaying import Overlays
from reference.settings import Settings

State = Literal["initial", "healthy", "unhealthy"]
RULED = ("aurastudio",)
"""Products whose edge follows the listener's rules. The other's faults about rules are about what AWS says."""
INITIAL = {
    "State": "initial",
    "Reason": "Elb.InitialHealthChecking",
    "Description": "Initial health checks in progress",
}
TIMEOUT = {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Request timed out"}
FAILED = {"State": "unhealthy", "Reason": "Target.FailedHealthChecks", "Description": "Health checks failed"}
MISMATCH = {"State": "unhealthy", "Reason": "Target.ResponseCodeMismatch"}


@dataclass
class Watched:
    """One registered target. `streak`: answers of the same kind in a row, good ones positive, bad ones negative."""

    state: State
    streak: int = 0
    due: float = 0.0
    wrong: dict[str, str] = field(default_factory=dict)


@dataclass
class Balancing:
    """One for all turns."""

    settings: Settings
    overlays: Overlays
    accounts: Followed
    watched: dict[str, dict[int, Watched]] = field(default_factory=dict)
    """Product to its targets by port."""
    serving: dict[str, list[int]] = field(default_factory=dict)
    rules: dict[str, list[list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instances = httpx.Client(timeout=5, trust_env=False, verify=False)  # noqa: S501 - plain http
        self.instances.headers["User-Agent"] = "balancer-health"
        bearer = {"Authorization": f"Bearer {self.settings.control_token}"}
        self.control = httpx.Client(base_url=self.settings.control_url, headers=bearer, timeout=20, trust_env=False)
        self.serving = {name: [i.port for i in p.instances] for name, p in self.settings.products.items()}

    def targets(self) -> None:
        """Look at those that are due, and lead requests to the healthy ones. Raises httpx.HTTPError, botocore's."""
        for product in self.settings.products:
            group, ports = self.accounts.read(("targets", product), partial(self._registered, product))
            self._follow(product, ports)
            health = self.watched[product]
            for port, target in health.items():
                if time.monotonic() >= target.due:
                    pause = 1 if target.state == "initial" else group["HealthCheckIntervalSeconds"]
                    target.due = time.monotonic() + pause
                    self._look(port, target, group)
                self._tell(product, port, target)
            healthy = [port for port, target in health.items() if target.state == "healthy"]
            # Without a healthy target requests go to all, as a load balancer's "fail open".
            self._lead(product, sorted(healthy or health))

    def _registered(self, product: str) -> tuple[dict[str, Any], set[int]]:
        """The API's group and the ports of its targets; those of other networks can't be asked from here."""
        elb = aws_client(self.settings, product, "elbv2", "admin")
        groups = elb.describe_target_groups()["TargetGroups"]
        group = next(dict(group) for group in groups if group["TargetGroupName"].endswith("-api"))
        found = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
        return group, {t["Target"]["Port"] for t in found if t["Target"]["Id"].startswith("127.")}

    def _follow(self, product: str, ports: set[int]) -> None:
        """Know the targets that are registered."""
        if product not in self.watched:
            self.watched[product] = {port: Watched("healthy") for port in ports}
        known = self.watched[product]
        for port in set(known) - ports:
            del known[port]
            self.overlays.lay(f"target {port}", product, {}, None)
        for port in ports - set(known):
            known[port] = Watched("initial", wrong=INITIAL)

    def _look(self, port: int, target: Watched, group: dict[str, Any]) -> None:
        wrong = self._ask(port, group)
        target.streak = min(target.streak, 0) - 1 if wrong else max(target.streak, 0) + 1
        if not wrong and (target.state == "initial" or target.streak >= group["HealthyThresholdCount"]):
            target.state, target.wrong = "healthy", {}
        elif wrong and -target.streak >= group["UnhealthyThresholdCount"]:
            target.state, target.wrong = "unhealthy", wrong

    def _ask(self, port: int, group: dict[str, Any]) -> dict[str, str]:
        """Empty when the answer is as wanted, else what DescribeTargetHealth says of such a target."""
        url = f"http://127.0.0.1:{port}{group['HealthCheckPath']}"
        try:
            status = self.instances.get(url, timeout=group["HealthCheckTimeoutSeconds"]).status_code
        except httpx.TimeoutException:
            return TIMEOUT
        except httpx.HTTPError:
            return FAILED
        if _matches(status, group.get("Matcher", {}).get("HttpCode", "200")):
            return {}
        return MISMATCH | {"Description": f"Health checks failed with these codes: [{status}]"}

    def _tell(self, product: str, port: int, target: Watched) -> None:
        where = {"Target.Port": port}
        amendment = {"service": "elbv2", "kind": "TargetHealthDescriptions", "where": where}
        changes = {f"TargetHealth.{name}": value for name, value in target.wrong.items()} or None
        self.overlays.lay(f"target {port}", product, amendment, changes)

    def _lead(self, product: str, ports: list[int]) -> None:
        if ports and ports != self.serving[product]:
            self.control.post(f"/edge/{product}", params={"instances": ",".join(map(str, ports))}).raise_for_status()
            self.serving[product] = ports
            print(f"{product}: requests go to {', '.join(map(str, ports))}", flush=True)

    def route(self) -> None:
        """Have the edge follow the rules of the HTTPS listener. Raises httpx.HTTPError, botocore errors."""
        for product in RULED:
            found = self.accounts.read(("rules", product), partial(self._rules, product))
            if found and found != self.rules.get(product):
                self.control.post(f"/edge/{product}", params={"rules": json.dumps(found)}).raise_for_status()
                self.rules[product] = found

    def _rules(self, product: str) -> list[list[str]]:
        """(pattern over "host path", service) in the order of priority; empty while there is no HTTPS listener."""
        elb = aws_client(self.settings, product, "elbv2", "admin")
        balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
        secure = [
            listener
            for listener in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
            if listener["Protocol"] == "HTTPS"
        ]
        if not secure:
            return []
        rules = elb.describe_rules(ListenerArn=secure[0]["ListenerArn"])["Rules"]
        ordered = sorted(rules, key=lambda r: float("inf" if r["Priority"] == "default" else r["Priority"]))
        return [[_pattern(rule), _service(rule)] for rule in ordered]


def _matches(status: int, codes: str) -> bool:
    """`200`, `200,204` or `200-299`, as a Matcher says it."""
    for part in codes.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


def _pattern(rule: dict[str, Any]) -> str:
    conditions = {c["Field"]: c for c in rule.get("Conditions", [])}
    hosts = conditions.get("host-header", {}).get("HostHeaderConfig", {}).get("Values", ["*"])
    paths = conditions.get("path-pattern", {}).get("PathPatternConfig", {}).get("Values", ["*"])
    return f"^({'|'.join(map(_glob, hosts))}) ({'|'.join(map(_glob, paths))})$"


def _glob(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".").replace(r"\-", "-")


def _service(rule: dict[str, Any]) -> str:
    arn = str(rule["Actions"][0].get("TargetGroupArn", ""))
    if "targetgroup/" not in arn:
        return "fixed"
    return "web" if arn.split("/")[1].endswith("-web") else "api"
