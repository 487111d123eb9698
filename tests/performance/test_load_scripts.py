"""The product's own load test: it is there, it runs, it asks the deployment that it is told, and it can fail."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fixtures.source.load_scripts import LoadScript
from golive.catalogue import Line
from golive.guard import effect
from golive.guard.effect import Effect
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.load_scripts import foreign_hosts, never_fails


@pytest.mark.writes
@pytest.mark.timeout(300)
@verifies("AURA-9.1.1.1")
def test_the_repository_s_load_test_runs_and_can_fail(line: Line, target: ProductTarget) -> None:
    settings, api = configured(target.k6, f"{line.product}.k6"), configured(target.api, f"{line.product}.api")
    folder = Path(configured(target.source, f"{line.product}.source").path)
    if not settings.scripts:
        raise NotConfigured(f"the target has no [{line.product}.k6] scripts", "Name the product's own load tests")
    if not folder.is_dir():
        raise Unobservable(f"{folder} is no folder", "Correct [PRODUCT.source] path")
    effect.require(Effect.WRITES, "one iteration of each load script")
    paths = sorted(str(p.relative_to(folder)) for pattern in settings.scripts for p in folder.glob(pattern))
    observed("source checkout", "load scripts", paths, source=", ".join(settings.scripts))
    assert paths, f"the repository has no load test: nothing fits {', '.join(settings.scripts)}"
    exit_code, without = line.limit("exit_code"), line.limit("scripts_without_thresholds")
    problems: list[str | None] = []
    blind: list[str] = []
    for path in paths:
        script = LoadScript(folder, path, settings.binary, api.ca_file, _variables(target, line))
        code, options, said = script.inspected()
        problems.append(exit_code.problem(code, of=f"{script}: k6 inspect", hint=said))
        if code:
            continue
        if reason := never_fails(options.get("thresholds") or {}):
            blind.append(f"{path} {reason}")
        tried = script.tried()
        problems.append(exit_code.problem(tried.exit_code, of=f"{script}: one iteration", hint=tried.said))
        problems += foreign_hosts(tried.hosts, urlsplit(api.base_url).netloc, f"{script}")
        if not tried.exit_code and tried.failed:
            problems.append(
                f"{script}: {tried.failed} of {tried.requests} requests of one iteration failed. {tried.said}"
            )
    problems.append(without.problem(len(blind), of="load scripts", hint="; ".join(blind)))
    conclude(problems)


def _variables(target: ProductTarget, line: Line) -> dict[str, str]:
    settings, api = configured(target.k6, f"{line.product}.k6"), configured(target.api, f"{line.product}.api")
    names = settings.identities or list(api.identities)
    if not names or names[0] not in api.identities:
        raise NotConfigured(
            "the target has nobody for the load scripts to act as", f"Add [{line.product}.api.identities]"
        )
    who = api.identities[names[0]]
    values = {"base_url": api.base_url.rstrip("/"), "identity.password": who.password.reveal()}
    values |= {f"identity.{key}": getattr(who, key) or "" for key in ("email", "id", "role", "tenant")}
    filled = dict(settings.script_variables)
    for name in filled:
        for word, value in values.items():
            filled[name] = filled[name].replace(f"{{{word}}}", str(value))
    return filled
