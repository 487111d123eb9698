"""No person gets anywhere with a password alone: not in the console, not in the product."""

from __future__ import annotations

import pytest

from fixtures.api.client import ApiClient
from fixtures.api.second_factor import TwoSteps
from fixtures.aws.account import Account
from fixtures.aws.credential_report import ROOT, Credentials, credential_report, statements_of
from fixtures.aws.iam import Iam
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target.api import SecondFactor
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.second_factor import denied_without, tokens_in
from tests.judges.secrets import exemption_problem


@verifies("SEI-1.1.2.3.2")
@pytest.mark.writes
def test_nobody_acts_with_a_password_alone(line: Line, aws: Account, iam: Iam, api: ApiClient) -> None:
    settings = configured(api.settings.second_factor, f"{line.product}.api.second_factor")
    problems = [*_console(line, aws, credential_report(aws)), *_product(line, api, settings)]
    root = iam.summary.get("AccountMFAEnabled", 0)
    hint = "Give the root user a second factor"
    problems.append(line.limit("root_second_factor").problem(root, of=f"root user of {aws}", hint=hint))
    conclude(problems)


def _console(line: Line, aws: Account, everybody: list[Credentials]) -> list[str | None]:
    people = [one for one in everybody if one.password and one.user != ROOT]
    if not people:
        raise Unobservable(
            "no IAM user has a password: people sign in elsewhere, where this can't look",
            "Let an auditor attest the identity provider's second factor, and waive this line with it",
        )
    without = [str(one) for one in people if not one.second_factor]
    share = 100 * (len(people) - len(without)) / len(people)
    hint = f"{', '.join(without)}: a password and no second factor"
    loose = [str(one) for one in people if not denied_without(statements_of(aws, one.user))]
    observed(aws, "people whom no policy denies acting without a second factor", loose, source="iam:Get*Policy")
    return [
        line.limit("people_with_second_factor").problem(share, of=aws, hint=hint),
        *(f"{who}: no policy denies it to act without a second factor (BoolIfExists). Attach one" for who in loose),
    ]


def _product(line: Line, api: ApiClient, settings: SecondFactor) -> list[str | None]:
    person = TwoSteps(api, settings)
    if not (exempt := settings.machines.keys()) <= api.settings.identities.keys():
        raise Unobservable("api.second_factor.machines names no identity", f"Correct {', '.join(exempt)}")
    problems: list[str | None] = [
        f"{name}: {problem}" for name, why in settings.machines.items() if (problem := exemption_problem(why))
    ]
    # The control: with both there is a session, and it is one of an administrator.
    first = person.first()
    early = first.status < 300 and [t for t in tokens_in(first.json, first.headers) if person.opens(t)]
    got: list[str] = []
    if early:
        got.append(f"{person}: the password alone, {first.call}")
    if first.status < 300 and not first.all("challenge"):
        observed(person, "second step", "not asked for", source=first.call)
    else:
        token, code = person.complete()
        if not person.opens(token):
            raise Unobservable(f"{person}: a whole sign-in may not call {settings.protected}", "Correct `protected`")
        half = {"a code that was used before": code, "a wrong code": person.wrong_code(), "an empty code": ""}
        for what, sent in half.items():
            answer = person.second(person.challenge(), sent)
            if answer.status < 300 and any(person.opens(t) for t in tokens_in(answer.json, answer.headers)):
                got.append(f"{person}: the password and {what}")
    for name, identity in api.settings.identities.items():
        if identity.role in settings.roles and name not in settings.machines:
            answer = api.call("sign_in", identity=name, token=None)
            if answer.status < 300 and any(person.opens(t) for t in tokens_in(answer.json, answer.headers)):
                got.append(f"{identity.email}: the password alone")
    observed(api, "sessions for one factor", got, source=f"sign_in, {settings.operation}")
    hint = f"{'; '.join(got)}. Give out tokens only when both were right, and each code once"
    problems.append(line.limit("single_factor_sessions").problem(len(got), of=api, hint=hint))
    return problems
