"""The catalogue: the real one is whole, and a broken one is one clear message."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from golive.catalogue import CatalogueError, Kind, load_catalogue
from golive.catalogue.load import Catalogue

HEAD = 'product = "made"\nprefix = "M"\nname = "Made up"\n'
GROUP = '\n[[line]]\nid = "M-1"\nkind = "group"\ntitle = "Backups"\n'
ITEM = """
[[line]]
id = "M-1.1"
kind = "item"
parent = "M-1"
title = "Backups are kept"
folder = "infra"
phase = "predeploy"
method = "probe"
max_age_hours = 24
limits = [{ name = "retention", op = ">=", value = 30, unit = "days", source = "document" }]
"""
SOUND = HEAD + GROUP + ITEM


def read(folder: Path, text: str) -> Catalogue:
    (folder / "made.toml").write_text(text, encoding="utf-8")
    return load_catalogue.__wrapped__(folder)


def test_the_real_catalogue_has_every_line() -> None:
    catalogue = load_catalogue()
    assert {p: len(catalogue.items(p)) for p in catalogue.products} == {"aurastudio": 354, "seiketsu": 223}
    assert len(catalogue.items()) == 577
    boxes = [x.id for x in catalogue if x.rolls_up]
    assert boxes == [f"AURA-14.{n}" for n in range(1, 11)]
    assert all(limit.unit for x in catalogue for limit in x.limits)
    assert Counter(x.kind for x in catalogue)[Kind.ITEM] == 577


def test_every_item_of_the_real_catalogue_stands_below_one_root() -> None:
    catalogue = load_catalogue()
    for product in catalogue.products:
        below = [x.id for root in catalogue.roots(product) for x in _items(catalogue, root.id)]
        assert sorted(below) == sorted(x.id for x in catalogue.items(product))


def _items(catalogue: Catalogue, line_id: str) -> list[object]:
    found: list[object] = []
    for child in catalogue.children(line_id):
        found += [child] if child.kind is Kind.ITEM else _items(catalogue, child.id)
    return found


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    catalogue = read(tmp_path, SOUND)
    assert list(catalogue.lines) == ["M-1", "M-1.1"]
    assert catalogue["M-1.1"].limit("retention").admits(30)
    with pytest.raises(LookupError, match="it has: retention"):
        catalogue["M-1.1"].limit("retentoin")
    with pytest.raises(CatalogueError, match=r"no line 'M-1.2', did you mean M-1.1\?"):
        catalogue["M-1.2"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "Backups are kept"', 'title = "Backups are kept"\nowner = "Kim"', "M-1.1: owner: Extra inputs"),
        ('name = "Made up"', 'name = "Made up"\nversion = 1', "the head needs just product, prefix and name"),
        ('id = "M-1.1"', 'id = "M-1"', "M-1 stands twice"),
        (', unit = "days"', "", r"M-1.1: limits.0.unit: Field required"),
        ('unit = "days"', 'unit = ""', r"M-1.1: limits.0.unit: String should have at least 1 character"),
        ('parent = "M-1"', 'parent = "M-7"', "M-1.1 refers to M-7, which does not exist"),
        ('parent = "M-1"', 'parent = "M-1.1"', "M-1.1 stands under the item M-1.1"),
        ('phase = "predeploy"\n', "", "M-1.1: an item needs phase"),
        ('phase = "predeploy"\n', 'phase = "someday"\n', "M-1.1: phase: Input should be"),
        ("max_age_hours = 24", "max_age_hours = 0", "M-1.1: max_age_hours: Input should be greater than 0"),
        ('title = "Backups"', 'title = "Backups"\nphase = "deploy"', "M-1: a group rolls up and has no folder, phase"),
        ('id = "M-1.1"', 'id = "X-1.1"', "the id does not start with M-"),
        ('id = "M-1.1"', 'id = "M-1.x"', "id: String should match"),
        ('kind = "group"', "kind = group", "made.toml: Invalid value"),
        ("value = 30", "value = true", "not true or false"),
        ("value = 30", "value = nan", "finite"),
        ("value = 30", 'value = "thirty"', "a word can only be compared by"),
        ("[[line]]\nid", "[line]\nid", "made.toml: Cannot"),
        ('title = "Backups"\n', 'title = "Backups"\nrolls_up = ["M-1.1"]\n', "only an item"),
        ('source = "document" }]', 'source = "document" }]\nrolls_up = ["M-1"]', "M-1.1 is rolled up into itself"),
    ],
)
def test_a_broken_file_is_one_message_that_names_file_line_and_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in SOUND
    with pytest.raises(CatalogueError, match=says) as caught:
        read(tmp_path, SOUND.replace(old, new, 1) if old != "[[line]]\nid" else SOUND.replace(old, new))
    assert "made.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_limits_of_one_name_and_a_group_with_limits(tmp_path: Path) -> None:
    limit = '{ name = "retention", op = "<", value = 90, unit = "days", source = "default" }'
    with pytest.raises(CatalogueError, match=r"M-1.1: .*two limits have the same name"):
        read(tmp_path, SOUND.replace('"document" }]', f'"document" }}, {limit}]'))
    with pytest.raises(CatalogueError, match="M-1: a group rolls up"):
        read(tmp_path, HEAD + GROUP + f"limits = [{limit}]\n" + ITEM)


def test_one_id_in_two_files_and_a_folder_without_any(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no catalogue"):
        load_catalogue.__wrapped__(tmp_path)
    (tmp_path / "other.toml").write_text(SOUND.replace('"made"', '"other"'), encoding="utf-8")
    with pytest.raises(CatalogueError, match="M-1 stands twice"):
        read(tmp_path, SOUND)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "made.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=r"made\.toml"):
        load_catalogue.__wrapped__(tmp_path)


def test_a_file_without_lines(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no lines"):
        read(tmp_path, HEAD)
