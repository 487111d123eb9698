"""How tenants are made, judged on made-up answers."""

from __future__ import annotations

from tests.judges import creation as judge


def test_one_tenant_of_many_requests_is_right_also_where_the_others_were_refused() -> None:
    assert judge.one_tenant("alike", [201, 409, 201], ["a"]) == []


def test_two_tenants_none_and_a_broken_api_are_told() -> None:
    assert judge.one_tenant("alike", [201, 201], ["a", "b"]) == ["2 requests alike made 2 tenants, want 1"]
    nobody = judge.one_tenant("alike", [500, 500], [])
    assert "made 0 tenants" in nobody[0]
    assert "none was answered 201" in nobody[1]
    assert "broke the API: 500" in nobody[2]


def test_a_wrong_request_is_refused_as_the_callers_mistake_and_leaves_nothing() -> None:
    assert judge.admitted({"no name": 422, "no address": 400}, []) == []
    assert judge.admitted({"no name": 201}, ["a"]) == [
        "a tenant with no name is answered 201, want a refusal (400 to 422)",
        "1 tenants are there that were refused",
    ]
    assert judge.admitted({"no name": 500}, [])


def test_each_call_that_another_role_may_make_is_told() -> None:
    assert judge.open_to({"admin": {"list": 403}}, 403) == []
    assert judge.open_to({"admin": {"list": 200}}, 403) == ["list as admin is answered 200, want 403"]
