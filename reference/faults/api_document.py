"""A description of the API that leaves something out, or tells of another API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.documents import rewritten
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-2.1.3.1", "aurastudio"
DESCRIPTION = "app:aurastudio:behaviour:description"


@fault(
    name="aura-api-document-without-endpoint",
    breaks="the handbook of the API does not tell how a project is rendered",
    fails=[LINE],
    message=r"api\.md does not tell of POST /api/projects/\{project_id\}/exports",
    touches="source:aurastudio:docs:api",
)
def without_endpoint(deployment: Deployment) -> Iterator[None]:
    section = re.compile(r"^### `POST /api/projects/\{project_id\}/exports`\n\n.*\n\n", re.MULTILINE)
    with rewritten(deployment, "../api.md", lambda text: section.sub("", text)):
        yield


@fault(
    name="aura-api-document-field-renamed",
    breaks="the description is of a release in which a project's title had another name: its example is not taken",
    fails=[LINE],
    message=r"examples rejected is 1, want == 0.*example of POST /api/projects/ was answered 422.*title",
    touches=DESCRIPTION,
    hard=True,
)
def field_renamed(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "description_stale")


@fault(
    name="aura-api-operation-not-described",
    breaks="the avatars are served, and the description does not have them",
    fails=[LINE],
    message=r"GET /api/avatars, which the target calls list_avatars",
    touches=DESCRIPTION,
    hard=True,
)
def not_described(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "undescribed", "/api/avatars")
