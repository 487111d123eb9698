"""Canary secrets, planted wherever a secret can be, are in no output of a run: terminal, JUnit, HTML, log file."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]

FROM_ENVIRONMENT = "quartz-env-4711"
FROM_FILE = "quartz/file+4712&x"
FROM_DSN = "quartz-dsn-4713"
IN_VARIABLE = "quartz-variable-4717"
LONG = "quartz-long-4718-" + "0123456789" * 40

CONFTEST = """
pytest_plugins = ["golive.plugin.redacted"]
"""

TEST = r"""
import base64, logging, sys, warnings
from urllib.parse import quote
import pytest
from golive.secrets import Secret

@pytest.fixture
def secrets():
    return [Secret(r).reveal() for r in ("env:CANARY_A", "file:canary.txt", "env:CANARY_DSN", "env:CANARY_LONG")]

@pytest.fixture
def broken_fixture(secrets):
    raise RuntimeError(f"could not connect with {secrets[0]}")

def test_everything(secrets, record_property):
    a, file, dsn, long = secrets
    headers = {"Authorization": "Bearer quartz-header-4714", "Cookie": "sid=quartz-cookie-4716"}
    url = "https://user:quartz-url-4715@host/x?token=quartz-url-4715"
    quoted, encoded = quote(file, safe=""), base64.b64encode(f"user:{a}".encode()).decode()
    pieces = {"nested": [a, {"deeper": file}], b"bytes": a.encode()}
    print("stdout", a, quoted, long)
    print("stderr", file, encoded, file=sys.stderr)
    logging.getLogger("x").warning("log %s %s", a, headers)
    try:
        raise ValueError(f"log exception {dsn}")
    except ValueError:
        logging.getLogger("x").exception("with a traceback")
    warnings.warn(f"warning about {a}")
    record_property("connection", dsn)
    assert a == "expected", f"message {a} {file!r} {dsn} {url}"

def test_comparison(secrets):
    assert secrets[0] == secrets[0].replace("quartz", "marble")

def test_long_comparison(secrets):
    assert secrets[3] == "something else"

def test_containers(secrets):
    assert {"key": secrets[1], "other": [secrets[0]]} == {"key": "x", "other": []}

def test_chain(secrets):
    try:
        raise KeyError(secrets[1])
    except KeyError as error:
        raise RuntimeError(f"while using {secrets[2]}") from error

def test_private_key():
    key = "-----BEGIN PRIVATE KEY-----\nquartzquartzquartz\nquartzquartz==\n-----END PRIVATE KEY-----"
    print(key)
    raise RuntimeError(key)

def test_environment_variable_that_no_target_refers_to():
    import os
    raise RuntimeError("it is " + os.environ["OTHER_PASSWORD"])

def test_setup_error(broken_fixture):
    pass

def test_skip(secrets):
    pytest.skip(f"without {secrets[0]}")

def test_xfail(secrets):
    pytest.xfail(f"without {secrets[0]}")
"""

BROKEN_MODULE = """
from golive.secrets import Secret
raise RuntimeError("at import: " + Secret("env:CANARY_A").reveal())
"""


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["one process", "xdist"])
@pytest.mark.parametrize(
    "options",
    [
        ["-vv", "--showlocals", "-rA"],
        ["-q", "--showlocals", "--tb=short", "-ra"],
        ["-vv", "--full-trace", "-o", "log_cli=true"],
        ["--tb=native", "--show-capture=all", "-rA"],
        ["--tb=line", "-rA"],
    ],
    ids=lambda options: options[0] + options[1],
)
def test_no_output_shows_a_canary(pytester: pytest.Pytester, options: list[str], workers: list[str]) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=TEST, test_broken=BROKEN_MODULE)
    (pytester.path / "canary.txt").write_text(FROM_FILE, encoding="utf-8")
    environment = {
        "CANARY_A": FROM_ENVIRONMENT,
        "CANARY_DSN": f"postgresql://app:{FROM_DSN}@db/x",
        "CANARY_LONG": LONG,
        "OTHER_PASSWORD": IN_VARIABLE,
        "PWD": str(pytester.path),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    for name, value in environment.items():
        pytester._monkeypatch.setenv(name, value)
    result = pytester.runpytest_subprocess(
        *options, *workers, "--continue-on-collection-errors", "--junitxml=junit.xml", "--html=report.html",
        "--self-contained-html", "--log-file=run.log", "--log-level=DEBUG", "-p", "no:cacheprovider", timeout=60,
    )  # fmt: skip
    terminal = "\n".join([*result.outlines, *result.errlines])
    outputs = {"terminal": terminal}
    outputs |= {
        name: (pytester.path / name).read_text(encoding="utf-8")
        for name in ("junit.xml", "report.html", "run.log")
        if (pytester.path / name).exists()
    }
    assert "report.html" in outputs
    assert "7 failed" in terminal
    assert "[redacted]" in terminal
    assert str(pytester.path) in terminal
    assert "[redacted]" in outputs["junit.xml"]
    encoded = base64.b64encode(f"user:{FROM_ENVIRONMENT}".encode()).decode()
    for name, text in outputs.items():
        for line in text.splitlines():
            assert not re.search(r"quartz[-/%]", line), f"{name}: {line}"
            assert encoded not in line, f"{name}: {line}"
            assert "0123456789" * 2 not in line, f"{name}: {line}"


def test_a_usage_error_is_redacted(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        CONFTEST
        + """
import pytest
@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    raise pytest.UsageError("bad value sk-proj-0123456789abcdefABCDEF in the target")
"""
    )
    pytester._monkeypatch.setenv("PYTHONPATH", str(ROOT))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", timeout=60)
    shown = "\n".join([*result.outlines, *result.errlines])
    assert "bad value [redacted] in the target" in shown
