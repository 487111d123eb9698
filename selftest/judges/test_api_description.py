"""Descriptions of an API, judged on made-up ones."""

from __future__ import annotations

from typing import Any

from fixtures.api.description import Described
from fixtures.documents.markdown import read
from tests.judges.api_description import differences, handbook, lacking, refusal

TEXT = {"content": {"application/json": {"schema": {"type": "object"}}}}


def _operation(**facts: Any) -> Described:
    whole = {"summary": "Makes it", "parameters": [], "responses": {"201": TEXT, "default": TEXT}, **facts}
    return Described("POST", "/things/{id}", whole)


def _body(**content: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"type": "object"}, **content}}}


def test_what_an_operation_lacks() -> None:
    assert lacking(_operation()) == []
    assert lacking(_operation(responses={"204": {}, "404": TEXT}, requestBody=_body(example={"a": 1}))) == []
    assert lacking(_operation(summary="")) == ["no summary"]
    assert lacking(_operation(responses={"200": TEXT})) == ["no answer of error"]
    assert lacking(_operation(responses={"200": {}, "422": TEXT})) == ["answer 200 without a schema"]
    assert lacking(_operation(requestBody=_body())) == ["a body without an example"]
    assert lacking(_operation(parameters=[{"name": "id", "schema": {"type": "string"}}])) == [
        "parameter id without a description"
    ]


def test_the_examples_of_every_place() -> None:
    assert _operation(requestBody=_body(examples={"one": {"value": {"a": 2}}})).examples == [{"a": 2}]
    inner = {"content": {"application/json": {"schema": {"type": "object", "examples": [{"a": 3}]}}}}
    assert _operation(requestBody=inner).examples == [{"a": 3}]


def test_the_handbook_has_the_same_operations() -> None:
    known = handbook(read("# API\n\n### `POST /things/{thing}`\n\nMakes a thing.\n\n- GET /things lists them\n"))
    assert known == {"POST /things/{}": "", "GET /things": ""}
    assert differences([_operation()], known, "api.md") == [
        "api.md tells of GET /things, which the API's document does not have"
    ]
    assert differences([_operation()], {}, "api.md") == ["api.md does not tell of POST /things/{id}"]
    poor = handbook(read("## POST /things/{id}\n\nTODO\n"))
    assert differences([_operation()], poor, "api.md") == ["api.md: what it says of POST /things/{} says only 'TODO'"]


def test_what_is_a_refusal() -> None:
    assert [s for s in (200, 201, 402, 403, 404, 409, 400, 422, 500, 503) if refusal(s)] == [400, 422, 500, 503]
