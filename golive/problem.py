"""What is wrong with a document that was read, in one line."""

from __future__ import annotations

from pydantic import ValidationError


def first_problem(error: ValidationError) -> str:
    """Return the first problem that pydantic found, such as `facts.lost: Field required`."""
    problem = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, problem['loc'])) or '(top)'}: {problem['msg']}"
