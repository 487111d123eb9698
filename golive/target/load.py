"""Reads a target file. Bad input is one clear message: file, key, what was found, what is expected, the nearest key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from golive.catalogue import Catalogue, CatalogueError, Limit, Line
from golive.secrets import HOW, resolving
from golive.target.base import Section
from golive.target.product import ProductTarget
from golive.verdict import NotConfigured

Allowed = Literal["reads", "writes", "disrupts"]


class TargetError(Exception):
    """The target file can't be used. The message is meant for the person who wrote the file."""


class Budget(Section):
    """`[budget]`: what one run may spend."""

    paid_calls: float = Field(default=20, ge=0)
    """Calls to paid third parties."""
    calls_per_second: float = Field(default=50, gt=0)
    """To any one service."""


class Timeouts(Section):
    """`[timeouts]`, in seconds. No call waits longer."""

    connect: float = Field(default=3, gt=0)
    read: float = Field(default=10, gt=0)
    check: float = Field(default=60, gt=0)
    """One whole check, unless the check itself declares that it takes longer."""


class Target(Section):
    """A target file."""

    name: str = Field(min_length=1)
    allow: list[Allowed] = ["reads"]
    budget: Budget = Budget()
    timeouts: Timeouts = Timeouts()
    limits: dict[str, float | str | tuple[float, float]] = {}
    """`"LINE-ID/limit" = value`: this target's own value for one of our defaults."""
    aurastudio: ProductTarget | None = None
    seiketsu: ProductTarget | None = None

    @model_validator(mode="after")
    def _has_product(self) -> Target:
        if not self.products:
            raise ValueError(f"no product: add [{'] or ['.join(PRODUCTS)}]")
        return self

    @property
    def products(self) -> dict[str, ProductTarget]:
        """The products that are deployed here."""
        found = {name: getattr(self, name) for name in PRODUCTS}
        return {name: section for name, section in found.items() if section is not None}

    def product(self, name: str) -> ProductTarget:
        """Return one product's section.

        Raises:
            NotConfigured: the target does not deploy it.
        """
        if name not in self.products:
            raise NotConfigured(f"target {self.name} does not deploy {name}", f"Add [{name}] to the target file")
        return self.products[name]

    def apply_limits(self, catalogue: Catalogue) -> Catalogue:
        """Return the catalogue with this target's overrides.

        Raises:
            TargetError: an override names no limit, or would change a limit of the document.
        """
        overrides: dict[str, Limit] = {}
        for key, value in self.limits.items():
            line_id, _, name = key.partition("/")
            try:
                known = catalogue[line_id].limit(name)
            except (CatalogueError, LookupError) as error:
                raise TargetError(f'[limits] "{key}": {error}') from error
            if reason := _fixed(catalogue[line_id], known):
                raise TargetError(
                    f'[limits] "{key}": {known} {reason} and can\'t be overridden. '
                    f"Remove the key; a deviation is accepted by a signed waiver"
                )
            try:
                overrides[key] = Limit.model_validate(
                    {**known.model_dump(), "value": value, "overridden": True, "source": "default"}
                )
            except ValidationError as error:
                raise TargetError(f'[limits] "{key}": {error.errors()[0]["msg"]}') from error
        return catalogue.with_limits(overrides)


PRODUCTS = ("aurastudio", "seiketsu")


def _fixed(line: Line, limit: Limit) -> str:
    """Why a target may not set this limit, or nothing. None and all are no matter of taste, whoever wrote them down."""
    if limit.source == "document":
        return "is the document's limit"
    if not line.waivable:
        return f"belongs to {line.id}, which can't be waived,"
    if limit.op == "==" and (limit.value == 0 or (limit.value == 100 and limit.unit == "percent")):
        return "means none or all"
    return ""


def load_target(path: Path) -> Target:
    """Read and check the target file; secrets are taken as references and resolved when first used.

    Raises:
        TargetError: with all that is wrong, one line each.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        near = get_close_matches(path.name, [p.name for p in path.parent.glob("*.toml")], 1)
        hint = f"did you mean {path.parent / near[0]}?" if near else "see targets/*.example.toml for one to copy"
        raise TargetError(f"{path}: there is no such file; {hint}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(f"{path}: can't be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise TargetError(f"{path}: is not valid TOML: {error}") from error
    try:
        with resolving(path.parent):
            return Target.model_validate(raw)
    except ValidationError as error:
        problems = filter(None, (_explain(e, raw) for e in error.errors(include_url=False)))
        raise TargetError("\n".join(f"{path}: {p}" for p in problems)) from None


def _explain(error: ErrorDetails, raw: Mapping[str, Any]) -> str:
    """Say what is wrong in one line; nothing for a missing key that stands there misspelt, which is said itself."""
    loc = [str(part) for part in error["loc"]]
    key = ".".join(loc) or "(top)"
    if error["type"] == "extra_forbidden":
        known = _keys_at(loc[:-1])
        near = get_close_matches(loc[-1], known, 1, 0.6)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"{key}: unknown key; {hint}"
    if error["type"] == "missing":
        siblings, known = _found_at(raw, loc[:-1]), _keys_at(loc[:-1])
        unknown = [k for k in siblings if k not in known] if isinstance(siblings, Mapping) else []
        near = get_close_matches(loc[-1], unknown, 1, 0.6)
        if near and get_close_matches(near[0], known, 1, 0.6) == loc[-1:]:
            return ""
        return f"{key}: is missing" + (f"; is {near[0]!r} meant to be {loc[-1]!r}?" if near else "")
    if HOW in error["msg"]:
        return f"{key}: {error['msg'].removeprefix('Value error, ')}; found a value in the clear, or not a reference"
    found = error.get("input")
    shown = f"found {found!r}" if isinstance(found, (str, int, float, bool)) else f"found a {type(found).__name__}"
    return f"{key}: {error['msg'].removeprefix('Value error, ')}; {shown}"


def _found_at(raw: Any, loc: list[str]) -> Any:
    for part in loc:
        if isinstance(raw, list) and part.isdigit():
            raw = raw[int(part)]
        else:
            raw = raw.get(part) if isinstance(raw, Mapping) else None
    return raw


def _keys_at(loc: list[str]) -> list[str]:
    """The keys that the schema knows at a place."""
    here: Any = Target
    for part in loc:
        if isinstance(here, type) and issubclass(here, BaseModel):
            if part not in here.model_fields:
                return []
            here = here.model_fields[part].annotation
        else:  # a value of a dict or list, whose key is the user's own
            here = get_args(here)[-1] if get_args(here) else None
        here = _model_in(here)
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _model_in(annotation: Any) -> Any:
    args = [a for a in get_args(annotation) if a is not type(None)]
    return (
        args[0]
        if len(args) == 1 and not isinstance(annotation, type) and type(None) in get_args(annotation)
        else (annotation)
    )
