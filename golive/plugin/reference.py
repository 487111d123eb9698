"""A reference deployment for a session without `--target`: started at once, waited for when first needed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from golive.target import TargetError


class ReferenceProcess:
    """`python -m reference up` as a child. It ends when its standard input closes, so also after SIGKILL of the run."""

    def __init__(self, root: Path, seconds: float = 90) -> None:
        self.seconds = seconds
        self.folder = Path(tempfile.mkdtemp(prefix="golive-reference-"))
        self.target_file = self.folder / "target.toml"
        self._log = (self.folder / "up.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reference", "up", "--target-file", str(self.target_file), "--watch-stdin"],
            cwd=root, stdin=subprocess.PIPE, stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def wait(self) -> None:
        """Return when the target file is there, which is when every part is healthy.

        Raises:
            TargetError: it died, or took too long; with the end of what it printed.
        """
        end = time.monotonic() + self.seconds
        while not self.target_file.exists():
            if self._process.poll() is not None:
                raise TargetError(f"the reference deployment did not start:\n{self._tail()}")
            if time.monotonic() > end:
                raise TargetError(f"the reference deployment took more than {self.seconds:.0f} s:\n{self._tail()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it and wait for its parts to be gone."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._log.close()

    def _tail(self) -> str:
        self._log.flush()
        return "\n".join((self.folder / "up.log").read_text(errors="replace").splitlines()[-25:])
