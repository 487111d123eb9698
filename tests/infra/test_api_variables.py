"""The API runs with every variable that it needs, and with values of production."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.secret_value import read_value
from fixtures.aws.task_definition import Container
from fixtures.ci.checkout import Checkout
from fixtures.parallel import each
from fixtures.tokens import Forger
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured, Unobservable
from tests.judges.secrets import placeholder_in
from tests.judges.settings_model import required_fields


@verifies("AURA-5.1.2.1")
@pytest.mark.smoke
def test_api_has_every_variable_with_production_values(
    line: Line, target: ProductTarget, aws: Account, ecs: Cluster, api: ApiClient, checkout: Checkout, forger: Forger
) -> None:
    container = ecs.service("api").task_definition.main(ecs.settings.containers.get("api"))
    required = _required(line, ecs, checkout)
    given = {*container.variable_names, *container.secrets}
    missing = sorted(required - {name.upper() for name in given})
    values, unreadable = _values(aws, container)
    defaults = {d for d in (api.settings.token.known_defaults) if d}
    wrong = [f"{name} is {why}" for name, why in sorted(_placeholders(container, values, defaults).items())]
    conclude(
        [
            line.limit("missing").problem(
                len(missing), of=container, hint=f"Not given: {', '.join(missing)}. Add them"
            ),
            *unreadable,
            line.limit("placeholders").problem(
                len(wrong), of=container, hint=f"{'; '.join(wrong)}. Give it the real value"
            ),
            *_running_as(target, api),
            line.limit("default_secret_accepted").problem(
                _defaults_accepted(api, forger),
                of=api,
                hint="It signs with the default of the source. Give it its own secret, and restart",
            ),
        ]
    )


def _required(line: Line, ecs: Cluster, checkout: Checkout) -> set[str]:
    model = checkout.settings.settings_model
    if model is None:
        raise NotConfigured(
            f"the target has no {line.product}.source.settings_model", "Name the class of the API's settings"
        )
    path, _, name = model.rpartition(":")
    try:
        fields = required_fields(checkout.text(path), name)
    except ValueError as error:
        raise Unobservable(f"{checkout}: {path}: {error}", "Correct source.settings_model") from None
    wanted = {f.upper() for f in (*fields, *ecs.settings.required_variables.get("api", []))}
    return set(observed(checkout, f"variables that {name} needs", sorted(wanted), source=path))


def _values(aws: Account, container: Container) -> tuple[dict[str, str], list[str]]:
    """The values of its secrets by variable, and what is wrong with those that have none."""

    def value(pair: tuple[str, str]) -> tuple[str, str | None, str]:
        try:
            return pair[0], read_value(aws, pair[1], f"{pair[0]} of {container}"), ""
        except AssertionError as error:
            return pair[0], None, str(error)

    found = each(value, sorted(container.secrets.items()))
    return {n: v for n, v, _ in found if v is not None}, [problem for _, v, problem in found if v is None]


def _placeholders(container: Container, secret: dict[str, str], defaults: set[str]) -> dict[str, str]:
    """Variable to why its value is none for production. A secret address may be of any host: its health tells."""
    clear = {name: placeholder_in(value) for name, value in container.variables.items()}
    hidden = {
        name: "the default of the source" if value in defaults else placeholder_in(value, local=False)
        for name, value in secret.items()
    }
    debugs = {
        name: f"{value}, debugging is on"
        for name, value in container.variables.items()
        if "DEBUG" in name.upper() and value.lower() in ("1", "true", "yes", "on")
    }
    return {name: why for name, why in {**clear, **hidden, **debugs}.items() if why}


def _running_as(target: ProductTarget, api: ApiClient) -> list[str]:
    """What the running process says of itself."""
    answer = api.call("info")
    if answer.status != api.operation("info").status:
        return [f"{answer}, want {api.operation('info').status}: what it runs as is not known"]
    problems = []
    environment = observed(answer.call, "environment", answer.field("environment"), source="info")
    if environment != target.environment:
        problems.append(f"{answer.call}: environment is {environment!r}, want {target.environment!r}. Set its variable")
    debug = observed(answer.call, "debug", answer.field("debug"), source="info")
    if debug not in (False, "false", None):
        problems.append(f"{answer.call}: debug is {debug!r}, want it off")
    return problems


def _defaults_accepted(api: ApiClient, forger: Forger) -> int:
    """How many tokens signed with a known default secret the API takes. Its own token must work first."""
    operation = api.settings.probe_operation
    forged = [f.token for f in forger.without_key() if "default secret" in f.why]
    if operation is None or not forged:
        raise NotConfigured(
            "the target has no api.probe_operation or api.token.known_defaults",
            "Name them: forged tokens are tried on it",
        )
    wanted = api.operation(operation).status
    control = api.call(operation)
    if control.status != wanted:
        raise Unobservable(f"{control} to a good token, want {wanted}: refusals would prove nothing")
    return sum(answer.status == wanted for answer in each(lambda token: api.call(operation, token=token), forged))
