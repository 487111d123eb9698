"""Sets of documents, judged on made-up ones."""

from __future__ import annotations

from fixtures.documents.markdown import read
from tests.judges.document_set import broken_links, disagreements, distinct, unfinished
from tests.judges.help_topics import other_version, titled, topics

KNOWN = {"docs/a.md": read("# A\n\n## The end\n\nSee [b](sub/b.md#part-one).\n"), "docs/sub/b.md": read("# Part one\n")}


def _broken(text: str) -> list[str]:
    return broken_links("docs/a.md", read(text), KNOWN.get, KNOWN.__contains__)


def test_links() -> None:
    assert _broken("[b](sub/b.md#part-one) [out](https://x.com/) [top](/guide) [b](./sub/../sub/b.md)") == []
    assert _broken("[b](b.md)") == ["docs/a.md links to docs/b.md, which is not there"]
    assert _broken("[b](sub/b.md#two)") == ["docs/a.md links to docs/sub/b.md#two, and there is no such heading"]
    assert _broken("[end](#the-end)") == []


def test_promises_that_differ() -> None:
    first, second = read("RTO: 4 hours.\n\nOn-call contact: Ann."), read("An RTO of 240 min\n\nOn-call contact: ann")
    assert disagreements({"a": first, "b": second}) == []
    other = read("RTO: 2 h\n\nOn-call contact: Bo")
    assert disagreements({"a": first, "c": other}) == [
        "the RTO differs: a says 240 min, c says 120 min", "the on-call contact differs: a says ann, c says bo",
    ]  # fmt: skip


def test_unfinished_documents() -> None:
    assert (
        unfinished(read("# A\n\nSomething that is said at length, so that it is a document of its own kind."), "2.0")
        == []
    )
    assert unfinished(read("# A\n"), "2.0") == ["is missing"]
    assert unfinished(read("# A\n\nTODO"), "2.0") == ["says only 'TODO'"]
    assert distinct(["a.md#B", "a.md", "c.md"]) == ["a.md", "c.md"]


def test_topics_of_help() -> None:
    (topic,) = topics(read("| topic | article | search |\n|---|---|---|\n| Calls | No sound | |\n| Leads | | |\n"))
    assert (topic.search, titled([("/1", "no  Sound"), ("/2", "Sound")], topic.article)) == ("Calls", "/1")
    assert [other_version(text, "1.4.0") for text in ("For version 1.2", "Version 2", "")] == ["", "2", ""]
