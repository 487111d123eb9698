"""Reads a settings class (pydantic) without running it: which variables must be set. Pure."""

from __future__ import annotations

import ast


def required_fields(source: str, name: str) -> list[str]:
    """Return the fields of class `name` in Python text that have no default, in order.

    Bases in the same text are looked at too. `Field(...)` and `Field()` without a default count as none; an alias
    (`alias=`, `validation_alias=`) is the variable's name instead of the field's.

    Raises:
        ValueError: the text is not Python, has no such class, or the class needs nothing at all.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"is not Python: line {error.lineno}") from None
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    if name not in classes:
        raise ValueError(f"has no class {name}, only {', '.join(classes) or 'none'}")
    found: dict[str, str | None] = {}
    for node in _lineage(classes[name], classes):
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                found[statement.target.id] = _variable(statement.target.id, statement.value, statement.annotation)
    required = [variable for variable in found.values() if variable]
    if not required:
        raise ValueError(f"class {name} needs no variable: is it the settings of the API?")
    return required


def _lineage(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """The class after its bases, so that it overrides them."""
    before = [
        c
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in classes
        for c in _lineage(classes[base.id], classes)
    ]
    return [*before, node]


def _variable(field: str, value: ast.expr | None, annotation: ast.expr) -> str | None:
    """The name of the variable that the field needs, None when it has a default or is no field."""
    if "ClassVar" in ast.unparse(annotation) or field.startswith(("_", "model_")):
        return None
    if value is None:
        return field
    if not (isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "Field"):
        return field if isinstance(value, ast.Constant) and value.value is ... else None
    given = {k.arg: k.value for k in value.keywords}
    first = value.args[0] if value.args else given.get("default")
    if (
        first is not None and not (isinstance(first, ast.Constant) and first.value is ...)
    ) or "default_factory" in given:
        return None
    alias = given.get("validation_alias") or given.get("alias")
    return str(alias.value) if isinstance(alias, ast.Constant) else field
