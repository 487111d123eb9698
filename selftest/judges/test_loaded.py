"""Reading where files are, in whatever way a column says it."""

from __future__ import annotations

import pytest

from fixtures.postgres.loaded import file_key, split_column
from golive.verdict import NotConfigured


@pytest.mark.parametrize(
    "place",
    [
        "users/1/a b.wav",
        "/users/1/a b.wav",
        "s3://files/users/1/a b.wav",
        "https://files.s3.us-east-1.amazonaws.com/users/1/a%20b.wav",
        "https://s3.us-east-1.amazonaws.com/files/users/1/a%20b.wav?versionId=3",
    ],
)
def test_a_key_is_found_in_urls_of_each_style(place: str) -> None:
    assert file_key(place, "files") == "users/1/a b.wav"


def test_a_column_is_named_with_its_table() -> None:
    assert split_column("orders.file") == ("orders", "file")
    with pytest.raises(NotConfigured):
        split_column("orders")
