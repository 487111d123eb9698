"""What answers to requests that were made up, and to hostile texts, tell."""

from __future__ import annotations

import pytest

from fixtures.injection.hostile import INJECTED, YES, Reply, file_names, header_texts
from fixtures.injection.places import place_at, placed
from fixtures.injection.tried import Kind, Tried
from tests.judges.made_requests import (
    broke,
    found_wrong,
    headers_injected,
    hosts_believed,
    read_anything,
    read_outside,
    taken,
)


def _reply(status: int = 200, text: str = "", seconds: float = 0.1, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    return Reply("letters, query file", "a path upwards", status, headers, text, seconds)


def _disposed(value: str) -> Reply:
    return _reply(headers=(("Content-Disposition", value),))


@pytest.mark.parametrize("kind", ["crash", "accepted", "undescribed"])
def test_the_first_wrong_answer_of_an_operation_is_told(kind: Kind) -> None:
    tried = [Tried("GET /a", "fine", 200, {}), Tried("GET /a", "first", 200, {kind: "why"})]
    found = found_wrong([*tried, Tried("GET /a", "second", 200, {kind: "why"}), Tried("GET /b", "x", 422, {})], kind)
    assert found == {"GET /a": "GET /a, first: 200. why"}


def test_one_kind_of_wrong_is_not_another() -> None:
    assert found_wrong([Tried("GET /a", "x", 500, {"crash": "why"})], "accepted") == {}


def test_a_file_of_the_machine_is_known_by_its_line() -> None:
    assert (
        "a path upwards gives a file" in read_outside([_reply(text="x:x:1:1::/:\nroot:x:0:0:root:/root:/bin/sh\n")])[0]
    )
    assert read_outside([_reply(404, '{"detail":"no /etc/passwd, root: 0:0"}'), _reply(text="Dear root:")]) == []


def test_a_control_that_is_answered_well_shows_nothing() -> None:
    assert read_anything([_reply(404)]) == []
    assert read_anything([_reply(200)]) == ["letters, query file: a path upwards is answered 200"]


def test_a_header_of_its_own_is_injected() -> None:
    assert "makes a header of its own" in headers_injected([_reply(headers=((INJECTED.lower(), YES),))])[0]


@pytest.mark.parametrize(
    "value",
    [
        f'attachment; filename="golive"; golive="{YES}"',
        f'attachment; filename="golive.txt"; filename="{YES}"',
        f"attachment; filename=golive; golive={YES}",
    ],
)
def test_a_part_of_its_own_is_injected(value: str) -> None:
    assert "makes a part of its own" in headers_injected([_disposed(value)])[0]


@pytest.mark.parametrize(
    "value",
    [
        "attachment; filename=\"golive_golive__golive-yes\"; filename*=UTF-8''golive%22%3B%20golive%3D%22golive-yes",
        f'attachment; filename="golive\\"; golive=\\"{YES}"',
        "attachment; filename*=UTF-8''golive%0D%0AX-Golive-Injected%3A%20golive-yes",
        "attachment",
    ],
)
def test_a_text_that_stays_a_text_is_not(value: str) -> None:
    assert headers_injected([_disposed(value)]) == []


def test_a_host_that_comes_back_is_believed_wherever_it_does() -> None:
    there = _reply(307, headers=(("location", "https://x.golive.invalid/a"),))
    assert "comes back in location (answered 307)" in hosts_believed([there], "x.golive.invalid")[0]
    assert "in the body" in hosts_believed([_reply(text="<a href=//x.golive.invalid>")], "x.golive.invalid")[0]
    assert hosts_believed([_reply(421), _reply(307, headers=(("location", "/a"),))], "x.golive.invalid") == []


def test_breaking_is_an_error_no_answer_or_lateness() -> None:
    assert len(broke([_reply(500), _reply(0, "ConnectionError"), _reply(201, seconds=9)], 5)) == 3
    assert broke([_reply(400), _reply(413), _reply(201, seconds=9)]) == []


def test_only_success_takes_a_body() -> None:
    assert taken([_reply(413), _reply(422), _reply(0), _reply(500)]) == []
    assert taken([_reply(201)]) == ["letters, query file: a path upwards is taken (201)"]


def test_hostile_texts_differ() -> None:
    assert len(set(file_names().values())) == len(file_names())
    assert len(set(header_texts().values())) == len(header_texts())
    assert all("../" not in text for what, text in file_names().items() if "percent" in what)


def test_a_place_of_the_target_is_put_into_its_request() -> None:
    request = {"path": {"id": "1"}, "query": {}, "body": {"lead": {"notes": ""}}, "header": {}}
    assert placed(request, place_at("x", "body.lead.notes"), "t")["body"] == {"lead": {"notes": "t"}}
    assert placed(request, place_at("x", "query.file"), "t")["query"] == {"file": "t"}
    assert placed(request, place_at("x", "path.id"), "t")["path"] == {"id": "t"}
