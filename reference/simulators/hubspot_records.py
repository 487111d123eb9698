"""One kind of a HubSpot portal's records: validated by its properties, unique where they are, archived when deleted."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

Thing = dict[str, Any]
MAIL = "48190"
"""Id of the subscription to marketing mail. Who ended it has the property `hs_email_optout_48190`."""
PIPELINE = ("appointmentscheduled", "qualifiedtobuy", "contractsent", "closedwon", "closedlost")
_TEXT, _UNIQUE, _YES_NO = ("string", False), ("string", True), ("bool", False)
PROPERTIES = {
    "contacts": {
        "email": _UNIQUE, "work_email": _TEXT, "firstname": _TEXT, "lastname": _TEXT, "company": _TEXT, "phone": _TEXT,
        "hs_email_optout": _YES_NO, f"hs_email_optout_{MAIL}": _YES_NO, "lead_source": _TEXT, "utm_source": _TEXT,
        "utm_medium": _TEXT, "utm_campaign": _TEXT, "marketing_consent": _YES_NO,
    },
    "deals": {
        "dealname": _TEXT, "dealstage": _TEXT, "pipeline": _TEXT, "amount": _TEXT, "plan": _TEXT,
        "lead_reference": _UNIQUE,
    },
}  # fmt: skip
"""Kind to its properties' types, and whether no two records have the same value."""
SHOWN = {"contacts": ("firstname", "lastname", "email"), "deals": ("dealname", "dealstage", "pipeline", "amount")}
LISTENED = {"contacts": (f"hs_email_optout_{MAIL}",), "deals": ("dealstage",)}
"""The properties of whose changes the app wants to hear."""
EMAIL = re.compile(r"[^@\s.]+(?:\.[^@\s.]+)*@[^@\s.]+(?:\.[^@\s.]+)+")
_IDS = itertools.count(51_001_000_001)


class WrongError(Exception):
    """A refusal with its HTTP status; `details` stand in the body beside the message."""

    def __init__(self, status: int, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status, self.details = status, details


class Records:
    """`changed(kind, id, property, value)` is called with each change of a record that was there before."""

    def __init__(self, kind: str, changed: Callable[[str, str, str, str], None]) -> None:
        self.kind, self._changed = kind, changed
        self.known = PROPERTIES[kind]
        self.kept: dict[str, Thing] = {}
        self.linked: dict[str, list[str]] = {}
        """Id to the ids of the contacts that it belongs to."""

    @staticmethod
    def now() -> str:
        return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"

    def shown(self, record: Thing, properties: Iterable[str]) -> Thing:
        """A copy with the default properties and these; those that are not there are null, unknown ones are left out.

        Every record has its id and times among them.
        """
        held = record["properties"]
        names = [*SHOWN[self.kind], *(name for name in properties if name in self.known)]
        times = {"hs_object_id": record["id"], "createdate": record["createdAt"], "lastmodifieddate": held["changed"]}
        return {
            "id": record["id"], "properties": {name: held.get(name) for name in names} | times,
            "createdAt": record["createdAt"], "updatedAt": held["changed"], "archived": False,
        }  # fmt: skip

    def one(self, id_: str, by: str | None = None) -> Thing:
        """The record of an id, or of the value of a unique property. Raises WrongError: 404, 400."""
        if by and by != "hs_object_id":
            if not self.known.get(by, _TEXT)[1]:
                raise WrongError(400, f'Property "{by}" is not unique or does not exist')
            found = self._holder(by, id_)
        else:
            found = self.kept.get(id_)
        if found is None:
            raise WrongError(404, "resource not found")
        return found

    def _holder(self, name: str, value: str) -> Thing | None:
        wanted = value.lower()
        return next((r for r in self.kept.values() if str(r["properties"].get(name) or "").lower() == wanted), None)

    def make(self, properties: Thing) -> Thing:
        self._require(properties, None)
        at = self.now()
        record: Thing = {"id": str(next(_IDS)), "createdAt": at, "properties": {"changed": at}}
        record["properties"] |= _written(properties)
        self.kept[record["id"]] = record
        return self.shown(record, properties)

    def change(self, record: Thing, properties: Thing) -> Thing:
        self._require(properties, record)
        held, written = record["properties"], _written(properties)
        news = {name: value for name, value in written.items() if held.get(name) != value}
        held |= {**written, "changed": self.now()}
        for name, value in news.items():
            self._changed(self.kind, record["id"], name, value)
        return self.shown(record, properties)

    def upsert(self, by: str | None, id_: str, properties: Thing) -> Thing:
        """Change the record whose unique property has the value, or make one that has it."""
        if by and not self.known.get(by, _TEXT)[1]:
            raise WrongError(400, f'Property "{by}" is not unique or does not exist')
        found = self._holder(by, id_) if by else self.kept.get(id_)
        if found is None:
            return self.make({by: id_, **properties} if by else properties) | {"new": True}
        return self.change(found, properties) | {"new": False}

    def archive(self, id_: str) -> None:
        self.kept.pop(id_, None)

    def search(self, groups: list[Thing], properties: Iterable[str]) -> list[Thing]:
        """Those that hold for all filters of one of the groups, the oldest first. Raises WrongError."""
        filters = [list(g.get("filters") or []) for g in groups]
        for name in (f.get("propertyName") for each in filters for f in each):
            if name not in self.known:
                raise WrongError(400, f"There was a problem with the request: {name} is no property to filter by")
        return [
            self.shown(record, properties)
            for record in self.kept.values()
            if not filters or any(all(self._holds(record, f) for f in each) for each in filters)
        ]

    def _holds(self, record: Thing, condition: Thing) -> bool:
        value = str(record["properties"].get(condition.get("propertyName")) or "").lower()
        given = str(condition.get("value") or "").lower()
        match condition.get("operator"):
            case "EQ":
                return value == given
            case "NEQ":
                return value != given
            case "IN":
                return value in [str(each).lower() for each in condition.get("values") or []]
            case "CONTAINS_TOKEN":
                return given.strip("*") in value
            case "HAS_PROPERTY":
                return bool(value)
            case "NOT_HAS_PROPERTY":
                return not value
        raise WrongError(400, f"Invalid operator {condition.get('operator')}")

    def _require(self, properties: Thing, own: Thing | None) -> None:
        """Raises WrongError for unknown properties, values of another kind, and values that another record has."""
        wrong = []
        for name, value in properties.items():
            if name not in self.known:
                wrong.append((name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
            elif name == "email" and value and not EMAIL.fullmatch(str(value)):
                wrong.append((name, "INVALID_EMAIL", f"Email address {value} is invalid"))
            elif self.known[name] == _YES_NO and str(value).lower() not in ("", "true", "false"):
                wrong.append((name, "INVALID_OPTION", f"{value} was not one of the allowed options: [true, false]"))
            elif name == "dealstage" and value not in PIPELINE:
                wrong.append((name, "INVALID_OPTION", f"{value} was not one of the allowed options: {list(PIPELINE)}"))
        if wrong:
            said = [{"isValid": False, "message": m, "error": e, "name": n, "localizedErrorMessage": m}
                    for n, e, m in wrong]  # fmt: skip
            context = [{"message": m, "code": e, "context": {"propertyName": [n]}} for n, e, m in wrong]
            raise WrongError(400, f"Property values were not valid: {json.dumps(said)}", errors=context)
        for name, value in properties.items():
            holder = self._holder(name, str(value)) if value and self.known[name][1] else None
            if holder is None or holder is own:
                continue
            if name == "email":
                raise WrongError(409, f"Contact already exists. Existing ID: {holder['id']}")
            raise WrongError(
                400,
                f"Cannot set PropertyValueCoordinates{{propertyName={name}}}. {holder['id']} already has that value.",
            )


def _written(properties: Thing) -> Thing:
    """Every value is kept as text; addresses in lower case."""
    texts = {n: str(v).lower() if isinstance(v, bool) else "" if v is None else str(v) for n, v in properties.items()}
    return {name: text.lower() if name == "email" else text for name, text in texts.items()}
