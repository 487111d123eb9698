"""Everything that pytest puts out passes through redaction: where it is made, so that xdist never carries a secret.

Reports (tracebacks, locals, captured output and logs, which JUnit and HTML take from them), assertion comparisons,
warnings, internal errors, logs; and, as the last net, the terminal and log file themselves.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from typing import Any

import pytest

from golive.credential_shapes import names_a_secret
from golive.redaction import redact, redact_text
from golive.redaction_streams import RedactedRecord, redacting_stream
from golive.secrets import register_value

_LEAST_ENVIRONMENT = 8


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    _register_environment()
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(RedactedRecord)
    config.add_cleanup(lambda: logging.setLogRecordFactory(before))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main() -> Generator[None, object, object]:
    try:
        return (yield)
    except pytest.UsageError as error:
        raise pytest.UsageError(*redact(error.args)) from None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    install(session.config)


def install(config: pytest.Config) -> None:
    """Put the terminal and the log file of this session behind redaction. Twice is as good as once."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    writer = getattr(reporter, "_tw", None)
    if writer is not None:
        writer._file = redacting_stream(writer._file)
    log = config.pluginmanager.get_plugin("logging-plugin")
    handler = getattr(log, "log_file_handler", None)
    if isinstance(handler, logging.StreamHandler) and handler.stream is not None:
        handler.stream = redacting_stream(handler.stream)


def _register_environment() -> None:
    """Have the values of variables that are named like secrets redacted, whether the target refers to them or not."""
    for name, value in os.environ.items():
        if name in ("PWD", "OLDPWD"):  # the working folder, not a password
            continue
        ordinary = value.isalpha() or value.isdecimal() or os.path.exists(value)  # a path, such as that of PWD
        if len(value) >= _LEAST_ENVIRONMENT and names_a_secret(name) and not ordinary:
            register_value(value)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    redact_report(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    redact_report(report)
    return report


def redact_report(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Redact all that a report shows, in place."""
    report.longrepr = _cleaned(report.longrepr)
    report.sections = [(name, redact_text(text)) for name, text in report.sections]
    for name in ("user_properties", "extras", "golive", "wasxfail"):
        if getattr(report, name, None):
            setattr(report, name, redact(getattr(report, name)))


def _cleaned(shown: Any) -> Any:
    """Return a traceback representation redacted; its objects are changed in place, strings and containers replaced."""
    if isinstance(shown, str):
        return redact_text(shown)
    if isinstance(shown, list) and shown and all(isinstance(line, str) for line in shown):
        return redact_text("\n".join(shown)).split("\n")  # together, since a key block goes over many lines
    if isinstance(shown, (list, tuple)):
        return type(shown)(_cleaned(item) for item in shown)
    if type(shown).__module__.startswith("_pytest."):
        for name, value in vars(shown).items():
            setattr(shown, name, _cleaned(value))
    return shown


@pytest.hookimpl(tryfirst=True)
def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Compare what is left after redaction, since a difference of two secrets would show parts of them."""
    cleaned = redact(left), redact(right)
    if type(cleaned[0]) is type(left) and type(cleaned[1]) is type(right) and cleaned == (left, right):
        return None
    if cleaned[0] == cleaned[1]:
        return [f"{cleaned[0]!r} {op} {cleaned[1]!r}", "They differ only in what is redacted"]
    lines: list[list[str]] = config.hook.pytest_assertrepr_compare(
        config=config, op=op, left=cleaned[0], right=cleaned[1]
    )
    return lines[0] if lines else [f"{cleaned[0]!r} {op} {cleaned[1]!r}"]


@pytest.hookimpl(tryfirst=True)
def pytest_warning_recorded(warning_message: Any) -> None:
    message = warning_message.message
    if isinstance(message, Warning) and redact_text(str(message)) != str(message):
        message.args = redact(message.args)
        if redact_text(str(message)) != str(message):
            warning_message.message = UserWarning(redact_text(str(message)))


@pytest.hookimpl(tryfirst=True)
def pytest_internalerror(excrepr: object) -> None:
    _cleaned(excrepr)


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_metadata(metadata: dict[str, Any]) -> None:
    for name in list(metadata):
        metadata[name] = redact({name: metadata[name]})[name]
