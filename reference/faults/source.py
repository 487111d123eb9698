"""What should not be in the repository: weak constructions, environment files, credentials."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.describe.checkout import git
from reference.faults import fault

if TYPE_CHECKING:
    from pathlib import Path

    from reference.deployment import Deployment

PRODUCT = "aurastudio"
WEAK, ENV, LEAK = "AURA-2.1.2.2", "AURA-2.2.2.4", "AURA-2.2.2.3"
SHELL = '''"""Thumbnails of uploads."""

import subprocess


def thumbnail(name: str) -> None:
    subprocess.call(f"convert {name} {name}.png", shell=True)MARK
'''


def folder_of(deployment: Deployment, product: str = PRODUCT) -> Path:
    """The product's checkout."""
    return deployment.settings.part_folder("source") / product


@contextmanager
def file_with(path: Path, text: str) -> Iterator[None]:
    """Inside the block a file that was not there is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    try:
        yield
    finally:
        path.unlink()


@contextmanager
def committed(folder: Path, files: dict[str, str], *, then_removed: bool = False) -> Iterator[None]:
    """Inside the block files were committed (and perhaps removed by one more commit); after it they never were."""
    before = git(folder, "rev-parse", "HEAD").strip()
    kept = {name: (folder / name).read_text() for name in files if (folder / name).exists()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    try:
        git(folder, "add", "--force", "--", *files)
        git(folder, "commit", "--quiet", "--message", "Add settings", "--", *files)
        if then_removed:
            git(folder, "rm", "--quiet", "--", *files)
            git(folder, "commit", "--quiet", "--message", "Remove settings")
        yield
    finally:
        git(folder, "reset", "--quiet", "--mixed", before)
        for name in files:
            if name in kept:
                (folder / name).write_text(kept[name])
            else:
                (folder / name).unlink(missing_ok=True)
        forget(folder)


def forget(folder: Path) -> None:
    """Drop what no branch reaches any more."""
    git(folder, "reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    git(folder, "gc", "--quiet", "--prune=now")


@fault(
    name="aura-code-starts-a-shell",
    breaks="a file name from outside is put into a shell's command",
    fails=[WEAK],
    message=r"api/thumbnails\.py:7 B602 .*\(high\)",
    touches="source:aurastudio:code:thumbnails",
)
def code_starts_a_shell(deployment: Deployment) -> Iterator[None]:
    with file_with(folder_of(deployment) / "api" / "thumbnails.py", SHELL.replace("MARK", "")):
        yield


@fault(
    name="aura-code-silences-the-scanner",
    breaks="the same code behind a comment that silences the scanner",
    fails=[WEAK],
    message=r"api/previews\.py:7 B602 .*\(high\)",
    touches="source:aurastudio:code:previews",
    hard=True,
)
def code_silences_the_scanner(deployment: Deployment) -> Iterator[None]:
    with file_with(folder_of(deployment) / "api" / "previews.py", SHELL.replace("MARK", "  # nosec")):
        yield


@fault(
    name="aura-code-skips-the-rule",
    breaks="the same code, and the project's own settings skip the rule",
    fails=[WEAK],
    message=r"api/posters\.py:7 B602 .*\(high\)",
    touches="source:aurastudio:code:posters",
    hard=True,
)
def code_skips_the_rule(deployment: Deployment) -> Iterator[None]:
    folder = folder_of(deployment)
    with (
        file_with(folder / ".bandit", "[bandit]\nskips = B602,B404\nexclude = /api/posters.py\n"),
        file_with(folder / "pyproject.toml", '[tool.bandit]\nskips = ["B602"]\nexclude_dirs = ["api"]\n'),
        file_with(folder / "api" / "posters.py", SHELL.replace("MARK", "")),
    ):
        yield


@fault(
    name="aura-environment-file-tracked",
    breaks="the production environment file is tracked",
    fails=[ENV],
    message=r"tracked env files is 1.*\.env\.production of commit \w+ holds WORKER_LIMIT",
    touches="source:aurastudio:history",
)
def environment_file_tracked(deployment: Deployment) -> Iterator[None]:
    with committed(folder_of(deployment), {".env.production": "# set by hand\nWORKER_LIMIT=4\n"}):
        yield


@fault(
    name="aura-environment-file-once-tracked",
    breaks=".env is ignored, .env.testing was tracked with a value and is only in the history",
    fails=[ENV],
    message=r"\.env\.testing of commit \w+ holds SEED, deleted since and still in the history",
    touches="source:aurastudio:history",
    hard=True,
)
def environment_file_once_tracked(deployment: Deployment) -> Iterator[None]:
    with committed(folder_of(deployment), {".env.testing": "SEED=20261122\n"}, then_removed=True):
        yield


@fault(
    name="aura-environment-template-with-a-password",
    breaks="the template of the environment file has a password that works",
    fails=[ENV],
    message=r"\.env\.example of commit \w+ holds ADMIN_PASSWORD",
    touches="source:aurastudio:history",
    hard=True,
)
def environment_template_with_a_password(deployment: Deployment) -> Iterator[None]:
    folder = folder_of(deployment)
    text = (folder / ".env.example").read_text()
    with committed(folder, {".env.example": f"{text}ADMIN_PASSWORD=harvest moon\n"}):
        yield


@fault(
    name="aura-environment-file-not-ignored",
    breaks="no rule keeps .env out of the repository",
    fails=[ENV],
    message=r"\.gitignore does not leave \.env out",
    touches="source:aurastudio:history",
    hard=True,
)
def environment_file_not_ignored(deployment: Deployment) -> Iterator[None]:
    path = folder_of(deployment) / ".gitignore"
    before = path.read_text()
    path.write_text(before + "!.env\n")
    try:
        yield
    finally:
        path.write_text(before)


def made_up(deployment: Deployment, name: str, many: int) -> str:
    """Letters and digits of nobody's key, anew for each deployment."""
    drawn = deployment.settings.secret(name, 43) + deployment.settings.secret(f"{name}/more", 43)
    return "".join(c for c in drawn if c.isalnum())[:many]


def _key_id(deployment: Deployment) -> str:
    """The id of an AWS key that no account has."""
    return "AKIA" + made_up(deployment, "source/leak", 16).upper()


@fault(
    name="aura-key-in-a-settings-default",
    breaks="an AWS key id is the default of a setting",
    fails=[LEAK],
    message=r"findings is 1.*api/storage\.py of commit \w+ line 1: AWS Access Key",
    touches="source:aurastudio:history",
)
def key_in_a_settings_default(deployment: Deployment) -> Iterator[None]:
    with committed(folder_of(deployment), {"api/storage.py": f'ACCESS_KEY = "{_key_id(deployment)}"\n'}):
        yield


@fault(
    name="aura-key-only-in-the-history",
    breaks="a provider's key, said to be allowed, was removed by a later commit and is still in the history",
    fails=[LEAK],
    message=r"api/vectors\.py of commit \w+ line 1: Provider key",
    touches="source:aurastudio:history",
    hard=True,
)
def key_only_in_the_history(deployment: Deployment) -> Iterator[None]:
    key = "pcsk_" + made_up(deployment, "source/vector", 40)
    text = f'connect("{key}")  # pragma: allowlist secret\n'
    with committed(folder_of(deployment), {"api/vectors.py": text}, then_removed=True):
        yield


@fault(
    name="aura-key-in-two-halves",
    breaks="a key id is put together from two halves, another one stands in base64",
    fails=[LEAK],
    message=r"api/halves\.py of commit \w+ line 1: AWS Access Key.*api/halves\.py of commit \w+ line 4: AWS Access Key",
    touches="source:aurastudio:history",
    hard=True,
)
def key_in_two_halves(deployment: Deployment) -> Iterator[None]:
    key = _key_id(deployment)
    coded = base64.b64encode(("AKIA" + key[:3:-1]).encode()).decode()
    text = f'START = "{key[:6]}" + "{key[6:]}"\nOTHER = "{coded}"\n'
    with committed(folder_of(deployment), {"api/halves.py": text}):
        yield


@fault(
    name="aura-key-in-a-deleted-branch",
    breaks="a key was committed to a branch that is deleted; the repository still holds it",
    fails=[LEAK],
    message=r"content \w+, which no branch has any more, line 1: AWS Access Key",
    touches="source:aurastudio:history",
    hard=True,
)
def key_in_a_deleted_branch(deployment: Deployment) -> Iterator[None]:
    folder = folder_of(deployment)
    with committed(folder, {"api/trial.py": f'KEY = "{_key_id(deployment)}"\n'}):
        tip = git(folder, "rev-parse", "HEAD~1").strip()
        git(folder, "reset", "--quiet", "--mixed", tip)
        git(folder, "reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
        yield
