"""The target file: the examples load and are complete, and whatever is wrong with one is said in one clear message."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from golive import redaction
from golive.catalogue import load_catalogue
from golive.secrets import SCHEMES
from golive.target import Target, TargetError, load_target
from golive.target.product import ProductTarget

TARGETS = Path(__file__).parents[2] / "targets"
PRODUCTS = ("aurastudio", "seiketsu")


def example_text(product: str) -> str:
    return (TARGETS / f"{product}.example.toml").read_text()


def problem(folder: Path, text: str) -> str:
    """What loading `text` as a target file complains about."""
    path = folder / "wrong.toml"
    path.write_text(text)
    with pytest.raises(TargetError) as caught:
        load_target(path).apply_limits(load_catalogue())
    return str(caught.value)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def sections(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A section and those below it."""
    found, new = set[type[BaseModel]](), {model}
    while new:
        found |= new
        new = {
            part for known in new for field in known.model_fields.values() for part in models(field.annotation)
        } - found
    return found


@pytest.mark.parametrize("product", PRODUCTS)
def test_example_loads(product: str) -> None:
    target = load_target(TARGETS / f"{product}.example.toml")
    assert list(target.products) == [product]
    assert target.allow == ["reads"]
    target.apply_limits(load_catalogue())


@pytest.mark.parametrize("product", PRODUCTS)
def test_example_holds_no_secret(product: str) -> None:
    """Every secret of an example is a reference to an environment variable of the product."""
    for name in re.findall(rf'"((?:{"|".join(SCHEMES)}):[^"]*)"', example_text(product)):
        assert re.fullmatch(rf"env:{product.upper()}_[A-Z_]+", name), name


def test_examples_show_every_key() -> None:
    """Each key of the schema stands in an example, set or as a comment with a value."""
    text = "\n".join(example_text(product) for product in PRODUCTS)
    for model in sections(Target):
        for key in model.model_fields:
            shown = re.search(rf"(?m)\b{key} = |^#? ?\[+(\w+\.)*{key}[\].]", text)
            assert shown, f"{model.__name__}.{key} is in no example"


def test_the_users_page_has_every_key() -> None:
    """docs/target.md: each section of the schema is a table whose rows are its keys, all of them and no others."""
    page = (TARGETS.parent / "docs" / "target.md").read_text()
    tables = [set(re.findall(r"(?m)^\| `(\w+)` \|", block)) for block in page.split("| key | default | meaning |")[1:]]
    for model in sections(Target) - {ProductTarget}:
        keys = set(model.model_fields)
        nearest = max(tables, key=lambda table: len(table & keys) - len(table ^ keys))
        assert nearest == keys, f"docs/target.md, {model.__doc__}: missing {keys - nearest}, unknown {nearest - keys}"


def test_examples_name_lines_that_exist() -> None:
    ids = {line.id for line in load_catalogue()}
    for product in PRODUCTS:
        for name in re.findall(r"\b(?:AURA|SEI)-[\d.]*\d", example_text(product)):
            assert name in ids, name


def test_both_products_share_the_words() -> None:
    """Where both products have a call or a field of one meaning, it has one word: sign_in gives `token` in both."""
    both = [load_target(TARGETS / f"{product}.example.toml").product(product).api for product in PRODUCTS]
    first, second = (api.operations for api in both if api is not None)
    shared = first.keys() & second.keys()
    assert {"health", "health_deep", "version", "sign_in", "sign_up", "refresh", "sign_out", "profile"} <= shared
    for word in ("sign_in", "refresh"):
        assert {"token", "refresh_token"} <= first[word].fields.keys() & second[word].fields.keys()


def changed(product: str, *replacements: tuple[str, str]) -> str:
    text = example_text(product)
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("allow = [", "alow = [", ["alow: unknown key", "did you mean 'allow'?"]),
        ("[budget]", "[budgt]", ["budgt: unknown key", "did you mean 'budget'?"]),
        ("paid_calls = 40", "paid_cals = 40", ["budget.paid_cals: unknown key", "did you mean 'paid_calls'?"]),
        ("[aurastudio.redis]", "[aurastudio.redsi]", ["aurastudio.redsi: unknown key", "did you mean 'redis'?"]),
        ("[aurastudio.aws.ecs]", "[aurastudio.aws.esc]", ["aurastudio.aws.esc: unknown key", "did you mean 'ecs'?"]),
        ("dimensions = 1536", "dimension = 1536", ["aurastudio.postgres.vectors.0.dimension: unknown key", "did you mean 'dimensions'?"]),  # noqa: E501
        ('email = "golive-alice', 'mail = "golive-alice', ["aurastudio.api.identities.alice.mail: unknown key", "did you mean 'email'?"]),  # noqa: E501
        ("paid_calls = 40", 'paid_calls = "many"', ["budget.paid_calls", "number", "found 'many'"]),
        ('algorithm = "HS256"', "algorithm = 256", ["aurastudio.api.token.algorithm", "string", "found 256"]),
        ('version = "2.0.1"\n', "", ["aurastudio.release.version: is missing"]),
        ('account_id = "111122223333"', 'account_id = "1111"', ["aurastudio.aws.account_id", "found '1111'"]),
        ('provider = "google"', 'provider = "googel"', ["aurastudio.translation.provider", "'google' or 'deepl'", "found 'googel'"]),  # noqa: E501
        ('base_url = "https://api.app', 'base_url = "api.app', ["aurastudio.api.base_url", "https?", "found 'api.app.example.com'"]),  # noqa: E501
        ('probe_operation = "list_projects"', 'probe_operation = "list_project"', ["aurastudio.api", "'list_project' is not one of the operations"]),  # noqa: E501
        ('token = "$.access_token"', 'token = "access_token"', ["fields.token", "found 'access_token'"]),
        ('# "AURA-1.1.1.1/root_keys" = 0', '"AURA-1.1.1.1/nonsense" = 0', ['[limits] "AURA-1.1.1.1/nonsense"']),
        ('# "AURA-1.1.1.1/root_keys" = 0', '"AURA-9.9.9/x" = 0', ["AURA-9.9.9"]),
    ],
)  # fmt: skip
def test_a_mistake_is_explained(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    message = problem(tmp_path, changed("aurastudio", (old, new)))
    assert len(message.splitlines()) == 1, message
    for part in expected:
        assert part in message, message


def test_a_message_names_the_file(tmp_path: Path) -> None:
    assert str(tmp_path / "wrong.toml") in problem(tmp_path, "nam = 'x'")


def test_a_secret_in_the_clear_is_refused_and_not_repeated(tmp_path: Path) -> None:
    password = "correct-horse-battery"  # noqa: S105
    message = problem(tmp_path, changed("aurastudio", ('"env:AURASTUDIO_ALICE_PASSWORD"', f'"{password}"')))
    assert "aurastudio.api.identities.alice.password" in message
    assert "write env:NAME, file:PATH or aws-secret:ARN" in message
    assert password not in message
    assert password not in redaction.redact(f"anything that has {password}")


def test_a_product_twice_is_bad_toml(tmp_path: Path) -> None:
    message = problem(tmp_path, example_text("aurastudio") + '\n[aurastudio]\nenvironment = "staging"\n')
    assert "is not valid TOML" in message
    assert "aurastudio" in message


def test_no_product(tmp_path: Path) -> None:
    assert "add [aurastudio] or [seiketsu]" in problem(tmp_path, 'name = "nothing"\n')


def test_bad_toml_says_where(tmp_path: Path) -> None:
    message = problem(tmp_path, 'name = "x"\nallow = [\n[aurastudio\n')
    assert "is not valid TOML" in message
    assert "line 3" in message


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "production.toml").write_text("")
    with pytest.raises(TargetError, match=r"no such file; did you mean .*production\.toml\?"):
        load_target(tmp_path / "producton.toml")
    with pytest.raises(TargetError, match=r"see targets/\*\.example\.toml"):
        load_target(tmp_path / "elsewhere" / "x.toml")


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = tmp_path / "right.toml"
    path.write_text(changed("aurastudio", ('# ca_file = "ca.pem"     ', 'ca_file = "ca.pem"     ')))
    product = load_target(Path("..") / "right.toml").product("aurastudio")
    assert product.api is not None
    assert product.source is not None
    assert product.api.ca_file == str(tmp_path / "ca.pem")
    assert product.source.path == str(tmp_path.parent / "aurastudio")


def test_a_limit_of_the_document_stays(tmp_path: Path) -> None:
    """One of the checklist's own limits can't be overridden, and the message says what can be done instead."""
    line, limit = next(
        (line, limit)
        for line in load_catalogue()
        for limit in line.limits
        if limit.source == "document" and line.id.startswith("AURA")
    )
    override = ('# "AURA-1.1.1.1/root_keys" = 0', f'"{line.id}/{limit.name}" = 1')
    message = problem(tmp_path, changed("aurastudio", override))
    assert f'[limits] "{line.id}/{limit.name}"' in message
    assert "is the document's limit" in message
    assert "waiver" in message


def test_a_default_limit_can_be_set(tmp_path: Path) -> None:
    """One of ours takes the target's value, and says so."""
    line, limit = next(
        (line, limit)
        for line in load_catalogue()
        for limit in line.limits
        if limit.source == "default"
        and limit.op == "<="
        and limit.value != 0
        and line.waivable
        and line.id.startswith("AURA")
    )
    path = tmp_path / "right.toml"
    path.write_text(changed("aurastudio", ('# "AURA-1.1.1.1/root_keys" = 0', f'"{line.id}/{limit.name}" = 7')))
    changed_limit = load_target(path).apply_limits(load_catalogue())[line.id].limit(limit.name)
    assert changed_limit.value == 7
    assert changed_limit.overridden


SECTIONS = sorted(
    {
        (name, key)
        for name, field in ProductTarget.model_fields.items()
        for model in models(field.annotation)
        for key in model.model_fields
    }
)


@st.composite
def typos(draw: st.DrawFn) -> tuple[str, str, str]:
    """A section, one of its keys, and the key with one letter left out, doubled, or two swapped."""
    section, key = draw(st.sampled_from([(s, k) for s, k in SECTIONS if len(k) > 4]))
    at = draw(st.integers(0, len(key) - 2))
    letters = [key[:at] + key[at + 1 :], key[: at + 1] + key[at:], key[:at] + key[at + 1] + key[at] + key[at + 2 :]]
    return section, key, draw(st.sampled_from(letters))


@given(typos())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_nearest_key_is_suggested(tmp_path: Path, typo: tuple[str, str, str]) -> None:
    section, key, wrong = typo
    known = [k for s, k in SECTIONS if s == section]
    if wrong in known or get_close_matches(wrong, known, 1) != [key]:
        return
    target = {"name": "x", "aurastudio": {"release": {"version": "1", "commit": "0" * 40}, section: {wrong: "x"}}}
    if section == "release":
        target["aurastudio"]["release"][wrong] = "x"  # type: ignore[index]
    message = problem(tmp_path, tomlkit.dumps(target))
    assert f"aurastudio.{section}.{wrong}: unknown key; did you mean {key!r}?" in message


def test_the_examples_are_valid_toml_for_others() -> None:
    """No table is declared twice, which some readers let pass."""
    for product in PRODUCTS:
        assert tomlkit.parse(example_text(product)).unwrap() == tomllib.loads(example_text(product))
