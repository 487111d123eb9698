"""Who may use a key, and who may change it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judges.key_policy import key_policy_problems

OWN, OTHER = "111111111111", "222222222222"
ROOT = {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}, "Action": "kms:*"}


def more(**changes: Any) -> dict[str, Any]:
    return {"Sid": "More", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt"} | changes


def role(name: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{OWN}:role/{name}"}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (more(), "anybody (statement More"),
        (more(Principal="*"), "anybody"),
        (more(Principal={"AWS": ["*"]}, Condition={"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}}), "anybody"),
        (more(Condition={"StringEquals": {"kms:CallerAccount": OWN}}), ""),
        (more(Condition={"StringEquals": {"kms:CallerAccount": OTHER}}), "anybody"),
        (more(Condition={"StringNotEquals": {"kms:CallerAccount": OWN}}), "anybody"),
        (more(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}), ""),
        (more(Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}}), "anybody"),
        (more(Effect="Deny"), ""),
        ({"Effect": "Allow", "NotPrincipal": role("x"), "Action": "kms:*"}, "anybody (statement (no Sid)"),
        (more(Principal={"AWS": f"arn:aws:iam::{OTHER}:root"}), f"foreign account {OTHER}"),
        (more(Principal={"AWS": OTHER}), f"foreign account {OTHER}"),
        (more(Principal={"AWS": OWN}, Action="kms:*"), ""),
        (more(Principal={"Service": "logs.amazonaws.com"}, Action="kms:*"), ""),
        (more(Principal=role("app")), ""),
        (more(Principal=role("app"), Action="kms:*"), "one and the same, arn:aws:iam::111111111111:role/app"),
        (more(Principal=role("app"), Action=["kms:Put*", "kms:De*"]), "one and the same"),
        (more(Principal=role("ops"), Action=["kms:Put*", "kms:Describe*", "kms:Schedule*"]), ""),
        ({"Effect": "Allow", "Principal": role("x"), "NotAction": "kms:Decrypt"}, "one and the same"),
    ],
)
def test_who_may(statement: dict[str, Any], said: str) -> None:
    found = key_policy_problems({"Statement": [ROOT, statement]}, OWN)
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_rights_are_gathered_over_statements() -> None:
    statements = [more(Principal=role("ops"), Action="kms:PutKeyPolicy"), more(Principal=role("ops"))]
    assert key_policy_problems({"Statement": statements}, OWN)
    assert not key_policy_problems({"Statement": statements[:1]}, OWN)


def test_friends_are_let_in() -> None:
    policy = {"Statement": more(Principal={"AWS": f"arn:aws:iam::{OTHER}:root"})}
    assert not key_policy_problems(policy, OWN, [OTHER])
