"""The audit trail, voice plans and settings classes, as judged on made-up observations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.judges.audit import (
    deed_of,
    foreign_deeds,
    is_own_drill,
    minutes_to_event,
    role_of,
    unrecorded_types,
)
from tests.judges.settings_model import required_fields
from tests.judges.voice import allowance, subscription_problems

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACCOUNT = "arn:aws:sts::111122223333"
DEPLOYER = f"{ACCOUNT}:assumed-role/deployer/release-1"


def event(actor: str, name: str = "UpdateService", source: str = "ecs.amazonaws.com", **detail: Any) -> dict[str, Any]:
    return {
        "EventName": name,
        "EventSource": source,
        "EventTime": NOW,
        "actor": actor,
        "Resources": [{"ResourceName": "cluster/api"}],
        "detail": detail,
    }


def foreign(**what: Any) -> list[str]:
    return [d.name for d in foreign_deeds([deed_of(event(**what))], ["deployer"])]


def test_roles_behind_sessions() -> None:
    assert role_of(DEPLOYER) == "deployer"
    assert role_of("arn:aws:iam::111122223333:role/path/deployer") == "deployer"
    assert role_of("arn:aws:iam::111122223333:user/deployer") == ""
    assert role_of(f"{ACCOUNT}:assumed-role/somebody/deployer") == "somebody"


def test_only_changes_by_others_are_foreign() -> None:
    assert foreign(actor=DEPLOYER) == []
    assert foreign(actor="arn:aws:iam::111122223333:user/kenji") == ["UpdateService"]
    assert foreign(actor=f"{ACCOUNT}:assumed-role/admin/deployer") == ["UpdateService"]
    assert foreign(actor="arn:aws:iam::111122223333:user/kenji", errorCode="AccessDenied") == []
    reports = {"name": "GenerateCredentialReport", "source": "iam.amazonaws.com"}
    assert foreign(actor="arn:aws:iam::111122223333:user/kenji", **reports) == []
    assert foreign(actor="ecs.amazonaws.com", userIdentity={"type": "AWSService"}) == []
    assert foreign(actor="arn:aws:iam::111122223333:user/kenji", source="s3.amazonaws.com") == []


def test_nearest_event_of_a_service() -> None:
    deeds = [deed_of(event(DEPLOYER))]
    assert minutes_to_event(deeds, "api", NOW - timedelta(minutes=2)) == 2
    assert minutes_to_event(deeds, "pi", NOW) is None
    assert minutes_to_event([deed_of(event(DEPLOYER, name="DescribeServices"))], "api", NOW) is None


@pytest.mark.parametrize(
    ("group", "left_out"),
    [
        ({"allSupported": True, "includeGlobalResourceTypes": True}, 0),
        ({"allSupported": True, "includeGlobalResourceTypes": False}, 2),
        ({"allSupported": False, "resourceTypes": ["AWS::EC2::SecurityGroup"]}, 3),
        ({}, 4),
        (
            {
                "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
                "exclusionByResourceTypes": {"resourceTypes": ["AWS::RDS::DBInstance"]},
            },
            1,
        ),
    ],
)
def test_types_that_are_left_out(group: dict[str, Any], left_out: int) -> None:
    assert len(unrecorded_types(group)) == left_out


def plan(**change: Any) -> list[str]:
    fine = {"status": "active", "tier": "scale", "wanted_tier": "scale", "used": 10, "limit": 100}
    fine |= {"resets": NOW + timedelta(days=1), "now": NOW}
    return subscription_problems(**{**fine, **change})


def test_voice_plans() -> None:
    assert plan() == []
    assert plan(wanted_tier=None) == []
    assert "status is past_due" in plan(status="past_due")[0]
    assert "free" in plan(tier="free")[0]
    assert "tier is pro" in plan(tier="pro")[0]
    assert "used up" in plan(used=100)[0]
    assert "ended" in plan(resets=NOW)[0]


def test_requests_at_once() -> None:
    assert allowance("scale", ["eleven_multilingual_v2", "eleven_flash_v2"], None) == 15
    assert allowance("scale", ["eleven_flash_v2", "eleven_turbo_v2"], None) == 30
    assert allowance("unheard of", [], None) == 0
    assert allowance("scale", [], 60) == 60


SETTINGS = """
class Base(BaseSettings):
    SHARED: str
class Settings(Base):
    model_config = {}
    KIND: ClassVar[str] = "x"
    NEEDED: SecretStr
    GIVEN: str = "x"
    ALSO: str = Field(...)
    NAMED: str = Field(alias="OTHER_NAME")
    FILLED: list[str] = Field(default_factory=list)
    SHARED: str = "now it has one"
"""


def test_required_fields() -> None:
    assert required_fields(SETTINGS, "Settings") == ["NEEDED", "ALSO", "OTHER_NAME"]
    assert required_fields(SETTINGS, "Base") == ["SHARED"]


@pytest.mark.parametrize("source", ["class Settings(:", "class Other: ...", "class Settings:\n    A: str = ''"])
def test_a_class_that_tells_nothing_is_an_error(source: str) -> None:
    with pytest.raises(ValueError):
        required_fields(source, "Settings")


def test_the_suites_own_drills_are_known_by_principal_and_kind_or_name() -> None:
    def own(name: str, thing: str, actor: str = "arn:aws:iam::111122223333:user/golive") -> bool:
        what = event(actor=actor, name=name, requestParameters={"name": thing})
        return is_own_drill(deed_of(what), {"golive", "restorer"}, ["TestFailover"], "golive-")

    assert own("TestFailover", "cache")
    assert own("DeleteDBInstance", "golive-1234-moment")
    assert own("DeleteDBInstance", "golive-1234-moment", f"{ACCOUNT}:assumed-role/restorer/golive")
    assert not own("DeleteDBInstance", "production")
    assert not own("TestFailover", "cache", "arn:aws:iam::111122223333:user/kenji")
    assert not own("DeleteDBInstance", "golive-1234-moment", "arn:aws:iam::111122223333:user/kenji")
