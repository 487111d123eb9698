"""An API that lacks a variable, has a placeholder for it, or signs with the default of its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-5.1.2.1"


@fault(
    name="aura-variable-missing",
    breaks="the API is not given the address of its cache",
    fails=[LINE],
    message=r"missing is 1.*Not given: REDIS_URL",
    touches="aws:aurastudio:definition:api",
)
def variable_missing(deployment: Deployment) -> Iterator[None]:
    container = _container(deployment)
    with _changed(deployment, {"secrets": [s for s in container["secrets"] if s["name"] != "REDIS_URL"]}):
        yield


@fault(
    name="aura-variable-is-a-placeholder",
    breaks="all variables are given, one with the value of the example file",
    fails=[LINE],
    message=r"placeholders is 1.*CORS_ORIGINS is an address of the machine itself",
    touches="aws:aurastudio:definition:api",
    hard=True,
)
def variable_is_a_placeholder(deployment: Deployment) -> Iterator[None]:
    local = {"CORS_ORIGINS": "http://localhost:3000"}
    given = [v | {"value": local.get(v["name"], v["value"])} for v in _container(deployment)["environment"]]
    with _changed(deployment, {"environment": given}):
        yield


@fault(
    name="aura-variable-default-signs-tokens",
    breaks="the definition lists every variable, the process runs without its secret and takes the source's",
    fails=[LINE, "AURA-8.1.3.5"],
    message={LINE: r"default secret accepted is \d", "AURA-8.1.3.5": r"signed with the code's default secret"},
    touches="app:aurastudio:behaviour:tokens",
    hard=True,
)
def default_signs_tokens(deployment: Deployment) -> Iterator[None]:
    deployment.behave(PRODUCT, {"accept_default_secret": True})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"accept_default_secret": False})


def _container(deployment: Deployment) -> dict[str, Any]:
    ecs = deployment.aws(PRODUCT, "ecs")
    found = ecs.describe_task_definition(taskDefinition=f"{PRODUCT}-api")["taskDefinition"]["containerDefinitions"]
    return dict(found[0])


def _changed(deployment: Deployment, change: dict[str, Any]) -> Any:
    """The API's container as its definition shows it."""
    where = {"name": "api"}
    return amended(deployment, PRODUCT, "ecs", "containerDefinitions", change, where, "DescribeTaskDefinition")
