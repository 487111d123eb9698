"""A linter that does not look for what is dangerous: no rules, rules for some files, comments, folders left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.source import file_with, folder_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, RULES = "AURA-8.1.1.2", "source:aurastudio:lint"
BANNER = """// As the campaign tool gives it.
export function banner(place, text) {
  place.innerHTML = text;COMMENT
}
"""


@contextmanager
def _configured(deployment: Deployment, change: Callable[[str], str]) -> Iterator[None]:
    """Inside the block the configuration is another one."""
    path = folder_of(deployment) / "web" / "eslint.config.mjs"
    before = path.read_text()
    path.write_text(change(before))
    try:
        yield
    finally:
        path.write_text(before)


def _with_block(block: str) -> Callable[[str], str]:
    return lambda text: text.replace("\n];\n", f"\n  {block},\n];\n")


@fault(
    name="aura-lint-without-security",
    breaks="the plugin with the security rules is gone from the linter's configuration",
    fails=[LINE],
    message=r"unreported samples is \d+.*an expression that takes for ever in web/",
    touches=RULES,
)
def without_security(deployment: Deployment) -> Iterator[None]:
    lines = (
        'import security from "eslint-plugin-security";\n',
        "      ...errors(security.configs.recommended.rules),\n",
    )

    def without(text: str) -> str:
        for line in lines:
            text = text.replace(line, "")
        return text.replace("react, security }", "react }")

    with _configured(deployment, without):
        yield


@fault(
    name="aura-lint-off-for-components",
    breaks="all plugins are there, and a later block turns their rules off for .tsx files",
    fails=[LINE],
    message=r"unreported samples is 3, want == 0.*becomes markup in web/src/project\.tsx",
    touches=RULES,
    hard=True,
)
def off_for_components(deployment: Deployment) -> Iterator[None]:
    names = ("no-unsanitized/method", "no-unsanitized/property", "react/no-danger")
    rules = ", ".join(f'"{name}": "off"' for name in names)
    with _configured(deployment, _with_block(f'{{ files: ["**/*.tsx"], rules: {{ {rules} }} }}')):
        yield


@fault(
    name="aura-lint-only-warns",
    breaks="the security rules are on, as warnings, which let every build pass",
    fails=[LINE],
    message=r"unreported samples is \d+.*an expression that takes for ever in web/",
    touches=RULES,
    hard=True,
)
def only_warns(deployment: Deployment) -> Iterator[None]:
    with _configured(deployment, lambda t: t.replace("errors(security.configs.recommended.rules)", _WARNING)):
        yield


_WARNING = "security.configs.recommended.rules"


@fault(
    name="aura-lint-silenced",
    breaks="a comment silences the rule where a text becomes markup",
    fails=[LINE],
    message=r"errors is 1, want == 0.*web/src/banner\.js:3 no-unsanitized/property",
    touches="source:aurastudio:code:banner",
    hard=True,
)
def silenced(deployment: Deployment) -> Iterator[None]:
    text = BANNER.replace("COMMENT", " // eslint-disable-line -- campaign")
    with file_with(folder_of(deployment) / "web" / "src" / "banner.js", text):
        yield


@fault(
    name="aura-lint-leaves-a-folder-out",
    breaks="the configuration leaves out the folder in which a text becomes markup",
    fails=[LINE],
    message=r"\Aweb/campaign/banner\.js is left out by the configuration\. [^\n]*\Z",
    touches=RULES,
    hard=True,
)
def leaves_a_folder_out(deployment: Deployment) -> Iterator[None]:
    text = BANNER.replace("COMMENT", "")
    with (
        _configured(deployment, _with_block('{ ignores: ["campaign/**"] }')),
        file_with(folder_of(deployment) / "web" / "campaign" / "banner.js", text),
    ):
        yield
