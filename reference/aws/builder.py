"""Builds an account from its data: a small interpreter of `accounts/*.toml`.

    [[step]]
    do = "rds.CreateDBInstance"                     service.Operation of the SDK
    with = { DBInstanceIdentifier = "${name}" }     its parameters
    json = ["PolicyDocument"]                       parameters that are sent as JSON text
    save = { writer = "DBInstance.DBInstanceArn" }  values from the answer, by dotted path
    append = { subnets = "Subnet.SubnetId" }        the same, onto a list
    each = "${zones}"                               once for every item, as `${each}` and `${index}`, or so many times
    region = "${recovery_region}"                   another region than the account's
    when = "${replica}"                             left out when this is false or empty

`${a.b}` is a value; alone in a string it keeps its type. `${arn|after:/}` is what follows the last `/` in it.
Instead of `do`: `record = "collection"` adds `with` to the records of our own operations, `amend = {...}` is an
Amendment, and `model = "service/collection/key"` sets attributes of an object of moto. `{ago = "4m"}` anywhere is
that long before now; in records and amendments it moves on. A file has `parts` (files that come first) and `[values]`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.aws.amendments import Amendment, get_path
from reference.aws.calls import GLOBAL, ApiError, Call
from reference.aws.moments import resolved

if TYPE_CHECKING:
    from reference.aws.application import Application

FOLDER = Path(__file__).parent / "accounts"
_NAME = re.compile(r"\$\{([^${}]+)\}")  # the innermost one first: `${key_${each}}`


class BuildError(Exception):
    """A step of an account's data failed; names the file, the step and why."""


@dataclass
class Builder:
    """Fills one account. `values` are what `${...}` sees; `save` adds to them."""

    application: Application
    account: str
    region: str
    values: dict[str, Any] = field(default_factory=dict)
    calls: int = 0

    def build(self, name: str) -> None:
        """Run `accounts/<name>.toml` with its parts. Raises BuildError."""
        data = _load(name)
        for key, value in data.get("values", {}).items():
            self.values.setdefault(key, value)
        for part in data.get("parts", []):
            self.build(f"parts/{part}")
        for number, step in enumerate(data.get("step", []), 1):
            for local in self._rounds(step):
                try:
                    self._run(step, local)
                except (ApiError, KeyError, TypeError, ValueError, IndexError) as error:
                    raise BuildError(
                        f"{name}.toml, step {number} ({step.get('do', step)}): {type(error).__name__}: {error}"
                    ) from error

    def _rounds(self, step: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        if "when" in step and not self.filled(step["when"], {}):
            return
        if "each" not in step:
            yield {}
            return
        items = self.filled(step["each"], {})
        for index, item in enumerate(range(items) if isinstance(items, int) else items):
            yield {"each": item, "index": index}

    def _run(self, step: Mapping[str, Any], local: dict[str, Any]) -> None:
        filled = self.filled({key: value for key, value in step.items() if key not in ("each", "when")}, local)
        if "amend" in filled:
            amendment = Amendment(account=self.account, **filled["amend"])
            self.application.state.amendments.append(amendment)
        elif "record" in filled:
            # Times in records stay as they are written and move on.
            self.application.state.add(self.account, filled["record"], filled["with"])
        elif "model" in filled:
            set_model(self.account, filled.get("region", self.region), filled["model"], resolved(filled["with"]))
        else:
            self._call(filled)

    def _call(self, step: Mapping[str, Any]) -> None:
        service, operation = step["do"].split(".")
        parameters = resolved(dict(step.get("with", {})))
        for name in step.get("json", []):
            parameters[name] = json.dumps(parameters[name])
        region = step.get("region", self.region) if service not in GLOBAL else "us-east-1"
        answer = self.application.invoke(Call(self.account, region, service, operation, parameters))
        self.calls += 1
        for name, path in step.get("save", {}).items():
            found = get_path(answer, path)
            if found is None:
                raise KeyError(f"the answer has no {path}: {json.dumps(answer, default=str)[:400]}")
            self.values[name] = found
        for name, path in step.get("append", {}).items():
            self.values.setdefault(name, []).append(get_path(answer, path))

    def filled(self, value: Any, local: Mapping[str, Any]) -> Any:
        """`value` with its references replaced. Raises KeyError for an unknown name."""
        if isinstance(value, str):
            while match := _NAME.search(value):
                found = self._look(match[1], local)
                if match[0] == value:
                    return found
                value = value[: match.start()] + str(found) + value[match.end() :]
            return value
        if isinstance(value, Mapping):
            return {self.filled(key, local): self.filled(item, local) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item, local) for item in value]
        return value

    def _look(self, name: str, local: Mapping[str, Any]) -> Any:
        name, _, separator = name.partition("|after:")
        found = get_path({**self.values, **local}, name)
        if found is None:
            raise KeyError(f"no value named {name}")
        found = self.filled(found, local)
        return found.rpartition(separator)[2] if separator else found


def find_model(account: str, region: str, path: str) -> Any:
    """An object of moto itself: `rds/database_snapshots/<id>` names a backend, then an attribute, then a key.

    For what moto filters or sorts by, where laying it over the answer would come too late. Raises KeyError,
    AttributeError.
    """
    from moto.backends import get_backend

    service, *steps = path.split("/", 2)
    backends = get_backend(service)[account]  # type: ignore[call-overload]
    thing: Any = backends[region if region in backends else "aws"]
    for step in steps:
        thing = thing[step] if isinstance(thing, Mapping) else getattr(thing, step)
    return thing


def set_model(account: str, region: str, path: str, attributes: Mapping[str, Any]) -> None:
    """Set attributes of an object of moto; they must exist. Raises KeyError, AttributeError."""
    thing = find_model(account, region, path)
    for name, value in attributes.items():
        if not hasattr(thing, name):
            raise AttributeError(f"{path} has no attribute {name}")
        setattr(thing, name, value)


def _load(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise BuildError(f"{name}.toml: {error}") from error
