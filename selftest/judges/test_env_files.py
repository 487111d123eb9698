from __future__ import annotations

import pytest

from fixtures.source.env_files import assignments, is_env_file, is_template
from tests.judges.env_files import values_in


@pytest.mark.parametrize(
    ("path", "env", "template"),
    [
        (".env", True, False),
        ("web/.env.production", True, False),
        ("web/.env.local", True, False),
        (".env.example", True, True),
        ("api/.env.production.sample", True, True),
        ("docker/api.env", True, False),
        ("docs/environment.md", False, False),
        ("src/env.py", False, False),
        ("web/next-env.d.ts", False, False),
    ],
)
def test_names(path: str, env: bool, template: bool) -> None:
    assert (is_env_file(path), is_template(path)) == (env, template)


def test_assignments_as_a_shell_reads_them() -> None:
    text = "# A=1\nA=\nB = 'x # y'\nexport C=plain # said\nD=#\nno line\n"
    assert assignments(text) == {"A": "", "B": "x # y", "C": "plain", "D": ""}


def test_a_template_may_say_what_is_no_secret() -> None:
    variables = {
        "LOG_LEVEL": "INFO",
        "JWT_SECRET_KEY": "change-me",
        "API_KEY": "",
        "OPENAI_API_KEY": "sk-9fQ2xT7LmZ4vB8c",
    }
    assert values_in(variables, template=True) == ["OPENAI_API_KEY"]


def test_any_other_file_has_to_be_empty() -> None:
    assert values_in({"LOG_LEVEL": "INFO", "A": ""}, template=False) == ["LOG_LEVEL"]
