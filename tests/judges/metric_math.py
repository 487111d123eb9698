"""CloudWatch's metric math as far as alarms over ratios need it, for one period. Pure.

Arithmetic, comparisons, AND, OR, IF, FILL, ABS, and SUM, MAX, MIN, AVG over a list. A value that is missing makes what
is computed of it missing, but for FILL and for the branch of IF that is not taken.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

from golive.verdict import Unobservable

Value = float | None
FUNCTIONS = frozenset({"IF", "FILL", "ABS", "SUM", "MAX", "MIN", "AVG"})
_ARITHMETIC: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Pow: operator.pow,
}  # fmt: skip
_COMPARISON: dict[type, Callable[[float, float], bool]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def names_in(expression: str) -> set[str]:
    """Return the ids that an expression is computed of.

    Raises:
        Unobservable: it can't be read.
    """
    return {n.id for n in ast.walk(_tree(expression)) if isinstance(n, ast.Name)} - FUNCTIONS


def calculate(expression: str, values: Mapping[str, Value]) -> Value:
    """Return what the expression comes to, None for missing.

    Raises:
        Unobservable: it uses what is not known here.
    """
    return _value(_tree(expression), values)


def _tree(expression: str) -> ast.expr:
    text = re.sub(r"\bAND\b|&&", " and ", re.sub(r"\bOR\b|\|\|", " or ", expression)).replace("^", "**").strip()
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        raise Unobservable(f"expression {expression!r} can't be read") from None


def _value(node: ast.expr, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            found = _value(inner, values)
            return None if found is None else -found
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(op, _value(left, values), _value(right, values))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISON:
            a, b = _value(left, values), _value(right, values)
            return None if a is None or b is None else float(_COMPARISON[type(op)](a, b))
        case ast.BoolOp(op=op, values=parts):
            found_all = [_value(p, values) for p in parts]
            if any(v is None for v in found_all):
                return None
            return float((all if isinstance(op, ast.And) else any)(found_all))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, arguments, values)
    raise Unobservable(f"metric math can't be replayed: {ast.unparse(node)}")


def _binary(op: ast.operator, a: Value, b: Value) -> Value:
    if a is None or b is None:
        return None
    if isinstance(op, ast.Div):
        return a / b if b else None  # CloudWatch drops the point
    if type(op) not in _ARITHMETIC:
        raise Unobservable(f"metric math has no {type(op).__name__} here")
    return _ARITHMETIC[type(op)](a, b)


def _call(name: str, arguments: list[ast.expr], values: Mapping[str, Value]) -> Value:
    match name, arguments:
        case "IF", [condition, *branches] if len(branches) in (1, 2):
            known = _value(condition, values)
            if known is None:
                return None
            if known:
                return _value(branches[0], values)
            return _value(branches[1], values) if len(branches) == 2 else None
        case "FILL", [metric, filler]:
            found = _value(metric, values)
            return _value(filler, values) if found is None else found
        case "ABS", [inner]:
            found = _value(inner, values)
            return None if found is None else abs(found)
        case (("SUM" | "MAX" | "MIN" | "AVG"), [ast.List(elts=parts)]):
            there = [v for p in parts if (v := _value(p, values)) is not None]
            if not there:
                return None
            mean = sum(there) / len(there)
            return {"SUM": sum(there), "MAX": max(there), "MIN": min(there), "AVG": mean}[name]
    raise Unobservable(f"metric math can't be replayed: {name} with {len(arguments)} arguments")
