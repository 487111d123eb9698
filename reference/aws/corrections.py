"""Where moto's behaviour would mislead a check, it is put right; each correction says why."""

from __future__ import annotations

from typing import Any

from moto.elbv2.exceptions import InvalidTargetError
from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup
from moto.iam.access_control import PermissionResult
from moto.moto_api import state_manager
from moto.rds.models import DBInstance
from moto.s3.models import FakeBucket

Target = dict[str, Any]


def apply() -> None:
    """Correct moto in this process."""
    # moto judges bucket policies without their conditions and principals; `permissions` has judged them already.
    setattr(FakeBucket, "get_permission", lambda *_: PermissionResult.PERMITTED)  # noqa: B010
    # A task runs until something stops it; moto would move it on with every look.
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 10**9})
    # Automated snapshots are in the accounts' data, with their ages; one more at every start would hide that they
    # stopped.
    setattr(DBInstance, "save_automated_backup", lambda _: None)  # noqa: B010
    for name, method in (("register", _register), ("deregister", _deregister), ("health_for", _health_for)):
        setattr(FakeTargetGroup, name, method)


# Targets are an address with a port; moto knows them by the address alone, and the reference has one address.
def _register(group: Any, targets: list[Target]) -> None:
    for target in targets:
        port = int(target.get("Port") or group.port)
        group.targets[f"{target['Id']}:{port}"] = {"Id": target["Id"], "Port": port}


def _deregister(group: Any, targets: list[Target]) -> None:
    for target in targets:
        keys = [key for key, known in group.targets.items() if _same(known, target)]
        if not keys:
            raise InvalidTargetError()
        for key in keys:
            del group.targets[key]


def _health_for(group: Any, target: Target, _: Any) -> Any:
    port = str(target.get("Port") or group.port)
    if any(_same(known, target) for known in group.targets.values()):
        return FakeHealthStatus(target["Id"], port, group.health_check_port, "healthy")
    reason = ("unused", "Target.NotRegistered", "Target is not registered to the target group")
    return FakeHealthStatus(target["Id"], port, group.health_check_port, *reason)


def _same(known: Target, target: Target) -> bool:
    return bool(known["Id"] == target["Id"]) and ("Port" not in target or int(target["Port"]) == int(known["Port"]))
