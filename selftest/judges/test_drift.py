"""What differs between Terraform's state and the account, and what hides a difference."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fixtures.terraform.drift import rules_of_aws, rules_of_state
from tests.judges.drift import differences, hidden, not_applied

VALUES = st.dictionaries(st.text(min_size=1), st.integers() | st.text() | st.booleans())


@given(VALUES)
def test_what_is_as_written_does_not_differ(values: dict[str, object]) -> None:
    assert differences(values, values, []) == []


def test_each_difference_is_named() -> None:
    found = differences({"multi_az": True, "size": 5}, {"multi_az": False, "size": 5}, [])
    assert found == ["multi_az is False, Terraform has True"]
    assert differences({"size": 5}, {"size": 6}, ["size"]) == []
    assert differences({}, None, []) == ["was deleted outside of Terraform"]


def test_an_attribute_that_the_state_lacks_but_was_read_differs() -> None:
    assert differences({}, {"port": 443}, []) == ["port is 443, Terraform has None"]


def test_rules_say_what_came_and_went() -> None:
    found = differences({"ingress": ["tcp 443 a"]}, {"ingress": ["tcp 22 b"]}, [])
    assert found == ["ingress tcp 22 b was added", "ingress tcp 443 a is gone"]


def test_rules_of_both_sides_read_alike() -> None:
    blocks = [
        {
            "protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_blocks": ["0.0.0.0/0"],
            "security_groups": ["sg-2"],
        },
        {"protocol": "-1", "from_port": 0, "to_port": 0, "self": True, "cidr_blocks": None},
        {"protocol": "udp", "from_port": 1, "to_port": 9, "ipv6_cidr_blocks": ["::/0"], "prefix_list_ids": ["pl-1"]},
    ]
    permissions = [
        {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "x"}],
        },
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": "sg-2"}]},
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}]},
        {"IpProtocol": "udp", "FromPort": 1, "ToPort": 9, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        {"IpProtocol": "udp", "FromPort": 1, "ToPort": 9, "PrefixListIds": [{"PrefixListId": "pl-1"}]},
    ]
    assert rules_of_state(blocks) == rules_of_aws(permissions, "sg-1")


def test_ignored_changes_are_found_in_code_and_not_in_comments() -> None:
    text = """
    # ignore_changes = [tags]
    lifecycle { ignore_changes = [desired_count, ingress] }
    lifecycle {
      ignore_changes = all
    }
    """
    assert hidden({"m.tf": text}, ["desired_count"]) == [
        "m.tf: ignore_changes hides ingress",
        "m.tf: ignore_changes hides all",
    ]


def test_what_was_planned_is_applied_or_named() -> None:
    planned = {"a": ["update"], "b": ["delete", "create"], "c": ["create"]}
    assert not_applied(planned, ["a", "b", "c"], []) == []
    assert not_applied(planned, ["a"], ["c"]) == [
        "c: its apply failed",
        "b: planned (delete, create) and never applied",
    ]
