"""logs:TestMetricFilter, for filters over JSON events: which of some messages a filter pattern sees.

Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters", JSON.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from reference.aws.calls import ApiError
from reference.aws.operations.world import Answer, Own, World

Test = Callable[[Any], bool]
_TOKEN = re.compile(r'\s*(&&|\|\||\(|\)|!=|>=|<=|=|>|<|"[^"]*"|\$[\w.\[\]*-]+|[\w.*-]+)')
_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
_MISSING = object()


def test_metric_filter(world: World) -> Answer:
    p = world.call.parameters
    fits = compiled(str(p["filterPattern"]))
    matches = []
    for number, message in enumerate(p["logEventMessages"], 1):
        try:
            event = json.loads(message)
        except ValueError:
            continue
        if fits(event):
            matches.append({"eventNumber": number, "eventMessage": message, "extractedValues": {}})
    return {"matches": matches}


def compiled(pattern: str) -> Test:
    """The test that a JSON pattern stands for. Raises ApiError for one that is none."""
    inner = pattern.strip()
    if not (inner.startswith("{") and inner.endswith("}")):
        raise _wrong(pattern)
    text, tokens, at = inner[1:-1].strip(), list[str](), 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _wrong(pattern)
        tokens.append(found[1])
        at = found.end()
    try:
        test = _either(tokens)
    except IndexError:
        raise _wrong(pattern) from None
    if tokens:
        raise _wrong(pattern)
    return test


def _either(tokens: list[str]) -> Test:
    tests = [_both(tokens)]
    while tokens and tokens[0] == "||":
        tokens.pop(0)
        tests.append(_both(tokens))
    return lambda event: any(test(event) for test in tests)


def _both(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens and tokens[0] == "&&":
        tokens.pop(0)
        tests.append(_one(tokens))
    return lambda event: all(test(event) for test in tests)


def _one(tokens: list[str]) -> Test:
    first = tokens.pop(0)
    if first == "(":
        inside = _either(tokens)
        if tokens.pop(0) != ")":
            raise _wrong("(")
        return inside
    sign = tokens.pop(0)
    if sign == "NOT":
        tokens.pop(0)
        return lambda event: _at(event, first) is _MISSING
    wanted = tokens.pop(0)
    if sign == "IS":
        word = {"TRUE": True, "FALSE": False, "NULL": None}[wanted]
        return lambda event: _at(event, first) is word
    if sign in _NUMBERS:
        return lambda event: isinstance(v := _at(event, first), (int, float)) and _NUMBERS[sign](v, float(wanted))
    text = wanted.strip('"')
    return lambda event: (v := _at(event, first)) is not _MISSING and fnmatchcase(str(v), text) is (sign == "=")


def _at(event: Any, path: str) -> Any:
    for name in path.removeprefix("$.").split("."):
        if not isinstance(event, dict) or name not in event:
            return _MISSING
        event = event[name]
    return event


def _wrong(pattern: str) -> ApiError:
    return ApiError("InvalidParameterException", f"Invalid metric filter pattern: {pattern}")


OWN: dict[str, Own] = {"logs.TestMetricFilter": test_metric_filter}
